import { parseArgs } from 'node:util';
import { asWebhook } from '../evaluation/arrivals.ts';
import type { Episode } from '../evaluation/episode.ts';
import type { Recorded } from '../evaluation/recording.ts';
import { type Incident, isCacheIncident } from '../model/incident.ts';
import type { EpochMs } from '../model/time.ts';
import { inBatches, messageOf, readRecordings, UnusableInput } from './read-input.ts';
import { createReplayer, type Replayed } from './replayer.ts';

const USAGE = `What would have alerted? Replays recorded sessions through the real path, with their own clock and a temporary database.

  npm run --silent replay -- FILE.jsonl [--team]

Each line of the file is a session, and a developer; sessions are replayed one after the other, however many there are.
--team makes all of them one team, in the order of time: they must fit into memory.
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
  const time = { parseMs: 0 };
  const together: Recorded[] = [];
  const replayer = createReplayer(asWebhook);
  const startedAt = performance.now();
  for await (const batch of inBatches(readRecordings(path, time))) {
    if (values.team) together.push(...batch);
    else replayer.together(() => batch.forEach((recorded) => void report(replayer.replay([recorded]))));
  }
  if (together.length > 0) report(replayer.replay(together));
  if (values.team) for (const incident of replayer.fleetIncidents()) add(incident, undefined);
  const ms = performance.now() - startedAt;
  replayer.close();
  print({
    totals: {
      ...totals,
      seconds: round(ms / 1000),
      requestsPerSecond: Math.round((totals.requests * 1000) / ms),
      timesJsonParse: round(ms / time.parseMs),
    },
  });

  function report({ requests, episodes }: Replayed) {
    totals.requests += requests;
    for (const [recorded, found] of episodes) {
      totals.sessions++;
      for (const { incident } of inOrder(found)) add(incident, recorded);
    }
  }

  function add(incident: Incident, recorded: Recorded | undefined) {
    totals.incidents++;
    totals.byKind[incident.kind] = (totals.byKind[incident.kind] ?? 0) + 1;
    print(incidentLine(incident, recorded));
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

function inOrder(episodes: readonly Episode[]): readonly Episode[] {
  return episodes.toSorted((a, b) => a.incident.openedAt - b.incident.openedAt);
}

/** A fleet's incident has no session: its times are epoch seconds. */
function incidentLine(incident: Incident, recorded: Recorded | undefined) {
  const seconds = (at: EpochMs | undefined) =>
    at === undefined ? undefined : round((at - (recorded?.startedAt ?? 0)) / 1000);
  return {
    session: recorded?.session,
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

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
