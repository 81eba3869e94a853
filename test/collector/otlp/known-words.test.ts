import { expect, test } from 'vitest';
import { createWordFinder } from '../../../src/collector/otlp/known-words.ts';

const find = createWordFinder(
  new Map([
    ['model', 1],
    ['speed', 2],
    ['é', 3],
    ['session.id', 4],
  ]),
);

test.each([
  ['model', 1],
  ['speed', 2],
  ['é', 3],
  ['session.id', 4],
  ['mode', undefined],
  ['models', undefined],
  ['spend', undefined],
  ['', undefined],
  ['x'.repeat(1000), undefined],
])('%s', (word, meaning) => {
  const bytes = Buffer.from(`>${word}<`);
  expect(find(bytes, 1, bytes.length - 1)).toBe(meaning);
});

test('a word that the bytes cut off is none', () => {
  const bytes = Buffer.from('mod');
  expect(find(bytes, 0, 5)).toBeUndefined();
});
