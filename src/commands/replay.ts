import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { record } from '../collector/record.ts';
import { usageItems } from '../collector/usage-items.ts';
import { createDetect } from '../jobs/detect.ts';
import { type Incident, isCacheIncident } from '../model/incident.ts';
import { type EpochMs, epochMs, HOUR_MS, plus } from '../model/time.ts';
import { openStore } from '../store/store.ts';
import { type Recorded, readRecording } from './recording.ts';

/** What was given to replay is not what it reads. */
class UnusableInput extends Error {}

const USAGE = `What would have alerted? Replays recorded sessions through the real path, with their own clock and a database in memory.

  npm run --silent replay -- FILE.jsonl [--team]

Each line of the file is a session, and a developer and a team of its own; --team makes all of them one team, in the order of time.
Prints one JSON line for each incident, times in seconds from the session's start, and a line of totals.
`;

const { values, positionals } = readArguments();
const [file] = positionals;
try {
  if (file === undefined) throw new UnusableInput(USAGE);
  await main(file);
} catch (error) {
  if (!(error instanceof UnusableInput)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function main(path: string): Promise<void> {
  const totals = { sessions: 0, requests: 0, incidents: 0, byKind: {} as Record<string, number> };
  const startedAt = performance.now();
  const together: Recorded[] = [];
  for await (const recorded of recordings(path)) {
    if (values.team) together.push(recorded);
    else report(replay([recorded]));
  }
  if (together.length > 0) report(replay(together));
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

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { team: { type: 'boolean', default: false } } });
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${USAGE}`);
    process.exit(1);
  }
}

/** Throws `UnusableInput` that names the line. */
async function* recordings(path: string): AsyncGenerator<Recorded> {
  let number = 0;
  for await (const line of lines(path)) {
    number++;
    if (line.trim() === '') continue;
    try {
      yield readRecording(line);
    } catch (error) {
      throw new UnusableInput(`${path} line ${number}: ${messageOf(error)}`);
    }
  }
}

async function* lines(path: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(path) });
  } catch (error) {
    throw new UnusableInput(`${path} cannot be read: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
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
  const { detect, sweep } = createDetect({ store, mayName: () => false, onFailure });
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

/** What cannot be judged is a fault of the program: a replay must not go on as if nothing had been there. */
function onFailure(error: unknown): never {
  throw error;
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
