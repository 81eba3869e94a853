import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { createCollector } from '../src/collector/collector.ts';
import { record } from '../src/collector/record.ts';
import { createMetrics, type Levels, type Metrics } from '../src/metrics.ts';
import { openStore } from '../src/store/store.ts';
import { capturedBodies } from './collector/captured.ts';
import { NOON } from './support/builders.ts';
import { committing } from './support/committing.ts';

const LEVELS: Levels = {
  waitingBodies: 3,
  undetectedSessions: 4,
  dueNotices: 5,
  oldestNoticeSeconds: 6.5,
  openIncidents: 7,
  isSlackConnected: true,
  isReady: false,
  databaseBytes: 8192,
  logBytes: 4096,
  freeBytes: 1e9,
};
const REQUEST = {
  session: 'session-of-ada',
  at: '2026-11-23T11:59:00Z',
  requestId: 'req_1',
  model: 'claude-opus-5-5',
  inputTokens: 3,
  outputTokens: 42,
  cacheReadTokens: 15273,
  cacheCreationTokens: 8271,
};

let metrics: Metrics;

const aMetrics = (levels: () => Levels = () => LEVELS) =>
  createMetrics({ levels, version: '1.2.3', newestIncident: 0 });

beforeEach(() => {
  metrics = aMetrics();
});

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Reads Prometheus' text format and holds it to its rules: help and type before samples, one family at a time, known
 * types, no sample twice. Throws where a line breaks one.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
function samplesOf(text: string): readonly Sample[] {
  expect(text.endsWith('\n')).toBe(true);
  const samples: Sample[] = [];
  const seen = new Set<string>();
  const families = new Map<string, string>();
  let family = '';
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const type = /^# TYPE (?<name>[a-zA-Z_:][\w:]*) (?<type>counter|gauge|histogram|summary)$/.exec(line)?.groups;
    if (type) {
      if (families.has(type.name ?? '')) throw new Error(`a family twice: ${line}`);
      family = type.name ?? '';
      families.set(family, type.type ?? '');
      continue;
    }
    if (/^# HELP [a-zA-Z_:][\w:]* \S/.test(line)) continue;
    const sample = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>[^}]*)\})? (?<value>\S+)$/.exec(line)?.groups;
    if (!sample) throw new Error(`neither comment nor sample: ${line}`);
    const { name = '', labels = '', value = '' } = sample;
    const suffixes = families.get(family) === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    if (!suffixes.some((suffix) => name === `${family}${suffix}`)) throw new Error(`outside its family: ${line}`);
    if (seen.has(`${name}${labels}`)) throw new Error(`a sample twice: ${line}`);
    seen.add(`${name}${labels}`);
    const pairs = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/g)];
    expect(pairs.map(([all]) => all).join('')).toBe(labels);
    samples.push({
      name,
      labels: Object.fromEntries(pairs.map(([, key = '', content = '']) => [key, content])),
      value: Number(value.replace('+Inf', 'Infinity').replace('Nan', 'NaN')),
    });
  }
  return samples;
}

/** The value of a sample; undefined: there is none with these labels. */
async function figureOf(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
  const samples = samplesOf(await metrics.text());
  const wanted = JSON.stringify(Object.entries(labels).toSorted());
  return samples.find(
    (sample) =>
      sample.name === `quota_watch_${name}` && JSON.stringify(Object.entries(sample.labels).toSorted()) === wanted,
  )?.value;
}

describe('what is looked up', () => {
  test.each([
    ['waiting_bodies', 3],
    ['undetected_sessions', 4],
    ['due_notices', 5],
    ['oldest_due_notice_seconds', 6.5],
    ['open_incidents', 7],
    ['slack_connected', 1],
    ['ready', 0],
    ['database_bytes', 8192],
    ['database_log_bytes', 4096],
    ['disk_free_bytes', 1e9],
  ])('%s', async (name, value) => {
    expect(await figureOf(name)).toBe(value);
  });

  test('is looked up once for each answer, and anew for the next', async () => {
    let asked = 0;
    metrics = aMetrics(() => ({ ...LEVELS, waitingBodies: ++asked }));
    expect([await figureOf('waiting_bodies'), await figureOf('waiting_bodies')]).toEqual([1, 2]);
  });

  test('what has no disk has no room, rather than none left', async () => {
    metrics = aMetrics(() => ({ ...LEVELS, freeBytes: undefined }));
    expect(await figureOf('disk_free_bytes')).toBeNaN();
  });

  test('says the version and how the process does', async () => {
    expect(await figureOf('info', { version: '1.2.3' })).toBe(1);
    expect(samplesOf(await metrics.text()).map(({ name }) => name)).toContain('process_resident_memory_bytes');
  });
});

