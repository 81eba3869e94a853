import { expect, test } from 'vitest';
import { sameText } from '../../src/collector/same-text.ts';

const texts = (count: number, name: string) => Array.from({ length: count }, (_, nth) => `${name} ${nth}`);

test('a text stays what it is, new or known, and long after so many others that it was forgotten', () => {
  for (const text of ['', 'claude-opus-5-5', 'claude-opus-5-5', '\u{1f680}']) expect(sameText(text)).toBe(text);
  const many = texts(2000, 'model');
  expect(many.map(sameText)).toEqual(many);
  expect(many.map(sameText)).toEqual(many);
});
