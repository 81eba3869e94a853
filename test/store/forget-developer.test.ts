import { beforeEach, describe, expect, test } from 'vitest';
import type { DeveloperId } from '../../src/model/ids.ts';
import { developerId, sessionId } from '../../src/model/ids.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createForgetDeveloper } from '../../src/store/forget-developer.ts';
import type { NoticeSubject } from '../../src/store/notice.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { cacheIncident, fleetIncident, minutes, NOON, request } from '../support/builders.ts';

/** A number that stands for nothing else in the database. */
const ADA = 7001;
const GRACE = 7002;
const ADA_IN_SLACK = 'U000000ADA';

/** What anybody could know Ada by. */
const TRACES = [ADA_IN_SLACK, 'ada@example.com', 'Ada Lovelace', 'ada-session', 'qw_adaa', String(ADA)];

/** A row or more of everything that a database can hold of somebody; every table must be here, whoever adds it. */
const ROWS: Readonly<Record<string, (id: number, name: string, slackUser: string) => readonly string[]>> = {
  developers: (id, name, slackUser) => [
    `(id, email, slack_user, name, created_at) VALUES (${id}, '${name}@example.com', '${slackUser}', '${name === 'ada' ? 'Ada Lovelace' : 'Grace Hopper'}', 1)`,
  ],
  tokens: (id, name) => [
    `(hash, kind, developer_id, hint, created_at) VALUES (x'${id}00', 'personal', ${id}, 'qw_${name}a', 1)`,
  ],
  sessions: (id, name) => [
    `(developer_id, session, first_seen_at, last_seen_at) VALUES (${id}, '${name}-session', 1, 1)`,
  ],
  callers: (id, name) => [`(id, session, origin, model) VALUES (${id}, '${name}-session', 'main', 'm')`],
  requests: (id) => [`VALUES (${id}, 1, 0, ${id}, NULL, 0, NULL, 0, 1, 0, 1, 1, 1, 1, NULL, NULL, NULL)`],
  request_names: (id, name) => [`VALUES (${id}, 'req of ${name}-session', 0, 1, 0)`],
  api_errors: (id, name) => [
    `(developer_id, session, at, received_at, status_code) VALUES (${id}, '${name}-session', 1, 1, 429)`,
  ],
  markers: (id, name) => [`(developer_id, session, at, kind) VALUES (${id}, '${name}-session', 1, 'resume')`],
  windows: (id, name) => [
    `(id, developer_id, account, kind, scope, resets_at, used_percent, last_read_at, session)
      VALUES (${id}, ${id}, 'a', 'five_hour', '', 1, 1, 1, '${name}-session')`,
  ],
  readings: (id) => [`(window_id, at, used_percent, source) VALUES (${id}, 1, 1, 'status_line')`],
  cache_reports: (id, name) => [
    `(developer_id, session, at, requests, misses, expected_rebuilds, miss_recache_tokens)
      VALUES (${id}, '${name}-session', 1, 1, 1, 1, 1)`,
  ],
  feeds: (id) => [`(developer_id, feed, last_at) VALUES (${id}, 'telemetry', 1)`],
  unclaimed_reports: (_, name) => [`(session, received_at, report) VALUES ('${name}-session', 1, '[]')`],
  undetected: (id, name) => [`(developer_id, session, from_at) VALUES (${id}, '${name}-session', 1)`],
  incidents: (id, name, slackUser) => [
    `(id, developer_id, kind, subject, severity, opened_at, last_evidence_at, is_late, evidence)
      VALUES (${id}, ${id}, 'cache_invalidation', '${name}-session', 'warning', 1, 1, 0, '{"session":"${name}-session"}')`,
    // Of somebody else, and answered by this person.
    `(id, kind, subject, severity, opened_at, last_evidence_at, is_late, evidence, acknowledged_at, acknowledged_by,
      feedback, feedback_at, feedback_by)
      VALUES (${id + 10}, 'fleet_regression', '${name} answered', 'critical', 1, 1, 0, '{"developers":[1]}', 1,
        '${slackUser}', 'planned', 1, '${slackUser}')`,
  ],
  incident_events: (id, _, slackUser) => [
    `(incident_id, at, event) VALUES (${id}, 1, 'escalated')`,
    `(incident_id, at, event, by_user) VALUES (${id + 10}, 1, 'acknowledged', '${slackUser}')`,
  ],
  notices: (id, _, slackUser) => [
    notice(`'incident', ${id}, NULL, 'channel', NULL, 'message', 'sent', 'C1', '${id}.1'`),
    notice(`'incident', ${id}, NULL, 'channel', NULL, 'timeline', 'sent', 'C1', '${id}.2'`),
    notice(`'incident', ${id}, NULL, 'developer', NULL, 'message', 'sent', 'D1', '${id}.3'`),
    notice(`'incident', ${id}, NULL, 'developer', NULL, 'message', 'waiting', NULL, NULL`),
    notice(`'first_data', NULL, '${id}', 'developer', NULL, 'message', 'sent', 'D1', '${id}.4'`),
    notice(`'admin_report', NULL, '1', 'admin', '${slackUser}', 'message', 'sent', 'D1', '${id}.5'`),
    notice(`'summary', NULL, '2026-W${id % 100}', 'summary_channel', NULL, 'message', 'sent', 'C2', '6'`),
  ],
  exchange_rates: (id) => [
    `(developer_id, window_kind, points, low, high, samples, learnt_at) VALUES (${id}, 'five_hour', 1, 1, 1, 1, 1)`,
  ],
  usage_hours: (id) => [`VALUES (${id}, 1, 'm', 1, 1, 1, 1, 1, 1, 1)`],
  prompts: (id, name) => [`VALUES (${id}, 'p', '${name}-session', 'm', 1, 1, 1, 1, 1)`],
  version_days: (id) => [`VALUES (1, '2.1.330', ${id}, 1, 1, 1, 1, 1, 1)`],
  mutes: (id, _, slackUser) => [
    `(developer_id, kind, until, by_user, set_at) VALUES (${id}, 'burn_rate', 9, 'U00000000X', 1)`,
    `(kind, until, by_user, set_at) VALUES ('kind of ${id % 7}', 9, '${slackUser}', 1)`,
  ],
  audit: (id, name, slackUser) => [
    `(at, by_user, action, developer_id, detail) VALUES (1, 'U00000000X', 'quota_seen', ${id}, 'of ${name}@example.com')`,
    `(at, by_user, action) VALUES (1, '${slackUser}', 'settings_changed')`,
  ],
  homes: (_, __, slackUser) => [`VALUES ('${slackUser}', 1, 1, 'x')`],
};

