import { describe, expect, test } from 'vitest';
import { developerId } from '../../src/model/ids.ts';
import { DAY_MS, type EpochMs, plus } from '../../src/model/time.ts';
import { ANIMALS } from '../../src/slack/animals.ts';
import { pseudonyms } from '../../src/slack/pseudonym.ts';
import { at, NOON } from '../support/builders.ts';

const SECRET = new Uint8Array(32).fill(7);
const people = (count: number) => Array.from({ length: count }, (_, index) => developerId(index + 1));

function namesOf(count: number, { when = NOON, secret = SECRET, zone = 'UTC' } = {}): readonly string[] {
  return [...pseudonyms(people(count), { secret, at: when, zone }).entries()]
    .toSorted(([one], [other]) => one - other)
    .map(([, name]) => name);
}

describe('a pseudonym', () => {
  test('is an animal', () => {
    for (const name of namesOf(5)) expect(ANIMALS).toContain(name.replace(/ \d+$/, ''));
  });

  test('is the same in one ISO week of the team’s zone, and another in the next', () => {
    const monday = at('2026-11-23T00:00:00Z');
    const all = (when: EpochMs, zone = 'UTC') => namesOf(50, { when, zone }).join();
    expect(all(plus(monday, 7 * DAY_MS - 1))).toBe(all(monday));
    expect(all(plus(monday, 7 * DAY_MS))).not.toBe(all(monday));
    expect(all(plus(monday, -1))).not.toBe(all(monday));
    expect(all(plus(monday, -1), 'Asia/Tokyo')).toBe(all(monday));
  });

  test('cannot be computed without the secret of the installation', () => {
    expect(namesOf(50, { secret: new Uint8Array(32).fill(8) })).not.toEqual(namesOf(50));
  });

  test.each([2, 20, 300, 5000])('is unique among %i people', (count) => {
    const names = namesOf(count);
    expect(names).toHaveLength(count);
    expect(new Set(names).size).toBe(count);
  });

  test('keeps its animal and, where it needs one, its number, whoever else is shown', () => {
    const [few, many] = [namesOf(400), namesOf(5000)];
    for (const [index, name] of few.entries()) expect(many[index]).toMatch(new RegExp(`^${name}`));
  });

  test('is one for a person who is named twice', () => {
    const [ada] = people(1);
    if (ada === undefined) throw new Error('nobody');
    expect(pseudonyms([ada, ada], { secret: SECRET, at: NOON, zone: 'UTC' }).size).toBe(1);
  });
});

describe('the animals', () => {
  test('are many, and each a single word of its own', () => {
    expect(ANIMALS.length).toBeGreaterThanOrEqual(200);
    expect(new Set(ANIMALS).size).toBe(ANIMALS.length);
    expect(ANIMALS.filter((name) => !/^[A-Z][a-z]{2,}$/.test(name))).toEqual([]);
  });
});
