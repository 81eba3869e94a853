import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { textOf } from './read.ts';

const ROOT = join(import.meta.dirname, '../..');
const TEXT = textOf('SECURITY.md');

const linksIn = (text: string) =>
  [...text.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(([, name = '', to = '']) => ({ name, to }));

test('every threat names its tests, and each is there under its name', () => {
  const threats = TEXT.slice(TEXT.indexOf('## Threats'))
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);
  expect(threats.length).toBeGreaterThan(20);
  for (const threat of threats) {
    const tests = linksIn(threat);
    expect(tests, threat).not.toEqual([]);
    for (const { name, to } of tests) {
      expect(to).toMatch(new RegExp(`^test/(.*/)?${name}\\.test\\.ts$`));
      expect(readFileSync(join(ROOT, to), 'utf8')).toContain('test');
    }
  }
});

test('every other link leads somewhere', () => {
  expect(linksIn(TEXT).filter(({ to }) => !existsSync(join(ROOT, to)))).toEqual([]);
});

test('a token is never compared itself: its hash is, in constant time', () => {
  const source = textOf('src/store/token-store.ts');
  expect(source).toContain('timingSafeEqual(digest, row.hash)');
  expect(source).not.toMatch(/\btoken\s*[!=]==/);
});
