import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { accountId, type DeveloperId, sessionId, UNKNOWN_ACCOUNT } from '../../src/model/ids.ts';
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

describe('what is kept of the team between two questions', () => {
  const step = fc.record({
    who: fc.integer({ min: 0, max: 2 }),
    account: fc.constantFrom('a', 'b', UNKNOWN_ACCOUNT),
    kind: fc.constantFrom('five_hour', 'seven_day'),
    scope: fc.constantFrom('', 'opus'),
    resetsAt: fc.integer({ min: 1, max: 5 }).map(hours),
    usedPercent: fc.integer({ min: 0, max: 103 }),
    what: fc.constantFrom('read', 'ask', 'claim', 'undo', 'forget'),
    now: fc.integer({ min: 1, max: 300 }).map(minutes),
  });

  test('is what the table tells, whatever was read, claimed, undone and forgotten', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        store = openStore(':memory:', NOON);
        for (const { who, what, now, account, ...part } of steps) {
          const developer = store.developers.forEmail(`developer${who}@example.com`, { now: NOON });
          const read = () => reads(developer, part.usedPercent, { ...part, session: sessionId(`s${who}`) }, account);
          if (what === 'undo') expect(() => undone(read)).toThrow('undone');
          else if (what === 'claim') store.windows.claim(developer, sessionId(`s${who}`), accountId('a'));
          else if (what === 'forget') store.developers.forget(developer, NOON);
          else if (what === 'ask') headroom(10, now);
          else read();
        }
        for (const now of [minutes(1), minutes(90), minutes(200)]) {
          const kept = headroom(10, now);
          expect(() => undone(() => {})).toThrow('undone');
          expect(headroom(10, now)).toEqual(kept);
        }
        store.close();
      }),
      { numRuns: 30 },
    );
  });

  /** What was undone is forgotten, and read from the table when it is asked for. */
  function undone(work: () => void) {
    store.transaction(() => {
      work();
      throw new Error('undone');
    });
  }
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
