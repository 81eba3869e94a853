import { beforeEach, describe, expect, test } from 'vitest';
import type { DeveloperId } from '../../src/model/ids.ts';
import { DEFAULT_SETTINGS } from '../../src/model/settings.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { cacheIncident, hours, minutes, NOON } from '../support/builders.ts';

let store: Store;
let ada: DeveloperId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forEmail('ada@example.com', { now: NOON });
});

describe('mutes', () => {
  const mute = (until: number) => ({ kind: 'burn_rate', until: hours(until), by: 'U1' }) as const;

  test('end at their time', () => {
    store.mutes.set(ada, mute(1), NOON);
    expect(store.mutes.find(ada, 'burn_rate', minutes(59))).toEqual(mute(1));
    expect(store.mutes.find(ada, 'burn_rate', hours(1))).toBeUndefined();
    expect(store.mutes.of(ada, hours(1))).toEqual([]);
  });

  test('of one kind are one: the last word counts', () => {
    store.mutes.set(ada, mute(5), NOON);
    store.mutes.set(ada, mute(1), NOON);
    store.mutes.set(undefined, mute(2), NOON);
    store.mutes.set(undefined, mute(3), NOON);
    expect(store.mutes.of(ada, NOON)).toEqual([mute(1)]);
    expect(store.mutes.of(undefined, NOON)).toEqual([mute(3)]);
  });

  test('can be lifted', () => {
    store.mutes.set(ada, mute(1), NOON);
    store.mutes.set(undefined, mute(1), NOON);
    store.mutes.lift(ada, 'burn_rate');
    expect(store.mutes.of(ada, NOON)).toEqual([]);
    store.mutes.lift(undefined, 'burn_rate');
    expect(store.mutes.of(undefined, NOON)).toEqual([]);
  });
});

describe('settings', () => {
  test('are the defaults until somebody changes them', () => {
    expect(store.settings.current()).toEqual(DEFAULT_SETTINGS);
    expect(store.settings.current()).toMatchObject({ kindsOff: [], levels: [80, 90, 100] });
  });

  test('hold what was saved, also for who reads the table anew', () => {
    const settings = { ...DEFAULT_SETTINGS, levels: [50], alertChannel: 'C9', quietHours: { from: 1320, until: 420 } };
    store.settings.save(settings);
    store.settings.forget();
    expect(store.settings.current()).toEqual(settings);
  });

  test('that were undone are as before', () => {
    const undone = () =>
      store.transaction(() => {
        store.settings.save({ ...DEFAULT_SETTINGS, levels: [1] });
        throw new Error('undone');
      });
    expect(undone).toThrow('undone');
    expect(store.settings.current()).toEqual(DEFAULT_SETTINGS);
  });
});

test('an audit names who did what to whose data, the newest first', () => {
  const seen = { at: NOON, by: 'U1', action: 'quota_seen', developer: ada } as const;
  const changed = { at: minutes(1), by: 'U2', action: 'settings_changed', detail: 'levels' } as const;
  store.audit.add(seen);
  store.audit.add(changed);
  expect(store.audit.recent(1)).toEqual([{ ...changed, developer: undefined }]);
  expect(store.audit.recent(9)[1]).toEqual({ ...seen, detail: undefined });
});

describe('an App Home', () => {
  test('is known from when it was opened, with what it showed last', () => {
    store.homes.opened('U1', 'a', NOON);
    store.homes.published('U1', 'b', minutes(2));
    expect(store.homes.find('U1')).toEqual({
      slackUser: 'U1',
      openedAt: NOON,
      publishedAt: minutes(2),
      fingerprint: 'b',
    });
    expect(store.homes.find('U2')).toBeUndefined();
  });

  test('that nobody opened is not published', () => {
    store.homes.published('U1', 'b', NOON);
    expect(store.homes.find('U1')).toBeUndefined();
  });

  test('comes first that was brought up to date longest ago, among those opened lately', () => {
    store.homes.opened('U1', 'a', NOON);
    store.homes.opened('U2', 'a', minutes(1));
    store.homes.opened('U3', 'a', minutes(2));
    store.homes.published('U2', 'b', minutes(9));
    expect(store.homes.openedSince(minutes(1)).map(({ slackUser }) => slackUser)).toEqual(['U3', 'U2']);
  });
});

test('the events of an incident are read in parts', () => {
  const incident = store.incidents.add(cacheIncident({ developer: ada }));
  const event = (at: number) => ({ incident, at: minutes(at), event: 'snoozed', by: 'U1', detail: '5' }) as const;
  const first = store.events.add(event(0));
  const second = store.events.add(event(1));
  expect(store.events.between(incident, 0, first)).toEqual([event(0)]);
  expect(store.events.between(incident, first, second)).toEqual([event(1)]);
  expect(store.events.between(incident, second, second + 9)).toEqual([]);
});

describe('a report to admins', () => {
  const archived = { is: 'cannot_post', channel: 'C1', code: 'is_archived' } as const;

  test('is known as long as one asks for it', () => {
    const id = store.adminReports.add(archived, NOON);
    expect(store.adminReports.find(id)).toEqual({ id, problem: archived, at: NOON });
    expect(store.adminReports.isKnown(archived, hours(-1))).toBe(true);
    expect(store.adminReports.isKnown(archived, NOON)).toBe(false);
  });

  test('of another channel or for another reason is another one', () => {
    store.adminReports.add(archived, NOON);
    expect(store.adminReports.isKnown({ ...archived, channel: 'C2' }, hours(-1))).toBe(false);
    expect(store.adminReports.isKnown({ ...archived, code: 'not_in_channel' }, hours(-1))).toBe(false);
    expect(store.adminReports.find(99)).toBeUndefined();
  });
});

test('what people did with an incident is kept with it', () => {
  const acknowledged = { at: minutes(1), by: 'U1' };
  const feedback = { is: 'planned', at: minutes(2), by: 'U2' } as const;
  const id = store.incidents.add(cacheIncident({ developer: ada, acknowledged, feedback }));
  store.incidents.forget();
  expect(store.incidents.find(id)?.incident).toMatchObject({ acknowledged, feedback });
});
