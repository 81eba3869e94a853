import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_END, skipJson } from '../../../src/collector/otlp/skip-json.ts';

const end = (text: string) => skipJson(Buffer.from(text), 0);

test('any JSON value ends where it ends, whatever follows', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(',', '}', ']'), (value, follows) => {
      const text = JSON.stringify(value);
      fc.pre(!text.includes('\\u'));
      expect(end(text + follows)).toBe(Buffer.byteLength(text));
    }),
    { numRuns: 2000 },
  );
});

test('what it passes over, JSON.parse can read', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '"a"',
    '\\',
    '\\n',
    '0',
    '1',
    '-',
    '.5',
    'e3',
    'true',
    'nul',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (some) => {
      const text = some.join('');
      const at = end(text);
      if (at !== NO_END) expect(() => JSON.parse(text.slice(0, at))).not.toThrow();
    }),
    { numRuns: 20_000 },
  );
});

describe('left to JSON.parse:', () => {
  test.each([
    ['spaces between tokens', '{"a": 1}'],
    ['\\u, which could spell a name in another way', '"\\u0061"'],
    ['very deep values', '['.repeat(31) + ']'.repeat(31)],
    ['very long numbers', '1'.repeat(41).replace('1', '1.')],
    ['nothing at all', ''],
    ['an end without a beginning', ']'],
    ['text that goes on', '"a'],
    ['a list that goes on', '[1'],
    ['an object that goes on', '{"a"'],
  ])('%s', (_, text) => expect(end(text)).toBe(NO_END));
});
