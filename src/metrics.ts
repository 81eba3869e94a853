import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What is looked up when somebody asks for the metrics, rather than counted along the way. */
export interface Levels {
  /** Bodies that wait for a commit. */
  readonly waitingBodies: number;
  /** Sessions with data that no detector has judged. */
  readonly undetectedSessions: number;
  /** Notices that should be said by now. */
  readonly dueNotices: number;
  /** How long the oldest of them has been due; 0 for none. */
  readonly oldestNoticeSeconds: number;
  readonly openIncidents: number;
  readonly isSlackConnected: boolean;
  readonly isReady: boolean;
  readonly databaseBytes: number;
  /** Of the log that the next checkpoints write into the database. */
  readonly logBytes: number;
  /** Free on the database's disk; undefined: it is on none. */
  readonly freeBytes: number | undefined;
}

/** What became of a notice: said, not worth saying any more, told by a digest, to be tried again, or given up. */
export type NoticeFate = 'sent' | 'skipped' | 'digested' | 'put_off' | 'failed';

export type Metrics = ReturnType<typeof createMetrics>;

export interface MetricsOptions {
  readonly levels: () => Levels;
  readonly version: string;
  /** Id of the newest incident at start: only what comes after it opens from now on. */
  readonly newestIncident: number;
}

/** From a tenth of a millisecond, which a commit on a good disk takes, to what a sender gives up at. */
const SECONDS = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

const GAUGES = {
  waiting_bodies: { help: 'Bodies that wait for a commit', of: (now) => now.waitingBodies },
  undetected_sessions: {
    help: 'Sessions with data that no detector has judged',
    of: (now) => now.undetectedSessions,
  },
  due_notices: { help: 'Notices that should be said by now', of: (now) => now.dueNotices },
  oldest_due_notice_seconds: {
    help: 'How long the oldest of them has been due; 0 for none',
    of: (now) => now.oldestNoticeSeconds,
  },
  open_incidents: { help: 'Incidents that are not resolved', of: (now) => now.openIncidents },
  slack_connected: { help: '1 while the socket to Slack is open', of: (now) => Number(now.isSlackConnected) },
  ready: { help: '1 while /readyz answers 200', of: (now) => Number(now.isReady) },
  database_bytes: { help: 'Size of the database', of: (now) => now.databaseBytes },
  database_log_bytes: { help: 'Size of the log beside it (-wal)', of: (now) => now.logBytes },
  disk_free_bytes: { help: 'Free on the disk of the database', of: (now) => now.freeBytes },
} satisfies Record<string, { readonly help: string; readonly of: (now: Levels) => number | undefined }>;

/** Counts for Prometheus: the four golden signals of each part. No label ever names a person, a session or a token. */
export function createMetrics({ levels, version, newestIncident }: MetricsOptions) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: `quota_watch_${name}_total`, help, labelNames, registers });
  const histogram = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Histogram({ name: `quota_watch_${name}_seconds`, help, labelNames, buckets: SECONDS, registers });
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `quota_watch_${name}`, help, labelNames, registers });

  gauge('info', 'Constant 1, with the version', 'version').labels(version).set(1);
  const gauges = Object.entries(GAUGES).map(([name, { help, of }]) => ({ gauge: gauge(name, help), of }));
  const requests = histogram('http_request', 'From the headers to the answer, by route and status', 'route', 'status');
  const refusals = counter('refusals', 'Requests that were refused, by the word in the answer', 'reason');
  const items = counter('items', 'What senders told, by feed and what became of it', 'feed', 'outcome');
  const unclaimed = counter('unclaimed_reports', 'Held items whose owner nobody named in time');
  const commits = histogram('commit', 'A transaction of what came in, with its sync to disk');
  const bodies = counter('committed_bodies', 'Bodies that were committed');
  const notCommitted = counter('commit_failures', 'Commits that the database refused, by its word', 'code');
  const lag = histogram(
    'detection_lag',
    'From a commit until everything in it is judged and what will be said is written',
  );
  const incidents = counter(
    'incidents',
    'Incidents that opened, by kind and severity at that moment',
    'kind',
    'severity',
  );
  const notices = counter('notices', 'What became of notices', 'fate');
  const slackErrors = counter('slack_errors', 'Calls to Slack that failed, by its word or the network’s', 'problem');
  const failures = counter('failures', 'What should not happen, by the part that met it; the log tells more', 'part');

  let newest = newestIncident;
  /** When the first commit was made that is not judged yet. */
  let unjudgedSince: number | undefined;

  return {
    contentType: registry.contentType,

    /** In Prometheus' text format. */
    async text(): Promise<string> {
      const now = levels();
      for (const { gauge: one, of } of gauges) one.set(of(now) ?? Number.NaN);
      return await registry.metrics();
    },

    answered: ({ route, status, seconds }: { route: string; status: number; seconds: number }) =>
      requests.labels(route, String(status)).observe(seconds),
    refused: (reason: string) => refusals.labels(reason).inc(),
    told(feed: string, outcome: string, count: number) {
      if (count > 0) items.labels(feed, outcome).inc(count);
    },
    dropped: (count: number) => unclaimed.inc(count),

    committed(pieces: number) {
      bodies.inc(pieces);
      unjudgedSince ??= performance.now();
    },
    synced: (seconds: number) => commits.observe(seconds),
    notCommitted: (code: string) => notCommitted.labels(word(code)).inc(),
    /** Everything that was committed is judged by now. */
    caughtUp() {
      if (unjudgedSince !== undefined) lag.observe((performance.now() - unjudgedSince) / 1000);
      unjudgedSince = undefined;
    },

    /** An incident was written: counted when it is new. */
    incidentWritten({ id, kind, severity }: { id: number; kind: string; severity: string }) {
      if (id <= newest) return;
      newest = id;
      incidents.labels(kind, severity).inc();
    },
    settled: (fate: NoticeFate) => notices.labels(fate).inc(),
    slackFailed: (problem: string) => slackErrors.labels(word(problem)).inc(),
    failed: (part: string) => failures.labels(part).inc(),
  };
}

/** Words that come from outside: one that is no plain word might be anything, and there might be any number of them. */
function word(text: string): string {
  return /^[A-Za-z][\w ]{0,40}$/.test(text) ? text : 'other';
}
