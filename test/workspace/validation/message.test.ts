import { describe, expect, test } from 'vitest';
import { invalidMessage } from '../../../src/workspace/validation/invalid-reasons.ts';
import {
  actions,
  alert,
  bars,
  button,
  cells,
  context,
  divider,
  header,
  input,
  message,
  mrkdwn,
  overflow,
  plain,
  richText,
  section,
  select,
  table,
  withAccessory,
} from './blocks.ts';

describe('a message', () => {
  test('with every block that the app uses is valid', () => {
    const image = { type: 'image', image_url: 'https://a.example/i.png', alt_text: 'i' };
    const date = { type: 'date', timestamp: 1_700_000_000, format: '{time}', fallback: '9:00' };
    const alertMessage = message(
      header('Cache invalidation'),
      section('*Ann* rewrites 300k tokens'),
      { type: 'section', fields: [mrkdwn('*Model*'), plain('opus')], accessory: overflow() },
      context(mrkdwn('2.1.122'), image),
      divider,
      actions(button({ style: 'danger', confirm: { title: plain('Sure?'), text: plain('It ends.') } }), select()),
      richText({ type: 'text', text: 'at ' }, date),
      table(cells(3), [
        { type: 'raw_number', value: 3, text: '3' },
        ...cells(1),
        richText({ type: 'text', text: 'x' }),
      ]),
      bars(),
    );

    expect(invalidMessage(alertMessage)).toEqual([]);
  });

  test('may carry the same button in two blocks', () => {
    expect(invalidMessage(message(actions(button()), actions(button())))).toEqual([]);
  });

  test('that only deletes the one before needs no text', () => {
    expect(invalidMessage({ delete_original: true })).toEqual([]);
  });

  test.each<[fault: string, message: Record<string, unknown>, reasons: readonly string[]]>([
    ['an unknown block', message({ type: 'nonsense' }), ['blocks[0]: type "nonsense" is not known here']],
    ['a block without a type', message({ text: 'x' }), ['blocks[0]: "type" is missing']],
    ['a misspelt key', message({ ...section('x'), txt: 1 }), ['blocks[0]: unknown key "txt"']],
    ['a missing key', message({ type: 'header' }), ['blocks[0]: "text" is missing']],
    [
      'mrkdwn in a button',
      message(section('x'), actions(button({ text: mrkdwn('*x*') }))),
      ['blocks[1].elements[0].text.type: "mrkdwn" must be "plain_text"'],
    ],
    [
      'a style that does not exist',
      message(actions(button({ style: 'green' }))),
      ['blocks[0].elements[0].style: "green" must be one of primary, danger'],
    ],
    [
      'an element that may not stand there',
      message(context(button())),
      ['blocks[0].elements[0]: type "button" is not known here'],
    ],
    [
      'a misspelt option',
      message(
        withAccessory({
          type: 'radio_buttons',
          action_id: 'r',
          options: [{ text: mrkdwn('x'), value: '1', valeu: 1 }],
        }),
      ),
      ['blocks[0].accessory.options[0]: unknown key "valeu"'],
    ],
    ['a section of nothing', message({ type: 'section' }), ['blocks[0]: needs text or fields']],
    [
      'an action id used twice in a block',
      message(actions(button(), button())),
      ['blocks[0].elements[1].action_id: "acknowledge" is used already'],
    ],
    [
      'a block id used twice',
      message({ ...section('x'), block_id: 'a' }, { ...divider, block_id: 'a' }),
      ['blocks[1].block_id: "a" is used already'],
    ],
    ['no text', { blocks: [section('x')] }, [expect.stringContaining('text: must not be empty')]],
    ['a text of spaces', { text: '  ' }, [expect.stringContaining('text: must not be empty')]],
    ['blocks that are no list', { text: 'x', blocks: section('x') }, ['blocks: must be an array']],
    ['a reply sent to all', { text: 'x', reply_broadcast: true }, ['reply_broadcast: a reply stays in its thread']],
    ['names made mentions', { text: 'x', link_names: 'true' }, ['link_names: would turn text into mentions']],
    ['a parser for mentions', { text: 'x', parse: 'full' }, ['parse: would turn text into mentions']],
    ['attachments', { text: 'x', attachments: [] }, ['attachments: are not checked, use blocks']],
    ['an unknown audience', { text: 'x', response_type: 'all' }, [expect.stringContaining('response_type: "all"')]],
    [
      'metadata without a payload',
      { text: 'x', metadata: { event_type: 'e' } },
      ['metadata: "event_payload" is missing'],
    ],
  ])('with %s is refused', (_, message, reasons) => {
    expect(invalidMessage(message)).toEqual(reasons);
  });
});

describe('a message cannot hold', () => {
  test.each<[block: string, block: object]>([
    ['an alert', alert],
    ['an input', input()],
    ['a file', { type: 'file', external_id: 'F1', source: 'remote' }],
  ])('%s', (_, block) => {
    const [reason, ...more] = invalidMessage(message(block));
    expect(reason).toMatch(/^blocks\[0\]: \w+ may not stand in a message$/);
    expect(more).toEqual([]);
  });

  test.each<[what: string, blocks: readonly object[], reason: string]>([
    ['two tables', [table(cells(1)), table(cells(1))], 'blocks[1]: 2 of type table, at most 1 in a message'],
    [
      'a second table inside a container',
      [table(cells(1)), { type: 'container', title: plain('x'), child_blocks: [table(cells(1))] }],
      'blocks[1].child_blocks[0]: 2 of type table, at most 1 in a message',
    ],
    ['three charts', [bars(), bars(), bars()], 'blocks[2]: 3 of type data_visualization, at most 2 in a message'],
  ])('%s', (_, blocks, reason) => {
    expect(invalidMessage(message(...blocks))).toEqual([reason]);
  });
});
