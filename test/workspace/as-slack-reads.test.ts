import { expect, test } from 'vitest';
import { asSlackReads } from '../../src/workspace/page/as-slack-reads.ts';

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });

test.for([
  ['```\ncode\n```', '```code```'],
  ['```\none\n\ntwo\n```\nafter', '```one\n\ntwo```\nafter'],
  ['before\n```code```', 'before\n```code```'],
  ['```\na\n``` and ```\nb\n```', '```a``` and ```b```'],
  ['`code`\n', '`code`\n'],
])('%j is read as %j', ([text = '', expected = '']) => {
  expect(asSlackReads(section(text))).toEqual(section(expected));
});

test('text that is not marked up keeps its line breaks', () => {
  const plain = { type: 'rich_text', elements: [{ type: 'text', text: '```\ncode\n```' }] };

  expect(asSlackReads(plain)).toEqual(plain);
});

test('an escaped bracket never starts a mention', () => {
  expect(asSlackReads(section('&lt;!channel&gt;')).text.text).toBe('&lt;\u2060!channel&gt;');
});
