import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHashSet } from '../../../src/client/backfill/hash-set.ts';
import { createSentIds } from '../../../src/client/backfill/sent-ids.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-sent-'));
  file = join(folder, 'own/backfill.sent');
});

afterEach(() => rmSync(folder, { recursive: true }));

const ids = (nth: number, isSidechain = false) => ({ messageId: `msg_${nth}`, requestId: `req_${nth}`, isSidechain });

test('what was sent is known to the next run, and nothing else', () => {
  const sent = Array.from({ length: 5_000 }, (_, nth) => ids(nth));
  createSentIds(file).add(sent);
  const later = createSentIds(file);
  expect(sent.filter((one) => !later.has(one))).toEqual([]);
  expect(Array.from({ length: 5_000 }, (_, nth) => ids(nth + 5_000)).filter(later.has)).toEqual([]);
});

test('a side question that repeats what was sent is known by the message alone, and so is what a side question told first', () => {
  const sent = createSentIds(file);
  sent.add([ids(1), ids(2, true)]);
  expect(sent.has({ messageId: 'msg_1', requestId: 'other', isSidechain: true })).toBe(true);
  expect(sent.has({ messageId: 'msg_1', requestId: 'other', isSidechain: false })).toBe(false);
  expect(sent.has({ messageId: 'msg_2', requestId: 'other', isSidechain: false })).toBe(true);
  expect(sent.has({ messageId: undefined, requestId: 'req_1', isSidechain: false })).toBe(false);
});

test('what was written before a crash is known, whatever was half written then', () => {
  createSentIds(file).add([ids(1)]);
  appendFileSync(file, 'abc');
  const next = createSentIds(file);
  expect(next.has(ids(1))).toBe(true);
  next.add([ids(2)]);
  const last = createSentIds(file);
  expect([last.has(ids(1)), last.has(ids(2)), last.has(ids(3))]).toEqual([true, true, false]);
  truncateSync(file, 3);
  expect(createSentIds(file).has(ids(1))).toBe(false);
});

test('what is sent again takes no more room', () => {
  const sent = createSentIds(file);
  sent.add([ids(1)]);
  const { size } = statSync(file);
  sent.add([ids(1)]);
  expect(statSync(file).size).toBe(size);
});

test('a hash set is a set', () => {
  const hash = fc.integer({ min: 1, max: 2 ** 52 });
  const crowded = fc.integer({ min: 1, max: 40 }).map((nth) => nth * 4096);
  fc.assert(
    fc.property(fc.array(fc.oneof(hash, crowded), { maxLength: 300 }), hash, (hashes, other) => {
      const set = createHashSet();
      const known = new Set<number>();
      for (const one of hashes) {
        expect(set.add(one)).toBe(!known.has(one));
        known.add(one);
      }
      for (const one of [...hashes, other]) expect(set.has(one)).toBe(known.has(one));
    }),
  );
  const large = createHashSet();
  for (let nth = 1; nth <= 20_000; nth++) large.add(nth * 7_919_000);
  expect([large.has(7_919_000), large.has(20_000 * 7_919_000), large.has(20_001 * 7_919_000)]).toEqual([
    true,
    true,
    false,
  ]);
});
