import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type DeveloperId, developerId } from '../../src/model/ids.ts';
import { PLANS } from '../../src/model/plans.ts';
import { plus, SECOND_MS } from '../../src/model/time.ts';
import type { SlackProfile } from '../../src/store/developer-store.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import {
  cacheIncident,
  fleetIncident,
  hours,
  marker,
  minutes,
  NOON,
  reading,
  request,
  SESSION,
} from '../support/builders.ts';

let store: Store;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  return () => store.close();
});

const profile = (part: Partial<SlackProfile> = {}): SlackProfile => ({
  slackUser: 'U1',
  email: 'Ann@Example.com',
  name: 'Ann',
  timeZone: 'Europe/Berlin',
  ...part,
});

describe('a developer', () => {
  test('is known by email in any case, and created once', () => {
    const id = store.developers.forEmail('Ann@Example.com', { now: NOON });
    expect(store.developers.forEmail('ann@example.COM', { now: NOON })).toBe(id);
    expect(store.developers.find(id)).toEqual({
      id,
      email: 'ann@example.com',
      slackUser: undefined,
      name: undefined,
      timeZone: undefined,
      plan: undefined,
      hasConsentedToNames: false,
    });
    expect(store.developers.all()).toHaveLength(1);
  });

  describe('whose email was just asked for', () => {
    const ann = () => store.developers.forEmail('ann@example.com', { now: NOON });

    test('is another, once the first was never written', () => {
      let first: DeveloperId | undefined;
      const undone = (transaction: Store['transaction']) => () =>
        transaction(() => {
          first = ann();
          throw new Error('no');
        });
      expect(undone(store.transaction)).toThrow('no');
      expect(store.developers.find(ann())?.email).toBe('ann@example.com');
      store.developers.forget(ann(), NOON);
      store.transaction(() => expect(undone(store.transaction)).toThrow('no'));
      expect(first).toBeDefined();
      expect(store.developers.find(ann())?.email).toBe('ann@example.com');
    });

    test('is another, once the first was forgotten', () => {
      const first = ann();
      store.developers.forget(first, NOON);
      expect(ann()).not.toBe(first);
      expect(store.developers.find(ann())?.email).toBe('ann@example.com');
    });

    test('is the one that stays, once two are one', () => {
      const slack = store.developers.forSlackUser(profile({ email: undefined }), NOON);
      const first = ann();
      expect(store.developers.forSlackUser(profile(), NOON)).toBe(ann());
      expect([first, store.developers.find(slack)]).toEqual([ann(), undefined]);
    });

    test('is somebody new, once Slack knows the first by another email', () => {
      const first = store.developers.forSlackUser(profile(), NOON);
      expect(ann()).toBe(first);
      expect(store.developers.forSlackUser(profile({ email: 'ann@example.org' }), NOON)).toBe(first);
      expect(ann()).not.toBe(first);
    });
  });

  test('takes a name when there is one', () => {
    const id = store.developers.forEmail('ann@example.com', { now: NOON, name: 'A.' });
    store.developers.forEmail('ann@example.com', { now: NOON, name: 'Ann' });
    store.developers.forEmail('ann@example.com', { now: NOON });
    expect(store.developers.find(id)?.name).toBe('Ann');
  });

  test('of Slack may have no email', () => {
    const id = store.developers.forSlackUser(profile({ email: undefined }), NOON);
    expect(store.developers.findBySlackUser('U1')).toMatchObject({ id, email: undefined, timeZone: 'Europe/Berlin' });
  });

  test('of Slack stays one person, and keeps what Slack no longer tells', () => {
    const id = store.developers.forSlackUser(profile(), NOON);
    const bare = profile({ email: undefined, name: undefined, timeZone: undefined });
    expect(store.developers.forSlackUser(bare, NOON)).toBe(id);
    expect(store.developers.find(id)).toMatchObject({ email: 'ann@example.com', name: 'Ann' });
  });

  test.each<[news: string, part: Partial<SlackProfile>, known: object]>([
    ['email', { email: 'ann@example.org' }, { email: 'ann@example.org' }],
    ['name', { name: 'Ann Lee' }, { name: 'Ann Lee' }],
    ['time zone', { timeZone: 'Asia/Tokyo' }, { timeZone: 'Asia/Tokyo' }],
  ])('of Slack is known by the new %s that Slack tells', (_, part, known) => {
    const id = store.developers.forSlackUser(profile(), NOON);
    expect(store.developers.forSlackUser(profile(part), NOON)).toBe(id);
    expect(store.developers.find(id)).toMatchObject(known);
  });

  test('of Slack is known while somebody else writes, where Slack tells nothing new', () => {
    const folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
    const path = join(folder, 'quota-watch.db');
    const file = openStore(path, NOON);
    const other = new BetterSqlite3(path);
    onTestFinished(() => {
      other.close();
      file.close();
      rmSync(folder, { recursive: true });
    });
    const id = file.developers.forSlackUser(profile(), NOON);
    other.exec('BEGIN IMMEDIATE');
    expect(file.developers.forSlackUser(profile({ email: 'ANN@example.com' }), NOON)).toBe(id);
  });

  test('whom nobody knows is not found', () => {
    expect(store.developers.find(developerId(99))).toBeUndefined();
    expect(store.developers.findBySlackUser('U9')).toBeUndefined();
  });

  test('consents to their name, and may withdraw it', () => {
    const id = store.developers.forEmail('ann@example.com', { now: NOON });
    store.developers.consentToNames(id, NOON);
    expect(store.developers.find(id)?.hasConsentedToNames).toBe(true);
    store.developers.withdrawConsent(id);
    expect(store.developers.find(id)?.hasConsentedToNames).toBe(false);
  });
});

