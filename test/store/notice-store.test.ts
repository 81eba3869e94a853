import { beforeEach, describe, expect, test } from 'vitest';
import { type IncidentId, noticeId } from '../../src/model/ids.ts';
import type { EpochMs } from '../../src/model/time.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import type { NewNotice, Notice } from '../../src/store/notice.ts';
import { createNoticeStore } from '../../src/store/notice-store.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { cacheIncident, hours, minutes, NOON, seconds } from '../support/builders.ts';

const PLACE = { channel: 'C1', ts: '1795435200.000100' };
let store: Store;
let incident: IncidentId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  const developer = store.developers.forEmail('ann@example.com', { now: NOON });
  incident = store.incidents.add(cacheIncident({ developer }));
  return () => store.close();
});

const notice = (part: Partial<NewNotice> = {}): NewNotice => ({
  subject: { of: 'incident', incident },
  audience: 'channel',
  form: 'message',
  reason: 'opened',
  severity: 'warning',
  decidedAt: NOON,
  dueAt: NOON,
  ...part,
});
const weekly = (part: Partial<NewNotice> = {}) =>
  notice({
    subject: { of: 'summary', week: '2026-W47' },
    audience: 'summary_channel',
    reason: 'weekly',
    severity: 'info',
    ...part,
  });
const later = (dueAt: EpochMs) => ({ state: 'waiting', dueAt, problem: 'rate_limited', attempts: 0 }) as const;
const due = (): readonly Notice[] => store.notices.due(minutes(60));

/** Claims what is due first. */
function claimed(): Notice {
  const [first] = due();
  if (!first || !store.notices.claim(first.id)) throw new Error('nothing to claim');
  return first;
}

describe('a notice', () => {
  test('waits until it is due', () => {
    store.notices.add(notice({ dueAt: seconds(15) }));
    expect(store.notices.due(seconds(14))).toEqual([]);
    expect(store.notices.due(seconds(15))).toEqual([
      {
        id: noticeId(1),
        subject: { of: 'incident', incident },
        audience: 'channel',
        form: 'message',
        recipient: undefined,
        severity: 'warning',
        eventId: undefined,
        claimedIn: undefined,
        reason: 'opened',
        attempts: 0,
        decidedAt: NOON,
      },
    ]);
  });

  test('is sent in the order in which it became due', () => {
    store.notices.add(notice({ dueAt: seconds(9) }));
    store.notices.add(notice({ audience: 'developer', dueAt: seconds(3) }));
    expect(due().map((one) => one.audience)).toEqual(['developer', 'channel']);
  });

  test('is claimed by one sender alone', () => {
    store.notices.add(notice());
    const [first] = due();
    expect([0, 1].map(() => first && store.notices.claim(first.id))).toEqual([true, false]);
    expect(due()).toEqual([]);
    expect(store.notices.unsettled(NOON)).toMatchObject([{ id: first?.id }]);
  });

  test.each([
    ['sent', (id: Notice['id']) => store.notices.sent(id, NOON, PLACE)],
    ['skipped', (id: Notice['id']) => store.notices.skipped(id, NOON, 'muted')],
    ['failed', (id: Notice['id']) => store.notices.failed(id, NOON, 'msg_too_long')],
  ])('that is %s is settled, and stays so', (state, settle) => {
    store.notices.add(notice());
    const { id } = claimed();
    settle(id);
    store.notices.postpone(id, later(NOON));
    expect([...store.notices.unsettled(hours(99)), ...due()]).toEqual([]);
    const standing = store.notices.message({ of: 'incident', incident }, 'channel');
    expect(standing).toEqual(state === 'sent' ? PLACE : undefined);
  });

  test('that nobody claimed cannot be settled', () => {
    store.notices.add(notice());
    store.notices.sent(noticeId(1), NOON, PLACE);
    expect(due()).toHaveLength(1);
  });
});

