import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DeveloperId } from '../../src/model/ids.ts';
import type { EpochMs } from '../../src/model/time.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createDeveloperStore } from '../../src/store/developer-store.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { createTokenStore } from '../../src/store/token-store.ts';
import { minutes, NOON, seconds } from '../support/builders.ts';

let db: Database;
let tokens: ReturnType<typeof createTokenStore>;
let ann: DeveloperId;

beforeEach(() => {
  db = openDatabase(':memory:');
  tokens = createTokenStore(db);
  ann = createDeveloperStore(db).forEmail('ann@example.com', { now: NOON });
  return () => void db.close();
});

describe('a token', () => {
  test('speaks for the one whom it was made for', () => {
    expect(tokens.owner(tokens.create({ of: 'developer', developer: ann }, NOON), NOON)).toEqual({
      of: 'developer',
      developer: ann,
    });
    expect(tokens.owner(tokens.create({ of: 'team' }, NOON), NOON)).toEqual({ of: 'team' });
  });

  test('holds 256 random bits behind a prefix, another each time', () => {
    const [one, other] = [tokens.create({ of: 'team' }, NOON), tokens.create({ of: 'team' }, NOON)];
    expect(one).toMatch(/^qw_[\w-]{43}$/);
    expect(other).not.toBe(one);
  });

  test('is stored nowhere: neither whole nor its secret part', () => {
    const token = tokens.create({ of: 'team' }, NOON);
    const bytes = db.serialize();
    expect(bytes.includes(token)).toBe(false);
    expect(bytes.includes(token.slice(8))).toBe(false);
    expect(JSON.stringify(tokens.list())).not.toContain(token.slice(8));
  });

  test.each(['', 'qw_', 'qw_wrong', 'Bearer qw_x'])('that nobody made is refused: "%s"', (wrong) => {
    tokens.create({ of: 'team' }, NOON);
    expect(tokens.owner(wrong, NOON)).toBeUndefined();
  });

  test('that was changed by one letter is refused', () => {
    const token = tokens.create({ of: 'team' }, NOON);
    expect(tokens.owner(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, NOON)).toBeUndefined();
  });

  test('is refused once it is revoked, which can be done once', () => {
    const token = tokens.create({ of: 'team' }, NOON);
    const id = tokens.list()[0]?.id ?? 0;
    expect(tokens.revoke(id, minutes(1))).toBe(true);
    expect(tokens.owner(token, minutes(2))).toBeUndefined();
    expect(tokens.revoke(id, minutes(3))).toBe(false);
    expect(tokens.list()[0]?.revokedAt).toBe(minutes(1));
    expect(tokens.revoke(99, NOON)).toBe(false);
  });

  describe('that was just used is refused at once when', () => {
    const used = () => {
      const token = tokens.create({ of: 'developer', developer: ann }, NOON);
      expect(tokens.owner(token, NOON)).toBeDefined();
      return token;
    };

    test('it is revoked', () => {
      const token = used();
      tokens.revoke(1, NOON);
      expect(tokens.owner(token, NOON)).toBeUndefined();
    });

    test('all of its owner are', () => {
      const token = used();
      tokens.revokeOf(ann, NOON);
      expect(tokens.owner(token, NOON)).toBeUndefined();
    });

    test('another process revokes it', async () => {
      const path = join(mkdtempSync(join(tmpdir(), 'tokens-')), 'a.db');
      const [here, there] = [openDatabase(path), openDatabase(path)];
      const ours = createTokenStore(here);
      const token = ours.create({ of: 'team' }, NOON);
      expect(ours.owner(token, NOON)).toEqual({ of: 'team' });
      expect(createTokenStore(there).revoke(1, NOON)).toBe(true);
      await nextTurn();
      expect(ours.owner(token, NOON)).toBeUndefined();
      for (const one of [here, there]) one.close();
      rmSync(dirname(path), { recursive: true });
    });
  });

  test('that was just used follows its owner, who turns out to be somebody known', () => {
    const store = openStore(':memory:', NOON);
    const token = store.tokens.create({ of: 'developer', developer: slackUser(store, undefined) }, NOON);
    store.tokens.owner(token, NOON);
    const known = store.developers.forEmail('ann@example.com', { now: NOON });
    expect(slackUser(store, 'ann@example.com')).toBe(known);
    expect(store.tokens.owner(token, NOON)).toEqual({ of: 'developer', developer: known });
    store.close();
  });

  test('that was made in a transaction that was undone is refused', () => {
    const store = openStore(':memory:', NOON);
    let token = '';
    const undone = () =>
      store.transaction(() => {
        token = store.tokens.create({ of: 'team' }, NOON);
        expect(store.tokens.owner(token, NOON)).toEqual({ of: 'team' });
        throw new Error('no');
      });
    expect(undone).toThrow('no');
    expect(store.tokens.owner(token, NOON)).toBeUndefined();
    store.close();
  });

  test('remembers when it was last used, by the minute', () => {
    const token = tokens.create({ of: 'developer', developer: ann }, NOON);
    const lastUsed = () => tokens.list()[0]?.lastUsedAt;
    expect(lastUsed()).toBeUndefined();
    const use = (at: EpochMs) => {
      tokens.owner(token, at);
      tokens.saveUses();
    };
    use(NOON);
    use(seconds(60));
    expect(lastUsed()).toBe(NOON);
    use(seconds(61));
    expect(lastUsed()).toBe(seconds(61));
  });

  test('is known while nothing can be written; its use is noted once it can', () => {
    const token = tokens.create({ of: 'team' }, NOON);
    db.pragma('query_only = ON');
    expect(tokens.owner(token, minutes(1))).toEqual({ of: 'team' });
    expect(() => tokens.saveUses()).toThrow('readonly');
    db.pragma('query_only = OFF');
    tokens.saveUses();
    expect(tokens.list()[0]?.lastUsedAt).toBe(minutes(1));
  });

  test('is found by its number, and is in use until it is revoked', () => {
    tokens.create({ of: 'developer', developer: ann }, NOON);
    tokens.create({ of: 'team' }, NOON);
    tokens.revoke(1, NOON);
    expect(tokens.find(1)).toMatchObject({ kind: 'personal', developer: ann, email: 'ann@example.com' });
    expect(tokens.find(9)).toBeUndefined();
    expect(tokens.inUse()).toEqual([tokens.find(2)]);
  });

  test('that waits for its use to be noted is not mistaken for another, once somebody was forgotten', () => {
    tokens.owner(tokens.create({ of: 'developer', developer: ann }, NOON), NOON);
    db.exec('DELETE FROM tokens');
    tokens.forget();
    tokens.create({ of: 'team' }, NOON);
    tokens.saveUses();
    expect(tokens.find(1)).toMatchObject({ kind: 'team', lastUsedAt: undefined });
  });

  test('is listed by whose it is and how it begins', () => {
    const token = tokens.create({ of: 'developer', developer: ann }, NOON);
    tokens.create({ of: 'team' }, minutes(1));
    expect(tokens.list()).toMatchObject([
      { kind: 'personal', email: 'ann@example.com', hint: token.slice(0, 7), createdAt: NOON },
      { kind: 'team', email: undefined, createdAt: minutes(1) },
    ]);
  });
});

/** The developer of a Slack user, as Slack knows them by now. */
function slackUser(store: Store, email: string | undefined): DeveloperId {
  return store.developers.forSlackUser({ slackUser: 'U1', email, name: 'Ann', timeZone: undefined }, NOON);
}
