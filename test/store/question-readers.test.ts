import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type DeveloperId, sessionId } from '../../src/model/ids.ts';
import { NO_COUNTS } from '../../src/model/version-rates.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { hours, minutes, NOON, request } from '../support/builders.ts';

let store: Store;
let ada: DeveloperId;
let grace: DeveloperId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forEmail('ada@example.com', { now: NOON });
  grace = store.developers.forEmail('grace@example.com', { now: NOON });
});

describe('the clients of somebody', () => {
  const sees = (developer: DeveloperId, session: string, clientVersion: string | undefined, at = NOON) =>
    store.sessions.see(developer, { session: sessionId(session), at, clientVersion });

  test('are their versions of a time, each with its sessions and when it was last seen', () => {
    sees(ada, 'one', '2.1.330', minutes(1));
    sees(ada, 'two', '2.1.330', minutes(9));
    sees(ada, 'three', '2.1.99', minutes(5));
    sees(ada, 'old', '2.1.1', hours(-1));
    sees(ada, 'mute', undefined, minutes(5));
    sees(grace, 'hers', '2.1.200', minutes(5));
    expect(store.clients.of(ada, NOON).toSorted((one, other) => other.sessions - one.sessions)).toEqual([
      { version: '2.1.330', sessions: 2, lastSeenAt: minutes(9) },
      { version: '2.1.99', sessions: 1, lastSeenAt: minutes(5) },
    ]);
  });
});

describe('the cost of hours', () => {
  const uses = (developer: DeveloperId, at: number, costMicros?: number) =>
    store.requests.keep(
      developer,
      request({ endedAt: minutes(at), ...(costMicros !== undefined && { costMicros }) }),
      minutes(at),
    );

  test('is that of whole hours, of one person, with unknown prices counted apart', () => {
    uses(ada, 1, 5);
    uses(ada, 70, 7);
    uses(ada, 71);
    uses(ada, -1, 100);
    uses(grace, 1, 1000);
    expect(store.hours.costSince(ada, minutes(59))).toEqual({ costMicros: 12, unpricedRequests: 1 });
    expect(store.hours.costSince(ada, minutes(60))).toEqual({ costMicros: 7, unpricedRequests: 1 });
    expect(store.hours.costSince(ada, minutes(180))).toEqual({ costMicros: 0, unpricedRequests: 0 });
  });
});

describe('a day of client versions', () => {
  test('has the sums of each version, and who they are of', () => {
    const counts = { ...NO_COUNTS, boundaries: 3, resumes: 2, resumeRewrites: 1 };
    for (const developer of [ada, grace]) store.versions.add({ developer, clientVersion: '2.1.330', at: NOON }, counts);
    store.versions.add({ developer: ada, clientVersion: '2.1.330', at: hours(12) }, counts);
    store.settle();
    const both = { ...NO_COUNTS, boundaries: 6, resumes: 4, resumeRewrites: 2 };
    expect(store.versionDays.of(minutes(3))).toEqual([{ ...both, clientVersion: '2.1.330', developers: [ada, grace] }]);
    expect(store.versionDays.of(hours(12))).toMatchObject([{ boundaries: 3, developers: [ada] }]);
    expect(store.versionDays.of(hours(-24))).toEqual([]);
  });
});

describe('the tokens of somebody', () => {
  test('are those that are not revoked, and can be revoked together', () => {
    const create = (developer: DeveloperId) => store.tokens.create({ of: 'developer', developer }, NOON);
    const [first, second, hers] = [create(ada), create(ada), create(grace)];
    store.tokens.create({ of: 'team' }, NOON);
    expect(store.tokens.of(ada).map(({ hint }) => hint)).toEqual([first.slice(0, 7), second.slice(0, 7)]);
    expect(store.tokens.revokeOf(ada, minutes(1))).toBe(2);
    expect(store.tokens.revokeOf(ada, minutes(2))).toBe(0);
    expect(store.tokens.of(ada)).toEqual([]);
    expect(store.tokens.owner(first, minutes(3))).toBeUndefined();
    expect(store.tokens.owner(hers, minutes(3))).toEqual({ of: 'developer', developer: grace });
    expect(store.tokens.isForTeam()).toBe(true);
  });
});

describe('the installation', () => {
  test('keeps its date and its secret through restarts, and shares the secret with no other', () => {
    const folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
    try {
      const path = join(folder, 'quota-watch.db');
      const first = openStore(path, NOON);
      const secret = first.pseudonymSecret();
      first.close();
      const again = openStore(path, minutes(9));
      expect(again.pseudonymSecret()).toEqual(secret);
      expect(again.installedAt()).toBe(NOON);
      again.close();
      expect(secret).toHaveLength(32);
      expect(store.pseudonymSecret()).not.toEqual(secret);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