describe('a plan', () => {
  test('is unknown until it was told, and may change', () => {
    const id = store.developers.forEmail('ann@example.com', { now: NOON });
    expect(store.developers.find(id)?.plan).toBeUndefined();
    for (const plan of PLANS) {
      store.developers.setPlan(id, plan);
      expect(store.developers.find(id)?.plan).toBe(plan);
    }
  });

  test('is one’s own', () => {
    const [ann, bob] = ['ann@example.com', 'bob@example.com'].map((email) =>
      store.developers.forEmail(email, { now: NOON }),
    );
    if (ann) store.developers.setPlan(ann, 'max');
    expect(bob && store.developers.find(bob)?.plan).toBeUndefined();
  });
});

const OPENED = {
  audience: 'developer',
  form: 'message',
  reason: 'opened',
  severity: 'warning',
  decidedAt: NOON,
  dueAt: NOON,
} as const;

describe('two who turn out to be one person', () => {
  let telemetry: DeveloperId;
  let slack: DeveloperId;

  beforeEach(() => {
    telemetry = store.developers.forEmail('ann@example.com', { now: NOON });
    slack = store.developers.forSlackUser(profile({ email: undefined }), NOON);
  });

  /** Slack tells the email, which telemetry knows. */
  const merge = () => store.developers.forSlackUser(profile(), NOON);

  test('become the one that telemetry knows by the email', () => {
    expect(merge()).toBe(telemetry);
    expect(store.developers.all()).toEqual([
      {
        id: telemetry,
        email: 'ann@example.com',
        slackUser: 'U1',
        name: 'Ann',
        timeZone: 'Europe/Berlin',
        plan: undefined,
        hasConsentedToNames: false,
      },
    ]);
  });

  test('keep all that either had', () => {
    store.requests.keep(slack, request({ requestId: 'req_1' }), NOON);
    store.requests.keep(telemetry, request({ requestId: 'req_2' }), NOON);
    store.sessions.see(slack, { session: SESSION, at: NOON });
    store.sessions.addMarker(slack, marker('resume'));
    store.sessions.addError(slack, { session: SESSION, at: NOON, statusCode: 429 }, NOON);
    store.undetected.note(slack, { session: SESSION, at: NOON, is: 'error' });
    store.reports.hear(slack, 'status_line', NOON);
    const account = store.sessions.account(slack, SESSION);
    store.windows.read(slack, account, reading());
    const token = store.tokens.create({ of: 'developer', developer: slack }, NOON);
    const incident = store.incidents.add(cacheIncident({ developer: slack }));
    merge();
    expect(store.requests.ofSession(telemetry, SESSION, NOON)).toHaveLength(2);
    expect(store.sessions.owner(SESSION)).toBe(telemetry);
    expect(store.sessions.markers(telemetry, SESSION, NOON)).toHaveLength(1);
    expect(store.sessions.lastThrottled(telemetry, account, NOON)).toBeDefined();
    expect(store.undetected.next(NOON, 10)).toMatchObject([{ developer: telemetry, session: SESSION, fromAt: NOON }]);
    expect(store.reports.feeds(telemetry).get('status_line')).toBe(NOON);
    const [window, ...others] = store.windows.known(telemetry, NOON);
    expect(others).toEqual([]);
    expect(window && store.windows.rises(window)).toHaveLength(1);
    expect(store.tokens.owner(token, NOON)).toEqual({ of: 'developer', developer: telemetry });
    expect(store.incidents.find(incident)?.incident.developer).toBe(telemetry);
  });

  test('keep apart what ended in the same millisecond, and know each again by its ids', () => {
    const sent = [
      { developer: slack, ids: ['req_1', 'req_2', 'both'] },
      { developer: telemetry, ids: ['req_3', 'both', 'req_4'] },
    ];
    for (const { developer, ids } of sent)
      for (const requestId of ids) store.requests.keep(developer, request({ requestId, model: requestId }), NOON);
    merge();
    const known = ['req_1', 'req_2', 'req_3', 'req_4', 'both'];
    const again = known.map((requestId) =>
      store.requests.keep(telemetry, request({ requestId, model: requestId }), NOON),
    );
    expect(again).toEqual(known.map(() => 'duplicate'));
    const kept = store.requests.ofSession(telemetry, SESSION, NOON).map((stored) => stored.request.model);
    expect(kept.toSorted()).toEqual(known.toSorted());
    expect(store.requests.keep(telemetry, request({ requestId: 'req_2', model: 'other' }), NOON)).toBe('conflict');
  });

  test('keep once what both had, with its notices', () => {
    const both = [telemetry, slack].map((developer) => {
      store.requests.keep(developer, request({ requestId: 'req_1' }), NOON);
      store.sessions.see(developer, { session: SESSION, at: NOON });
      const incident = store.incidents.add(cacheIncident({ developer }));
      store.notices.add({ ...OPENED, subject: { of: 'incident', incident } });
      return incident;
    });
    merge();
    expect(store.requests.ofSession(telemetry, SESSION, NOON)).toHaveLength(1);
    expect(store.incidents.open().map((stored) => stored.id)).toEqual(both.slice(0, 1));
    expect(store.notices.due(minutes(1)).map((notice) => notice.subject)).toEqual([
      { of: 'incident', incident: both[0] },
    ]);
  });

  test.each([
    ['the higher percentage of the one who ends', 40, 70],
    ['the higher percentage of the one who stays', 70, 40],
  ])('keep of one window %s, and all its rises', (_, staying, ending) => {
    const account = store.sessions.account(telemetry, SESSION);
    // Readings of one window may name resets some seconds apart.
    store.windows.read(telemetry, account, reading({ usedPercent: staying, at: minutes(staying) }));
    store.windows.read(
      slack,
      account,
      reading({ usedPercent: ending, at: minutes(ending), resetsAt: plus(hours(4), 20 * SECOND_MS) }),
    );
    merge();
    const windows = store.windows.known(telemetry, NOON);
    expect(windows).toMatchObject([{ usedPercent: 70, lastReadAt: minutes(70), resetsAt: hours(4) }]);
    expect(windows.flatMap(store.windows.rises).map(({ usedPercent }) => usedPercent)).toEqual([40, 70]);
  });

  test('keep that a limit was hit, and windows of other resets apart', () => {
    const account = store.sessions.account(telemetry, SESSION);
    store.windows.read(telemetry, account, reading({ usedPercent: 100, at: minutes(2) }));
    store.windows.read(slack, account, reading({ usedPercent: 100, at: minutes(1), source: 'stop_failure' }));
    store.windows.read(slack, account, reading({ resetsAt: hours(9) }));
    merge();
    expect(store.windows.known(telemetry, NOON)).toMatchObject([
      { resetsAt: hours(4), lastReadAt: minutes(2), refusedAt: minutes(1) },
      { resetsAt: hours(9), refusedAt: undefined },
    ]);
  });

  test('add up what each used, prompt by prompt and hour by hour', () => {
    const one = { ...request({ promptId: 'p', costMicros: 30, cacheReadTokens: 5 }), endedAt: NOON };
    for (const [developer, used] of [
      [slack, one],
      [telemetry, one],
      [slack, { ...one, promptId: 'q', sequence: 7 }],
    ] as const)
      store.requests.keep(developer, used, NOON);
    merge();
    const day = { from: hours(-1), before: hours(1) };
    expect(store.usage.readsOfActiveHours(telemetry, day)).toEqual([15]);
    expect(store.usage.promptCosts(telemetry, day, '').toSorted()).toEqual([30, 60]);
    expect(store.usage.promptCosts(slack, day, '')).toEqual([]);
  });

  test('keep when either was last heard, and what of either is still to be judged', () => {
    store.reports.hear(telemetry, 'hook', NOON);
    store.reports.hear(slack, 'hook', minutes(1));
    store.undetected.note(telemetry, { session: SESSION, at: minutes(1), is: 'error' });
    store.undetected.note(slack, { session: SESSION, at: NOON, is: 'error' });
    merge();
    expect(store.reports.feeds(telemetry).get('hook')).toBe(minutes(1));
    expect(store.undetected.next(NOON, 10)).toMatchObject([{ developer: telemetry, fromAt: NOON }]);
  });

  test('keep every incident but a second open one of a subject, whose messages the first takes over', () => {
    const resolved = { at: minutes(5), by: 'healthy' as const };
    const past = store.incidents.add(cacheIncident({ developer: slack, resolved }));
    const stays = store.incidents.add(cacheIncident({ developer: telemetry }));
    const ends = store.incidents.add(cacheIncident({ developer: slack }));
    for (const incident of [past, ends]) {
      store.notices.add({ ...OPENED, subject: { of: 'incident', incident } });
    }
    for (const { id } of store.notices.due(NOON)) {
      store.notices.claim(id);
      store.notices.sent(id, NOON, { channel: 'D1', ts: `${id}` });
    }
    merge();
    expect(
      store.incidents
        .recentOf(telemetry, NOON, 10)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual([past, stays]);
    expect(store.incidents.find(ends)).toBeUndefined();
    for (const incident of [past, stays]) {
      expect(store.notices.message({ of: 'incident', incident }, 'developer')).toBeDefined();
    }
  });

  test('keep what people did about a second open incident, and its past', () => {
    const deed = { at: minutes(1), by: 'U9' };
    const stays = store.incidents.add(cacheIncident({ developer: telemetry }));
    const ends = store.incidents.add(
      cacheIncident({ developer: slack, acknowledged: deed, feedback: { is: 'planned', ...deed } }),
    );
    const event = store.events.add({ incident: ends, event: 'acknowledged', ...deed });
    merge();
    expect(store.incidents.find(stays)?.incident).toMatchObject({ acknowledged: deed, feedback: { is: 'planned' } });
    expect(store.events.between(stays, 0, event)).toMatchObject([{ event: 'acknowledged', by: 'U9' }]);
  });

  test('are one among those whom a regression hit', () => {
    const other = store.developers.forEmail('grace@example.com', { now: NOON });
    const both = store.incidents.add(fleetIncident({}, { developers: [slack, other, telemetry] }));
    merge();
    const evidence = store.incidents.find(both)?.incident.evidence as { developers: readonly number[] };
    expect(evidence.developers.toSorted()).toEqual([telemetry, other].toSorted());
  });

  test('keep of two mutes the longer one, and what only one of them muted', () => {
    const mute = (kind: 'burn_rate' | 'lock_out' | 'prompt_spike', until: number) => ({
      kind,
      until: minutes(until),
      by: 'U1',
    });
    store.mutes.set(telemetry, mute('burn_rate', 10), NOON);
    store.mutes.set(slack, mute('burn_rate', 20), NOON);
    store.mutes.set(telemetry, mute('lock_out', 40), NOON);
    store.mutes.set(slack, mute('lock_out', 30), NOON);
    store.mutes.set(slack, mute('prompt_spike', 50), NOON);
    merge();
    expect(store.mutes.of(telemetry, NOON)).toEqual([
      mute('burn_rate', 20),
      mute('lock_out', 40),
      mute('prompt_spike', 50),
    ]);
  });

  test('keep who looked at either', () => {
    for (const developer of [telemetry, slack]) {
      store.audit.add({ at: NOON, by: 'U9', action: 'quota_seen', developer });
    }
    merge();
    expect(store.audit.recent(9).map((row) => row.developer)).toEqual([telemetry, telemetry]);
  });

  test.each([
    ['of the one who ends, where the other has none', undefined, { from: 0, until: 60 }],
    ['of the one who stays', { from: 10, until: 20 }, { from: 10, until: 20 }],
  ])('keep the quiet hours %s', (_, staying, kept) => {
    if (staying) store.developers.setQuietHours(telemetry, staying);
    store.developers.setQuietHours(slack, { from: 0, until: 60 });
    merge();
    expect(store.developers.find(telemetry)?.quietHours).toEqual(kept);
  });

  test.each([
    ['once', [1], 1],
    ['once, where both waited for it', [0, 1], 1],
  ])('are welcomed %s', (_, welcomed, times) => {
    for (const index of welcomed) {
      const developer = [telemetry, slack][index] ?? slack;
      store.notices.add({ ...OPENED, subject: { of: 'first_data', developer } });
    }
    merge();
    const waiting = store.notices.due(NOON).map(({ subject }) => subject);
    expect(waiting).toEqual(Array.from({ length: times }, () => ({ of: 'first_data', developer: telemetry })));
  });

  test('are told of a feed once, where either was told of it', () => {
    for (const developer of [telemetry, slack]) store.reports.hear(developer, 'telemetry', NOON);
    store.reports.announce(slack, NOON);
    merge();
    expect(store.reports.unannounced(9)).toEqual([]);
  });

  test('are never met by somebody new under the number that ended', () => {
    merge();
    expect(store.developers.forEmail('grace@example.com', { now: NOON })).toBeGreaterThan(slack);
  });

  test('keep the consent that was given in Slack', () => {
    store.developers.consentToNames(slack, NOON);
    merge();
    expect(store.developers.find(telemetry)?.hasConsentedToNames).toBe(true);
  });

  test('are merged once, and stay merged', () => {
    merge();
    expect(merge()).toBe(telemetry);
  });
});

describe('quiet hours', () => {
  test('are kept until they are dropped', () => {
    const id = store.developers.forSlackUser(profile(), NOON);
    expect(store.developers.find(id)?.quietHours).toBeUndefined();
    store.developers.setQuietHours(id, { from: 1320, until: 0 });
    expect(store.developers.find(id)?.quietHours).toEqual({ from: 1320, until: 0 });
    store.developers.clearQuietHours(id);
    expect(store.developers.find(id)?.quietHours).toBeUndefined();
  });
});