describe('what is counted', () => {
  test('incidents, when they are new', async () => {
    metrics = createMetrics({ levels: () => LEVELS, version: '1', newestIncident: 7 });
    const write = (id: number, severity: string) => metrics.incidentWritten({ id, kind: 'runaway', severity });
    write(6, 'warning');
    write(8, 'warning');
    write(8, 'critical');
    write(9, 'warning');
    expect(await figureOf('incidents_total', { kind: 'runaway', severity: 'warning' })).toBe(2);
    expect(await figureOf('incidents_total', { kind: 'runaway', severity: 'critical' })).toBeUndefined();
  });

  test('notices, errors of Slack, failures, refused commits, and what nobody claimed', async () => {
    metrics.settled('sent');
    metrics.slackFailed('ratelimited');
    metrics.slackFailed('HTTP 503');
    metrics.failed('judge');
    metrics.notCommitted('SQLITE_FULL');
    metrics.dropped(4);
    expect(await figureOf('notices_total', { fate: 'sent' })).toBe(1);
    expect(await figureOf('slack_errors_total', { problem: 'ratelimited' })).toBe(1);
    expect(await figureOf('slack_errors_total', { problem: 'HTTP 503' })).toBe(1);
    expect(await figureOf('failures_total', { part: 'judge' })).toBe(1);
    expect(await figureOf('commit_failures_total', { code: 'SQLITE_FULL' })).toBe(1);
    expect(await figureOf('unclaimed_reports_total')).toBe(4);
  });

  test.each(['connect to https://hooks.example.com/T0/secret failed', 'ada@example.com', '', 'x'.repeat(100)])(
    'what is no plain word is no label: %s',
    async (problem) => {
      metrics.slackFailed(problem);
      expect(await figureOf('slack_errors_total', { problem: 'other' })).toBe(1);
    },
  );

  test('the lag from the first commit that is not judged until everything is', async () => {
    metrics.caughtUp();
    expect(await figureOf('detection_lag_seconds_count')).toBe(0);
    metrics.committed(2);
    await new Promise((resolve) => setTimeout(resolve, 30));
    metrics.committed(1);
    metrics.caughtUp();
    metrics.caughtUp();
    expect(await figureOf('detection_lag_seconds_count')).toBe(1);
    expect(await figureOf('detection_lag_seconds_sum')).toBeGreaterThan(0.025);
    expect(await figureOf('committed_bodies_total')).toBe(3);
  });
});

describe('after real traffic', () => {
  const store = openStore(':memory:', NOON);
  const token = store.tokens.create({ of: 'team' }, NOON);
  const group = committing(store, {
    onCommit: () => metrics.caughtUp(),
    meter: {
      committed: (pieces) => metrics.committed(pieces),
      synced: (seconds) => metrics.synced(seconds),
      notCommitted: (code) => metrics.notCommitted(code),
    },
  });
  const collector = createCollector({
    ownerOf: (secret) => store.tokens.owner(secret, NOON),
    accept: (delivery) => group.commit(() => record(store, delivery)),
    statusLine: () => 'all well',
    coverage: () => [],
    notReady: () => [],
    timeZone: 'UTC',
    clock: { now: () => NOON },
    log: pino({ level: 'silent' }),
    trustProxy: false,
    version: '1.2.3',
    meter: {
      answered: (one) => metrics.answered(one),
      refused: (code) => metrics.refused(code),
      told: (feed, outcome, count) => metrics.told(feed, outcome, count),
    },
    metrics: { contentType: 'text/plain', text: () => metrics.text() },
  });
  const post = (url: string, body: unknown, secret = token) =>
    collector.inject({
      method: 'POST',
      url,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });

  test('it is well-formed, holds every sign of it, and names nobody', async () => {
    metrics = aMetrics(() => ({ ...LEVELS, waitingBodies: group.waiting() }));
    const mine = { ...REQUEST, email: 'ada@example.com' };
    await post('/v1/usage', { requests: [mine, { ...mine, requestId: 'req_2' }, { ...REQUEST, session: 'nobodys' }] });
    await post('/v1/usage', { requests: [mine] });
    await post('/v1/usage', { requests: [{ ...mine, inputTokens: 4 }] });
    for (const body of capturedBodies('oauth/otlp-logs.json')) await post('/v1/logs', body);
    await post('/v1/usage', { requests: [] });
    await post('/v1/usage', {}, 'qw_wrong');
    await post('/v1/status-line', { session_id: 's9', rate_limits: { a: { used_percentage: 1, resets_at: NOON } } });

    const { body } = await collector.inject('/metrics');
    const samples = samplesOf(body);
    const told = samples.filter(({ name }) => name === 'quota_watch_items_total');
    const of = (feed: string) =>
      Object.fromEntries(
        told.filter(({ labels }) => labels.feed === feed).map(({ labels, value }) => [labels.outcome, value]),
      );
    expect(of('webhook')).toEqual({ accepted: 2, unattributed: 1, duplicate: 1, conflict: 1 });
    expect(of('status_line')).toEqual({ held: 1 });
    expect(of('telemetry').unneeded).toBeGreaterThan(0);
    expect(await figureOf('refusals_total', { reason: 'malformed' })).toBe(1);
    expect(await figureOf('refusals_total', { reason: 'unauthorized' })).toBe(1);
    expect(await figureOf('http_request_seconds_count', { route: '/v1/usage', status: '200' })).toBe(3);
    expect(await figureOf('commit_seconds_count')).toBeGreaterThan(3);
    expect(await figureOf('detection_lag_seconds_count')).toBeGreaterThan(3);

    const known = ['route', 'status', 'le', 'feed', 'outcome', 'reason', 'version', 'kind', 'severity', 'quantile'];
    const labels = samples
      .filter(({ name }) => name.startsWith('quota_watch_'))
      .flatMap((one) => Object.keys(one.labels));
    expect(labels.filter((label) => !known.includes(label))).toEqual([]);
    for (const secret of ['ada', 'example.com', 'session-of', 'req_', token, 'qw_', 's9']) {
      expect(body).not.toContain(secret);
    }
  });
});

test('the check of the format itself finds what is wrong', () => {
  for (const wrong of [
    'a 1\n',
    '# TYPE a gauge\na{b="c" 1\n',
    '# TYPE a gauge\nb 1\n',
    '# TYPE a gauge\na 1\na 1\n',
    '# TYPE a thing\na 1\n',
    '# TYPE a gauge\na 1',
  ]) {
    expect(() => samplesOf(wrong)).toThrow();
  }
});