describe('of one message one notice waits', () => {
  test('and takes up what comes later', () => {
    store.notices.add(notice({ reason: 'grown', dueAt: seconds(1) }));
    expect(store.notices.add(notice({ reason: 'escalated', severity: 'critical', decidedAt: seconds(2) }))).toBe(true);
    expect(due()).toMatchObject([{ reason: 'escalated', decidedAt: seconds(2) }]);
    expect(store.notices.last(incident, 'channel')).toEqual({
      reason: 'escalated',
      severity: 'critical',
      decidedAt: seconds(2),
    });
  });

  test('whose first word stays the first word', () => {
    store.notices.add(notice());
    store.notices.add(notice({ reason: 'grown' }));
    expect(due().map((one) => one.reason)).toEqual(['opened']);
  });

  test('for each audience and form', () => {
    store.notices.add(notice());
    store.notices.add(notice({ audience: 'developer' }));
    store.notices.add(notice({ form: 'reply', reason: 'resolved' }));
    expect(due()).toHaveLength(3);
  });

  test('while another is being sent', () => {
    store.notices.add(notice());
    claimed();
    store.notices.add(notice({ reason: 'grown' }));
    expect(due().map((one) => one.reason)).toEqual(['grown']);
  });
});

describe('a notice that Slack did not take', () => {
  test('waits again, until later', () => {
    store.notices.add(notice());
    store.notices.postpone(claimed().id, { ...later(seconds(30)), attempts: 1 });
    expect(store.notices.due(seconds(29))).toEqual([]);
    expect(store.notices.due(seconds(30))).toMatchObject([{ attempts: 1, reason: 'opened' }]);
  });

  test('gives way to the newer one that waits already', () => {
    store.notices.add(notice());
    const first = claimed();
    store.notices.add(notice({ reason: 'grown' }));
    store.notices.postpone(first.id, later(seconds(30)));
    expect(due().map((one) => one.reason)).toEqual(['grown']);
    expect(store.notices.unsettled(hours(1))).toEqual([]);
  });
});

describe('a notice that nobody can look up', () => {
  test('stays claimed, and is looked up again later', () => {
    store.notices.add(notice());
    store.notices.postpone(claimed().id, { ...later(minutes(5)), state: 'sending', attempts: 3 });
    expect(due()).toEqual([]);
    expect(store.notices.unsettled(minutes(4))).toEqual([]);
    expect(store.notices.unsettled(minutes(5))).toMatchObject([{ attempts: 3 }]);
  });

  test('is being sent, until it is settled', () => {
    const isBeingSent = () => store.notices.isBeingSent({ of: 'incident', incident }, 'channel');
    store.notices.add(notice());
    expect(isBeingSent()).toBe(false);
    const { id } = claimed();
    expect(isBeingSent()).toBe(true);
    store.notices.sent(id, NOON, PLACE);
    expect(isBeingSent()).toBe(false);
  });
});

describe('a notice that waits', () => {
  test('for others of its kind keeps its time while its incident grows', () => {
    store.notices.add(notice({ dueAt: seconds(10) }));
    store.notices.add(notice({ reason: 'escalated', severity: 'critical', dueAt: NOON }));
    expect(store.notices.due(seconds(9))).toEqual([]);
    expect(store.notices.due(seconds(10))).toHaveLength(1);
  });

  test.each(['snoozed', 'quiet hours'])('because of %s is looked at again when its incident changes', (problem) => {
    store.notices.add(notice());
    store.notices.postpone(noticeId(1), { state: 'waiting', dueAt: hours(8), problem, attempts: 0 });
    expect(store.notices.due(hours(7))).toEqual([]);
    store.notices.add(notice({ reason: 'escalated', severity: 'critical', dueAt: minutes(5) }));
    expect(store.notices.due(minutes(5))).toMatchObject([{ severity: 'critical' }]);
  });

  test('because of a snooze that was taken back is looked at at once', () => {
    store.notices.add(notice());
    store.notices.postpone(noticeId(1), { state: 'waiting', dueAt: hours(8), problem: 'snoozed', attempts: 0 });
    store.notices.add(weekly({ dueAt: hours(9) }));
    store.notices.releaseHeld(minutes(1));
    expect(store.notices.due(minutes(1))).toHaveLength(1);
  });
});

