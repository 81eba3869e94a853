import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { isShape, SHAPES, simulate } from '../../src/simulation/shapes.ts';

async function run(...args: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/commands/simulate.ts'), ...args]);
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { lines: out.trim().split('\n'), errors, code: child.exitCode };
}

test('prints as many ordinary sessions as were asked for, the same for the same seed', async () => {
  const { lines, errors, code } = await run('--sessions', '3', '--seed', '5');
  expect({ errors, code }).toEqual({ errors: '', code: 0 });
  const expected = [5, 6, 7].flatMap((seed) => simulate('ordinary', seed).sessions);
  expect(lines).toEqual(expected.map((session) => JSON.stringify(session)));
});

test('never cuts a shape of several sessions', async () => {
  const { lines } = await run('--shape', 'regression', '--sessions', '5');
  expect(lines).toHaveLength(8);
});

test('lists every shape', async () => {
  const { lines } = await run('--list');
  expect(lines.every(isShape)).toBe(true);
  expect(lines).toEqual(Object.keys(SHAPES));
});

test('stops when nobody reads on', async () => {
  const child = spawn(process.execPath, [
    join(import.meta.dirname, '../../src/commands/simulate.ts'),
    '--sessions',
    '100000',
  ]);
  const errors = text(child.stderr);
  child.stdout.once('data', () => child.stdout.destroy());
  await once(child, 'close');
  expect([await errors, child.exitCode]).toEqual(['', 0]);
});

test.each([
  [['--shape', 'nonsense'], 'There is no shape nonsense'],
  [['--sessions', '0'], '--sessions must be a whole number above 0, not 0'],
  [['--sessions', '1.5'], '--sessions must be a whole number above 0, not 1.5'],
  [['--seed', 'x'], '--seed must be a whole number, not x'],
  [['--seed', ''], '--seed must be a whole number, not '],
  [['--nonsense'], "Unknown option '--nonsense'"],
  [['ordinary'], 'npm run --silent simulate'],
])('says what is wrong with %j', async (args, sentence) => {
  const { lines, errors, code } = await run(...args);
  expect(errors).toContain(sentence);
  expect(errors).not.toContain('    at ');
  expect([lines, code]).toEqual([[''], 1]);
});
