import { beforeEach, expect, test } from 'vitest';
import { createTakeIntoDigest, type TakeIntoDigest } from '../../src/jobs/take-into-digest.ts';
import type { IncidentId } from '../../src/model/ids.ts';
import type { Incident } from '../../src/model/incident.ts';
import { type EpochMs, plus, SECOND_MS } from '../../src/model/time.ts';
import type { Notice } from '../../src/store/notice.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { cacheIncident, fleetIncident, hours, minutes, NOON, seconds } from '../support/builders.ts';

let store: Store;
let takeIntoDigest: TakeIntoDigest;
let opened: number;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  takeIntoDigest = createTakeIntoDigest({ store });
  opened = 0;
});

/** An incident opens; its first word is posted, or goes into a digest. */
function tell(now: EpochMs, incident: Incident = another(), audience: Notice['audience'] = 'channel'): IncidentId {
  const id = store.incidents.add(incident);
  say(id, now, audience);
  return id;
}

function say(id: IncidentId, now: EpochMs, audience: Notice['audience'] = 'channel'): 'posted' | 'in digest' {
  const subject = { of: 'incident', incident: id } as const;
  const severity = 'warning';
  store.notices.add({ subject, audience, form: 'message', reason: 'opened', severity, decidedAt: now, dueAt: now });
  const notice = store.notices.due(now).find((due) => due.subject.of === 'incident');
  if (!notice) throw new Error('nothing waits');
  if (takeIntoDigest(notice, now)) {
    deliverDigests(now);
    return 'in digest';
  }
  post(notice, now);
  return 'posted';
}

function post(notice: Notice, now: EpochMs) {
  const standing = store.notices.message(notice.subject, notice.audience);
  store.notices.claim(notice.id);
  store.notices.sent(notice.id, now, standing ?? { channel: 'C1', ts: `${notice.id}.0` });
}

function deliverDigests(now: EpochMs) {
  for (const notice of store.notices.due(plus(now, 10 * SECOND_MS)))
    if (notice.subject.of === 'digest') post(notice, now);
}

function another(): Incident {
  const developer = store.developers.forEmail('ada@example.com', { now: NOON });
  return cacheIncident({ developer, subject: String(opened++) });
}

const postsOfChannel = () => store.notices.postedSince('channel', hours(-1)).length;

test('three alerts stand alone, and the fourth within ten minutes begins a digest', () => {
  const [first, , third, fourth] = [0, 1, 2, 3].map((minute) => tell(minutes(minute)));
  if (!first || !third || !fourth) throw new Error('they did not open');
  expect(store.digests.of(third)).toBeUndefined();
  const digest = store.digests.newest();
  expect(digest && store.digests.incidentsOf(digest.id)).toEqual([fourth]);
  expect(postsOfChannel()).toBe(4);
});

test('a hundred incidents in ten minutes are four messages, and the digest has all the others', () => {
  for (let n = 0; n < 100; n++) tell(plus(NOON, n * 6 * SECOND_MS));
  expect(postsOfChannel()).toBe(4);
  const digest = store.digests.newest();
  expect(digest && store.digests.incidentsOf(digest.id)).toHaveLength(97);
});

test('what a digest told once, it goes on telling, however quiet the channel is by then', () => {
  for (let n = 0; n < 3; n++) tell(minutes(n));
  const crowded = tell(minutes(3));
  expect(say(crowded, hours(5))).toBe('in digest');
  expect(store.notices.isComing({ of: 'incident', incident: crowded }, 'channel')).toBe(false);
});

test('a direct message is in no digest', () => {
  for (let n = 0; n < 5; n++) tell(seconds(n), another(), 'developer');
  expect(store.digests.newest()).toBeUndefined();
});

test('what befell the fleet stands alone where others crowd, until the hour is full', () => {
  for (let n = 0; n < 4; n++) tell(seconds(n));
  const fleet = tell(seconds(5), fleetIncident());
  expect(store.digests.of(fleet)).toBeUndefined();
  for (let n = 0; n < 5; n++) tell(seconds(6 + n), fleetIncident({ subject: `2.1.${n}` }));
  expect(postsOfChannel()).toBe(10);
  const last = tell(seconds(20), fleetIncident({ subject: '2.1.9' }));
  expect(store.digests.of(last)).toBeDefined();
});

test('a crash between the two writes cannot happen: they are one', () => {
  for (let n = 0; n < 3; n++) tell(seconds(n));
  const id = store.incidents.add(another());
  const broken = createTakeIntoDigest({
    store: {
      ...store,
      notices: {
        ...store.notices,
        add: () => {
          throw new Error('disk full');
        },
      },
    },
  });
  const subject = { of: 'incident', incident: id } as const;
  store.notices.add({
    subject,
    audience: 'channel',
    form: 'message',
    reason: 'opened',
    severity: 'warning',
    decidedAt: NOON,
    dueAt: NOON,
  });
  const [notice] = store.notices.due(NOON);
  if (!notice) throw new Error('nothing waits');
  expect(() => broken(notice, seconds(4))).toThrow('disk full');
  expect(store.notices.due(NOON)).toEqual([notice]);
  expect(store.digests.newest()).toBeUndefined();
});