/** Tables that never hold anything of one person; `request_journal` is emptied before anybody is forgotten. */
const OF_NOBODY = [
  'settings',
  'installation',
  'digests',
  'admin_reports',
  'removals',
  'request_journal',
  'settled_up_to',
];

function notice(values: string): string {
  return `(subject, incident_id, key, audience, recipient, form, state, slack_channel, slack_ts, reason, severity,
    decided_at, due_at) VALUES (${values}, 'opened', 'warning', 1, 1)`;
}

describe('the database after somebody was forgotten', () => {
  let db: Database;

  beforeEach(() => {
    db = openDatabase(':memory:');
    for (const [table, rows] of Object.entries(ROWS)) {
      for (const row of rows(ADA, 'ada', ADA_IN_SLACK)) db.exec(`INSERT INTO ${table} ${row}`);
      for (const row of rows(GRACE, 'grace', 'U0000GRACE')) db.exec(`INSERT INTO ${table} ${row}`);
    }
    return () => void db.close();
  });

  const tables = () =>
    db
      .prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all()
      .map(({ name }) => name);
  const rowsOf = (table: string) => db.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).all();
  const forget = () => db.transaction(() => createForgetDeveloper(db)(developerId(ADA), NOON))();
  const tracesIn = (value: unknown) => TRACES.filter((trace) => JSON.stringify(value).includes(trace));

  test('is known to this test in every table: whoever adds one says here what of it goes', () => {
    expect(tables().toSorted()).toEqual([...Object.keys(ROWS), ...OF_NOBODY].toSorted());
    const empty = Object.keys(ROWS).filter((table) => tracesIn(rowsOf(table)).length === 0);
    expect(empty).toEqual([]);
  });

  test('holds no trace of them, but for what they did themselves in the audit', () => {
    forget();
    const found = tables()
      .filter((table) => table !== 'removals')
      .flatMap((table) => rowsOf(table).map((row) => ({ table, row, traces: tracesIn(row) })))
      .filter(({ traces }) => traces.length > 0);
    expect(found).toEqual([
      { table: 'audit', row: expect.objectContaining({ by_user: ADA_IN_SLACK }), traces: [ADA_IN_SLACK] },
    ]);
  });

  test('holds none in its file either, where deleted rows would otherwise linger', () => {
    forget();
    const bytes = db.serialize();
    for (const trace of ['ada@example.com', 'Ada Lovelace', 'ada-session', 'qw_adaa']) {
      expect(bytes.includes(trace)).toBe(false);
    }
  });

  test('still holds everything of everybody else, and fits together', () => {
    const ofOthers = () =>
      tables()
        .filter((table) => !OF_NOBODY.includes(table))
        .map((table) => [
          table,
          rowsOf(table).filter((row) => JSON.stringify(row).match(/7002|7012|grace|GRACE|2026/)),
        ]);
    const before = ofOthers();
    forget();
    expect(ofOthers()).toEqual(before);
    expect(db.pragma('foreign_key_check')).toEqual([]);
  });

  test('has their messages to be deleted in Slack, at once, and those of nobody else', () => {
    forget();
    expect(rowsOf('removals')).toEqual(
      [`C1 ${ADA}.1`, `C1 ${ADA}.2`, `D1 ${ADA}.3`, `D1 ${ADA}.4`, `D1 ${ADA}.5`].map((place) => {
        const [channel, ts] = place.split(' ');
        return { channel, ts, due_at: NOON };
      }),
    );
  });

  test('is the same when they are forgotten twice, or nobody is there', () => {
    forget();
    const after = tables().map(rowsOf);
    forget();
    expect(tables().map(rowsOf)).toEqual(after);
  });
});

