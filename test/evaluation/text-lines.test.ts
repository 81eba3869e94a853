import { expect, test } from 'vitest';
import { clock, counted, rounded, table, tokens, wrapped } from '../../src/evaluation/text-lines.ts';

test('words are broken at the hundredth character and go on under the first', () => {
  const lines = wrapped('* id  ', Array<string>(30).fill('word'));
  expect(lines.every((line) => line.length <= 100)).toBe(true);
  expect(lines.map((line) => line.slice(0, 10))).toEqual(['* id  word', '      word']);
  expect(lines.join(' ').match(/word/g)).toHaveLength(30);
});

test('a word that is too long stands alone', () => {
  expect(wrapped('id  ', ['x'.repeat(120), 'y'])).toEqual([`id  ${'x'.repeat(120)}`, '    y']);
});

test('a table is as wide as its widest cells', () => {
  expect(
    table([
      ['KIND', 'FOUND'],
      ['a', '1 of 1'],
      ['longer', '·'],
    ]),
  ).toEqual(['KIND     FOUND', 'a       1 of 1', 'longer       ·']);
  expect(table([])).toEqual([]);
});

test.each([
  [0, '0'],
  [0.449, '0.45'],
  [4.66, '4.7'],
  [46.6, '47'],
  [1234, '1,234'],
  [334_299, '334k'],
])('%f is rounded to %s', (value, text) => {
  expect(rounded(value)).toBe(text);
});

test.each([
  [850, '850'],
  [94_400, '94k'],
  [999_600, '1.0M'],
  [1_200_000, '1.2M'],
])('%i tokens are %s', (value, text) => {
  expect(tokens(value)).toBe(text);
});

test.each([
  [0, '0:00'],
  [42.4, '0:42'],
  [727, '12:07'],
  [11_110, '3:05:10'],
  [-3, '0:00'],
])('%f seconds are %s', (value, text) => {
  expect(clock(value)).toBe(text);
});

test('one of something is not many', () => {
  expect([counted(1, 'miss', 'misses'), counted(2000, 'miss', 'misses')]).toEqual(['1 miss', '2,000 misses']);
});
