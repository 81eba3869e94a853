import { beforeEach, describe, expect, test } from 'vitest';
import type { DeveloperId } from '../../src/model/ids.ts';
import { type HomeOfDeps, homeOf } from '../../src/slack/home-of.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { cacheIncident, hours, minutes, NOON } from '../support/builders.ts';
import { lockedOut, over, passed, silent } from './incidents.ts';

const ADA = 'U000000ADA';

let store: Store;
let ada: DeveloperId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forSlackUser(
    { slackUser: ADA, email: 'ada@example.com', name: 'Ada', timeZone: 'Europe/Berlin' },
    NOON,
  );
  return () => store.close();
});

const nobody = () => Promise.reject(new Error('Slack is asked'));

function seen(deps: Partial<HomeOfDeps> = {}, slackUser = ADA) {
  const all = {
    store,
    people: { developer: nobody },
    isAdmin: async () => false,
    channelNames: 'consent',
    zone: 'Asia/Tokyo',
  } as const;
  return homeOf({ ...all, ...deps }, slackUser, NOON);
}

describe('App Home of somebody', () => {
  test('is gathered without asking Slack who they are, in their own zone', async () => {
    expect((await seen()).quota).toMatchObject({ who: undefined, zone: 'Europe/Berlin', now: NOON });
  });

  test('asks Slack about a stranger, who is shown the team’s zone until theirs is known', async () => {
    const developer = async (slackUser: string) => {
      const id = store.developers.forSlackUser(
        { slackUser, email: undefined, name: undefined, timeZone: undefined },
        NOON,
      );
      return store.developers.find(id) ?? nobody();
    };
    expect((await seen({ people: { developer } }, 'U00000GRACE')).quota.zone).toBe('Asia/Tokyo');
  });

  test('has what happened in the last week, the newest first, without what was only recorded', async () => {
    const old = { ...passed(80), developer: ada, openedAt: hours(-24 * 7 - 1) };
    const recorded = cacheIncident({ developer: ada, severity: 'recorded', openedAt: hours(-2) });
    const resolved = over({ ...lockedOut(), developer: ada, openedAt: hours(-1) }, 'open_again');
    const open = { ...passed(90), developer: ada };
    for (const incident of [old, recorded, resolved, open]) store.incidents.add(incident);
    const { incidents } = await seen();
    expect(incidents.map(({ kind, resolved: end }) => [kind, end?.by])).toEqual([
      ['window_threshold', undefined],
      ['lock_out', 'open_again'],
    ]);
  });

  test('has the mutes that are in force, and the kinds that the team looks for', async () => {
    store.mutes.set(ada, { kind: 'burn_rate', until: minutes(5), by: ADA }, NOON);
    store.mutes.set(ada, { kind: 'lock_out', until: NOON, by: ADA }, NOON);
    store.mutes.set(undefined, { kind: 'fleet_regression', until: minutes(5), by: ADA }, NOON);
    store.settings.save({ ...store.settings.current(), kindsOff: ['data_silence'] });
    const { mutes, kinds } = await seen();
    expect(mutes).toMatchObject([{ kind: 'burn_rate', until: minutes(5) }]);
    expect(kinds).toContain('burn_rate');
    expect(kinds).not.toContain('data_silence');
    expect(kinds).not.toContain('fleet_regression');
  });

  test('has their quiet hours', async () => {
    expect((await seen()).quietHours).toBeUndefined();
    store.developers.setQuietHours(ada, { from: 1320, until: 420 });
    expect((await seen()).quietHours).toEqual({ from: 1320, until: 420 });
  });

  test.each([
    ['consent', false],
    ['always', undefined],
    ['never', undefined],
  ] as const)('asks for their name only where it is theirs to give: %s', async (channelNames, hasConsented) => {
    expect((await seen({ channelNames })).hasConsented).toBe(hasConsented);
  });
});

describe('the team', () => {
  const isAdmin = async () => true;

  test('is for admins alone', async () => {
    expect((await seen()).team).toBeUndefined();
    expect((await seen({ isAdmin })).team).toBeDefined();
  });

  test('tells which feeds are heard, and which never were', async () => {
    store.reports.hear(ada, 'telemetry', hours(-23));
    const grace = store.developers.forEmail('grace@example.com', { now: NOON });
    store.reports.hear(grace, 'telemetry', hours(-25));
    expect((await seen({ isAdmin })).team).toMatchObject({
      feeds: [{ feed: 'telemetry', alive: 1, quiet: 1 }],
      withoutStatusLine: 1,
    });
  });

  test('names whose feed fell silent where they agreed, and counts the others', async () => {
    const grace = store.developers.forEmail('grace@example.com', { now: NOON });
    store.developers.consentToNames(ada, NOON);
    for (const developer of [ada, grace]) store.incidents.add({ ...silent('status_line'), developer });
    store.incidents.add({ ...silent('telemetry'), developer: grace, subject: 'telemetry' });
    store.incidents.add(over({ ...silent('telemetry'), developer: ada, subject: 'telemetry' }, 'heard'));
    expect((await seen({ isAdmin })).team?.silent).toEqual([
      { feed: 'telemetry', who: '1 developer' },
      { feed: 'status_line', who: `<@${ADA}> and 1 other developer` },
    ]);
  });
});
