import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { record } from '../collector/record.ts';
import { usageItems } from '../collector/usage-items.ts';
import { createDetect } from '../jobs/detect.ts';
import { type Incident, isCacheIncident } from '../model/incident.ts';
import { type EpochMs, epochMs, HOUR_MS, plus } from '../model/time.ts';
import { openStore } from '../store/store.ts';
import { type Recorded, readRecording } from './recording.ts';

const USAGE = `What would have alerted? Replays recorded sessions through the real path, with their own clock and a database in memory.

  npm run --silent replay -- FILE.jsonl [--team]

Each line of the file is a session, and a developer and a team of its own; --team makes all of them one team, in the order of time.
Prints one JSON line for each incident, times in seconds from the session's start, and a line of totals.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { team: { type: 'boolean', default: false } },
});
const [file] = positionals;
if (file === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 1;
} else {
  await main(file);
}

async function main(path: string): Promise<void> {
  const totals = { sessions: 0, requests: 0, incidents: 0, byKind: {} as Record<string, number> };
  const startedAt = performance.now();
  const together: Recorded[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (line.trim() === '') continue;
    const recorded = readRecording(line);
    if (values.team) together.push(recorded);
    else report(replay([recorded]));
  }
  if (values.team) report(replay(together));
  const seconds = (performance.now() - startedAt) / 1000;
  print({ totals: { ...totals, seconds: round(seconds), requestsPerSecond: Math.round(totals.requests / seconds) } });

  function report(result: Replayed) {
    totals.sessions += result.sessions.length;
    totals.requests += result.requests;
    for (const incident of result.incidents) {
      totals.incidents++;
      totals.byKind[incident.kind] = (totals.byKind[incident.kind] ?? 0) + 1;
      print(incidentLine(incident, result.sessions));
    }
  }
}

interface Replayed {
  readonly sessions: readonly Recorded[];
  readonly requests: number;
  readonly incidents: readonly Incident[];
}

/** Sends a team's sessions as they happened: each request is received, stored and judged at its own time. */
function replay(sessions: readonly Recorded[]): Replayed {
  const firstAt = epochMs(Math.min(...sessions.map((session) => session.startedAt)));
  const store = openStore(':memory:', firstAt);
  const { detect, sweep } = createDetect({ store, mayName: () => false });
  let now: EpochMs = firstAt;
  let requests = 0;
  for (const { session, at, body } of sessions.flatMap(({ arrivals }) => arrivals).toSorted((a, b) => a.at - b.at)) {
    now = at;
    sweep(now);
    const developer = store.developers.forEmail(`${session}@example.com`, { now });
    const { items } = usageItems(JSON.parse(JSON.stringify(body)));
    requests += 'requests' in body ? 1 : 0;
    store.transaction(() =>
      record(store, { owner: { of: 'developer', developer }, feed: 'webhook', items, receivedAt: now }),
    );
    detect(now);
  }
  sweep(plus(now, HOUR_MS));
  const incidents = store.incidents
    .openedBetween(epochMs(0), epochMs(Number.MAX_SAFE_INTEGER))
    .map(({ incident }) => incident);
  store.close();
  return { sessions, requests, incidents };
}

function incidentLine(incident: Incident, sessions: readonly Recorded[]) {
  const session = isCacheIncident(incident) ? incident.evidence.session : undefined;
  const start = sessions.find((recorded) => recorded.session === session)?.startedAt ?? 0;
  const seconds = (at: EpochMs | undefined) => (at === undefined ? undefined : round((at - start) / 1000));
  return {
    session,
    kind: incident.kind,
    severity: incident.severity,
    stream: isCacheIncident(incident) ? incident.evidence.streams.map(({ stream }) => stream).join(', ') : undefined,
    openedAtS: seconds(incident.openedAt),
    resolvedAtS: seconds(incident.resolved?.at),
    evidence: incident.evidence,
  };
}

function print(line: object) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
