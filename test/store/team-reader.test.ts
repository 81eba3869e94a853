import { beforeEach, describe, expect, test } from 'vitest';
import { accountId, type DeveloperId } from '../../src/model/ids.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { hours, minutes, NOON, reading } from '../support/builders.ts';

let store: Store;
let ada: DeveloperId;
let grace: DeveloperId;
let alan: DeveloperId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  const developer = (name: string) => store.developers.forEmail(`${name}@example.com`, { now: NOON });
  [ada, grace, alan] = [developer('ada'), developer('grace'), developer('alan')];
});

function reads(developer: DeveloperId, usedPercent: number, part: Parameters<typeof reading>[0] = {}, account = 'a') {
  store.windows.read(developer, accountId(account), reading({ usedPercent, ...part }));
}

const headroom = (limit = 10, now = minutes(1)) => store.team.headroom(now, limit);

describe('the headroom of a team', () => {
  test('puts the most first, and those who used up theirs last, the first to be back before the others', () => {
    reads(ada, 100, { resetsAt: hours(3) });
    reads(grace, 60);
    reads(alan, 20);
    const bob = store.developers.forEmail('bob@example.com', { now: NOON });
    reads(bob, 104, { resetsAt: hours(2) });
    expect(headroom()).toEqual({ most: [alan, grace, bob, ada], developers: 4, usedUp: 2, firstBackAt: hours(2) });
  });

  test('counts all of them, however few are asked for', () => {
    for (const developer of [ada, grace, alan]) reads(developer, 30);
    expect(headroom(1)).toMatchObject({ most: [ada], developers: 3, usedUp: 0, firstBackAt: undefined });
  });

  test('is held back by the fullest window of an account, and counts the freest account', () => {
    reads(ada, 10);
    reads(ada, 90, { kind: 'seven_day', resetsAt: hours(50) });
    reads(grace, 50);
    reads(alan, 100);
    reads(alan, 40, {}, 'b');
    expect(headroom()).toMatchObject({ most: [alan, grace, ada], usedUp: 0 });
  });

  test('takes the later reset where a window was reset early', () => {
    reads(ada, 95);
    reads(ada, 5, { resetsAt: hours(6) });
    reads(grace, 50);
    expect(headroom().most).toEqual([ada, grace]);
  });

  test('leaves out windows that are over, and those of one model', () => {
    reads(ada, 100, { resetsAt: minutes(1) });
    reads(grace, 100, { kind: 'seven_day', scope: 'opus' });
    reads(alan, 10);
    expect(headroom()).toMatchObject({ most: [alan], developers: 1, usedUp: 0 });
  });

  test('of nobody is nothing', () => {
    expect(headroom()).toEqual({ most: [], developers: 0, usedUp: 0, firstBackAt: undefined });
  });
});

describe('who was heard', () => {
  test('is counted once, whatever they sent, since a moment', () => {
    store.reports.hear(ada, 'telemetry', minutes(5));
    store.reports.hear(ada, 'status_line', minutes(9));
    store.reports.hear(grace, 'hook', minutes(1));
    expect(store.team.heardSince(minutes(2))).toBe(1);
    expect(store.team.heardSince(NOON)).toBe(2);
    expect(store.team.heardSince(minutes(10))).toBe(0);
  });
});
