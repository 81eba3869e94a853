import { describe, expect, test } from 'vitest';
import { invalidMessage, invalidView } from '../../../src/workspace/validation/invalid-reasons.ts';
import { actions, button, header, message, modal, plain, richText, section, table } from './blocks.ts';

describe('markup in a text', () => {
  test.each([
    ['a person', 'Ask <@U000000ADA>'],
    ['a person with a name', 'Ask <@W1|ada>'],
    ['a channel', 'In <#C0CLAUDEQUOTA|claude-quota>'],
    ['a link', 'See <https://a.example/x?y=1|the page> or <https://a.example>'],
    ['an address', 'Write to <mailto:ada@example.com|Ada>'],
    ['a moment', 'At <!date^1700000000^{date_short_pretty} {time}|09:00>'],
    ['a moment with a link', 'At <!date^1700000000^{time}^https://a.example|09:00>'],
    ['letters that look like markup, escaped', 'named &lt;@ada&gt; and &lt;!channel&gt;'],
    ['a quote', '> as they said'],
  ])('may be %s', (_, text) => {
    expect(invalidMessage({ ...message(section(text)), text })).toEqual([]);
  });

  test.each([
    ['text of people that was not escaped', 'named <script>', '<script>'],
    ['a person by name', 'Ask <@ada>', '<@ada>'],
    ['a group, which calls all of it', 'Ask <!subteam^S1>', '<!subteam^S1>'],
    ['a link that runs a script', 'See <javascript:x|here>', '<javascript:x|here>'],
    ['a moment without a fallback', 'At <!date^1700000000^{time}>', '<!date^1700000000^{time}>'],
    ['a moment in an unknown form', 'At <!date^1700000000^{hour}|9>', '<!date^1700000000^{hour}|9>'],
    ['a moment in no form', 'At <!date^1700000000^time|9>', '<!date^1700000000^time|9>'],
    ['a moment with a fraction', 'At <!date^1700000000.5^{time}|9>', '<!date^1700000000.5^{time}|9>'],
    ['a bracket that never closes', 'a < b', '< b'],
  ])('is refused when it is %s', (_, text, found) => {
    expect(invalidMessage({ ...message(section(text)), text })).toEqual([
      `text: ${found} is no markup, escape it`,
      `blocks[0].text.text: ${found} is no markup, escape it`,
    ]);
  });

  test.each<[where: string, block: object, path: string]>([
    ['a header', header('Hi <@U1>'), 'blocks[0].text.text'],
    ['a button', actions(button({ text: plain('Hi <@U1>') })), 'blocks[0].elements[0].text.text'],
    ['rich text', richText({ type: 'text', text: 'Hi <@U1>' }), 'blocks[0].elements[0].elements[0].text'],
    ['a cell', table([{ type: 'raw_text', text: 'Hi <@U1>' }]), 'blocks[0].rows[0][0].text'],
  ])('is refused in %s, where Slack reads none', (_, block, path) => {
    expect(invalidMessage(message(block))).toEqual([`${path}: <@U1> would be shown as these letters`]);
  });

  test('is refused in the title of a view', () => {
    expect(invalidView(modal({ title: plain('<#C1|x>') }))).toEqual([
      'view.title.text: <#C1|x> would be shown as these letters',
    ]);
  });
});

describe('a broadcast is refused', () => {
  test.each<[where: string, message: Record<string, unknown>, reason: string]>([
    ['in the text', { text: 'Hi <!channel>' }, 'text: a broadcast, <!channel>'],
    ['in a block', message(section('<!here|here>')), 'blocks[0].text.text: a broadcast, <!here|here>'],
    ['in a header', message(header('<!everyone>')), 'blocks[0].text.text: a broadcast, <!everyone>'],
    [
      'as rich text',
      message(richText({ type: 'broadcast', range: 'everyone' })),
      'blocks[0].elements[0].elements[0]: a broadcast, @everyone',
    ],
  ])('%s', (_, shown, reason) => {
    expect(invalidMessage(shown)).toEqual([reason]);
  });

  test('in a view', () => {
    expect(invalidView(modal({ title: plain('<!everyone>') }))).toEqual(['view.title.text: a broadcast, <!everyone>']);
  });
});