describe('what tells of several people', () => {
  let store: Store;
  let ada: DeveloperId;
  let grace: DeveloperId;

  beforeEach(() => {
    store = openStore(':memory:', NOON);
    [ada, grace] = ['ada@example.com', 'grace@example.com'].map((email) =>
      store.developers.forEmail(email, { now: NOON }),
    ) as [DeveloperId, DeveloperId];
    return () => store.close();
  });

  const ALERT = { audience: 'channel', reason: 'opened', severity: 'warning', decidedAt: NOON, dueAt: NOON } as const;
  let subjects = 0;
  const incidentOf = (developer: DeveloperId) =>
    store.incidents.add(cacheIncident({ developer, subject: `subject ${subjects++}` }));
  const said = (subject: NoticeSubject, ts: string, form: 'message' | 'reply' = 'message') => {
    store.notices.add({ ...ALERT, subject, form });
    const [due] = store.notices.due(NOON);
    if (!due) throw new Error('nothing is due');
    store.notices.claim(due.id);
    store.notices.sent(due.id, NOON, { channel: 'C1', ts });
  };
  const digested = (...developers: readonly DeveloperId[]) => {
    const digest = store.digests.add(NOON);
    for (const developer of developers) {
      store.notices.add({ ...ALERT, subject: { of: 'incident', incident: incidentOf(developer) }, form: 'message' });
      for (const { id } of store.notices.due(NOON)) store.notices.digested(id, digest, NOON);
    }
    said({ of: 'digest', digest }, '2.0');
    return digest;
  };
  const removed = () => {
    const places: string[] = [];
    for (let at = store.removals.next(minutes(1)); at; at = store.removals.next(minutes(1))) {
      places.push(at.ts);
      store.removals.done(at);
    }
    return places;
  };
  const forget = () => store.developers.forget(ada, minutes(1));
  const toSay = () => store.notices.due(minutes(1)).map(({ subject, form, reason }) => ({ subject, form, reason }));

  test('stays for the others: the fleet’s message is brought up to date, its thread of all of them goes', () => {
    const fleet = store.incidents.add(fleetIncident({}, { developers: [ada, grace] }));
    const parts = [ada, grace].map((developer) =>
      store.incidents.add(cacheIncident({ developer, subject: `${developer}`, partOf: fleet })),
    );
    said({ of: 'incident', incident: fleet }, '1.0');
    said({ of: 'incident', incident: fleet }, '1.1', 'reply');
    forget();
    expect(store.incidents.find(fleet)?.incident.evidence).toMatchObject({ developers: [grace] });
    expect(store.incidents.partsOf(fleet).map(({ id }) => id)).toEqual(parts.slice(1));
    expect(toSay()).toEqual([{ subject: { of: 'incident', incident: fleet }, form: 'message', reason: 'answered' }]);
    expect(removed()).toEqual(['1.1']);
  });

  test('that was never said needs no word now', () => {
    store.incidents.add(fleetIncident({}, { developers: [ada, grace] }));
    forget();
    expect(toSay()).toEqual([]);
  });

  test('and is about to be brought up to date anyway, is so once', () => {
    const fleet = store.incidents.add(fleetIncident({}, { developers: [ada, grace] }));
    said({ of: 'incident', incident: fleet }, '1.0');
    store.notices.add({ ...ALERT, subject: { of: 'incident', incident: fleet }, form: 'message', reason: 'grown' });
    forget();
    expect(toSay().map(({ reason }) => reason)).toEqual(['grown']);
  });

  test('goes where nobody else is part of it', () => {
    const fleet = store.incidents.add(fleetIncident({}, { developers: [ada] }));
    const other = store.incidents.add(cacheIncident({ developer: grace, partOf: fleet }));
    said({ of: 'incident', incident: fleet }, '1.0');
    forget();
    expect(store.incidents.find(fleet)).toBeUndefined();
    expect(store.incidents.find(other)?.incident).toMatchObject({ partOf: undefined });
    expect(toSay()).toEqual([]);
    expect(removed()).toEqual(['1.0']);
  });

  test('in a digest is brought up to date, or goes with the last whom it told of', () => {
    const shared = digested(ada, grace);
    const own = digested(ada);
    forget();
    expect(toSay()).toEqual([{ subject: { of: 'digest', digest: shared }, form: 'message', reason: 'answered' }]);
    expect(store.digests.incidentsOf(shared)).toHaveLength(1);
    expect(store.digests.find(own)).toBeUndefined();
    expect(removed()).toEqual(['2.0']);
  });

  test('does not come back from what was held in memory', () => {
    store.sessions.see(ada, { session: sessionId('s'), at: NOON });
    store.undetected.note(ada, { session: sessionId('s'), at: NOON, is: 'error' });
    incidentOf(ada);
    store.transaction(() => {
      store.requests.keep(ada, request(), NOON);
      store.reports.hear(ada, 'hook', NOON);
      forget();
    });
    expect(store.undetected.next(minutes(1), 10)).toEqual([]);
    expect(store.incidents.open()).toEqual([]);
    expect(store.sessions.owner(sessionId('s'))).toBeUndefined();
    expect(store.developers.all().map(({ id }) => id)).toEqual([grace]);
  });

  test('is refused with a token that they still have', () => {
    const token = store.tokens.create({ of: 'developer', developer: ada }, NOON);
    expect(store.tokens.owner(token, minutes(2))).toBeDefined();
    forget();
    expect(store.tokens.owner(token, minutes(2))).toBeUndefined();
    expect(() => store.sessions.see(ada, { session: sessionId('late'), at: NOON })).toThrow('FOREIGN KEY');
  });

  test('never meets somebody new under the same number', () => {
    const newest = store.developers.forEmail('alan@example.com', { now: NOON });
    store.developers.forget(newest, NOON);
    expect(store.developers.forEmail('edsger@example.com', { now: NOON })).toBeGreaterThan(newest);
  });
});
