import { expect, test } from 'vitest';
import { Overloaded } from '../../src/collector/delivery.ts';
import { createInflateGate } from '../../src/collector/inflate-gate.ts';

const MIB = 1024 * 1024;

/** A task that ends when it is told to. */
function heldTask() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { run: () => promise, end: resolve };
}

test('four run at once, the others in order of arrival', async () => {
  const inTurn = createInflateGate();
  const started: number[] = [];
  const tasks = Array.from({ length: 6 }, heldTask);
  const done = tasks.map((task, index) =>
    inTurn(1, () => {
      started.push(index);
      return task.run();
    }),
  );
  await Promise.resolve();
  expect(started).toEqual([0, 1, 2, 3]);
  tasks[2]?.end();
  await done[2];
  await Promise.resolve();
  expect(started).toEqual([0, 1, 2, 3, 4]);
  for (const task of tasks) task.end();
  await Promise.all(done);
  expect(started).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a task that fails makes room', async () => {
  const inTurn = createInflateGate();
  const failing = Array.from({ length: 8 }, () => inTurn(1, () => Promise.reject(new Error('no'))));
  expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(Array(8).fill('rejected'));
  expect(await inTurn(1, async () => 'yes')).toBe('yes');
});

test('what would wait beyond 64 MiB is sent away', async () => {
  const inTurn = createInflateGate();
  const tasks = Array.from({ length: 4 }, heldTask);
  const running = tasks.map((task) => inTurn(4 * MIB, task.run));
  const waiting = Array.from({ length: 16 }, () => inTurn(4 * MIB, async () => 'done'));
  await expect(inTurn(1, async () => 'done')).rejects.toBeInstanceOf(Overloaded);
  for (const task of tasks) task.end();
  await Promise.all([...running, ...waiting]);
  expect(await inTurn(64 * MIB, async () => 'done')).toBe('done');
});
