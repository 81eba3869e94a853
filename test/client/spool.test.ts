import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allWaiting, enqueue, keepSetAside, takeOldest } from '../../src/client/spool.ts';

let own: string;
beforeEach(() => {
  own = mkdtempSync(join(tmpdir(), 'quota-watch-'));
});
afterEach(() => rmSync(own, { recursive: true }));

const waiting = (at: number, padding = '') => ({ at, path: '/v1/status-line' as const, fields: { padding } });
const times = () => allWaiting(own).map(({ at }) => at);

test('however long the collector is away, what waits stays below a megabyte, and is the newest', () => {
  for (let at = 0; at < 3000; at++) enqueue(own, waiting(at, 'x'.repeat(1000)));
  const bytes = readdirSync(own).map((name) => statSync(join(own, name)).size);
  expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(1024 * 1024);
  expect(times().at(-1)).toBe(2999);
  expect(times()).toEqual(times().toSorted((one, other) => one - other));
  expect(times().length).toBeGreaterThan(200);
});

test('a line that was cut short is left out, and those around it stay', () => {
  enqueue(own, waiting(1));
  appendFileSync(join(own, 'spool.newest.jsonl'), '{"at":2,"pa\n{"at":3,"path":"/v1/usage","fields":{}}\n');
  enqueue(own, waiting(4));
  expect(times()).toEqual([1, 4]);
});

/** What is done with a spool: something is added, or so many of the oldest are sent and the sender stops there. */
const deeds = fc.array(fc.oneof(fc.constant('add' as const), fc.nat({ max: 3 })), { maxLength: 20 });

test('whatever order things are added and sent in, each is sent once, in order', () => {
  fc.assert(
    fc.property(deeds, (all) => {
      const sent: number[] = [];
      let added = 0;
      for (const deed of all) {
        if (deed === 'add') enqueue(own, waiting(added++));
        else {
          const oldest = takeOldest(own);
          sent.push(...oldest.slice(0, deed).map(({ at }) => at));
          keepSetAside(own, oldest.slice(deed));
        }
      }
      expect([...sent, ...times()]).toEqual(Array.from({ length: added }, (_, at) => at));
      for (const name of readdirSync(own)) rmSync(join(own, name));
    }),
    { numRuns: 50 },
  );
});