test('no query reads through all that was ever said', () => {
  const db = openDatabase(':memory:');
  const queries: string[] = [];
  const prepare = (sql: string) => {
    queries.push(sql);
    return db.prepare(sql);
  };
  createNoticeStore({ prepare } as unknown as Database);
  const values = { of: 'incident', about: '1', audience: 'channel', recipient: null, before: 9, from: 0, now: NOON };
  const plans = queries
    .filter((sql) => sql.trim().startsWith('SELECT'))
    .map((sql) => JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values)));
  expect(plans.length).toBeGreaterThan(4);
  for (const plan of plans) expect(plan).not.toContain('SCAN');
  expect(plans.join()).toContain('INDEX notices_due (due_at<?)');
  expect(plans.join()).toContain('INDEX notices_unsettled (due_at<?)');
  db.close();
});

describe('what was last said of an incident', () => {
  test('is nothing at first', () => {
    expect(store.notices.last(incident, 'channel')).toBeUndefined();
  });

  test('is the newest message to that audience, no reply, and none that failed', () => {
    store.notices.add(notice());
    store.notices.sent(claimed().id, NOON, PLACE);
    store.notices.add(notice({ reason: 'grown' }));
    store.notices.failed(claimed().id, NOON, 'x');
    store.notices.add(notice({ form: 'reply', reason: 'resolved' }));
    expect(store.notices.last(incident, 'channel')?.reason).toBe('opened');
    expect(store.notices.last(incident, 'developer')).toBeUndefined();
  });
});

describe('the message of a subject', () => {
  test('stands where it was last sent', () => {
    const subject = { of: 'incident', incident } as const;
    expect(store.notices.message(subject, 'channel')).toBeUndefined();
    store.notices.add(notice());
    store.notices.sent(claimed().id, NOON, PLACE);
    store.notices.add(notice({ form: 'reply' }));
    store.notices.sent(claimed().id, NOON, { channel: 'C1', ts: '2' });
    expect(store.notices.message(subject, 'channel')).toEqual(PLACE);
    expect(store.notices.message(subject, 'developer')).toBeUndefined();
  });

  test('may be that of a week', () => {
    store.notices.add(weekly());
    store.notices.sent(claimed().id, NOON, PLACE);
    expect(store.notices.message({ of: 'summary', week: '2026-W47' }, 'summary_channel')).toEqual(PLACE);
    expect(store.notices.message({ of: 'summary', week: '2026-W48' }, 'summary_channel')).toBeUndefined();
  });
});

describe('a message is coming', () => {
  const coming = (audience: Notice['audience'] = 'channel') =>
    store.notices.isComing({ of: 'incident', incident }, audience);

  test('while its notice waits or is being sent, and no longer', () => {
    expect(coming()).toBe(false);
    store.notices.add(notice());
    expect(coming()).toBe(true);
    expect(coming('developer')).toBe(false);
    const { id } = claimed();
    expect(coming()).toBe(true);
    store.notices.sent(id, NOON, PLACE);
    expect(coming()).toBe(false);
  });

  test('is not said of a reply', () => {
    store.notices.add(notice({ form: 'reply' }));
    expect(coming()).toBe(false);
  });
});

describe('a week', () => {
  test('is announced once, also after that was sent', () => {
    expect(store.notices.add(weekly())).toBe(true);
    expect(store.notices.add(weekly())).toBe(false);
    store.notices.sent(claimed().id, NOON, PLACE);
    expect(store.notices.add(weekly({ dueAt: minutes(9) }))).toBe(false);
    expect(due()).toEqual([]);
  });

  test('has a message and a reply, and is another one next week', () => {
    store.notices.add(weekly());
    store.notices.add(weekly({ form: 'reply' }));
    store.notices.add(weekly({ subject: { of: 'summary', week: '2026-W48' } }));
    expect(due().map((one) => one.subject)).toEqual([
      { of: 'summary', week: '2026-W47' },
      { of: 'summary', week: '2026-W47' },
      { of: 'summary', week: '2026-W48' },
    ]);
  });
});
