import { parseArgs } from 'node:util';
import { agreement } from '../evaluation/agreement.ts';
import { asWebhook, type Send } from '../evaluation/arrivals.ts';
import { caseRecording } from '../evaluation/case-recording.ts';
import { type Case, Cases, sessionOfCase } from '../evaluation/cases.ts';
import { OracleSessions } from '../evaluation/oracle.ts';
import type { Recorded } from '../evaluation/recording.ts';
import { evalReport, type Feed, type JudgedReplay, judgeReplay } from '../evaluation/report.ts';
import { reportText } from '../evaluation/report-text.ts';
import { asOldTelemetry, asTelemetry } from '../evaluation/telemetry.ts';
import { judgeOracle } from './judge-oracle.ts';
import { inBatches, messageOf, readJson, readRecordings, UnusableInput } from './read-input.ts';
import { createReplayer } from './replayer.ts';

const USAGE = `How good are the detectors? Replays recorded sessions and labelled cases through the real path, and counts.

  npm run --silent eval -- [--sessions FILE.jsonl] [--cases FILE.json] [--oracle FILE.json]... [--as-otlp] [--json]

--sessions    one session a line; a session is healthy unless a case labels it
--cases       labelled cases; the case real_r0042 labels the session r0042, the others bring their own requests or figures
--oracle      sessions with the client's own count of its cache misses, to hold ours against
--as-otlp     tell everything as live telemetry does, which has no agent ids
--as-old-otlp the same as clients did that not even told the main conversation from the rest
--json        print one JSON object, an EvalReport of src/evaluation/report.ts, instead of text
`;

/** Where sub-agents' rows have no ids, only old telemetry tells them truthfully. */
const SENDS: Readonly<Record<Feed, Send>> = {
  webhook: (recorded) => (recorded.isMixed ? asOldTelemetry(recorded) : asWebhook(recorded)),
  telemetry: asTelemetry,
  old_telemetry: asOldTelemetry,
};

try {
  await main();
} catch (error) {
  if (!(error instanceof UnusableInput)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { sessions, cases: casesPath, oracle, json, feed } = readArguments();
  if (sessions === undefined && casesPath === undefined && oracle.length === 0) throw new UnusableInput(USAGE);
  const cases = casesPath === undefined ? [] : await readJson(casesPath, Cases);
  const oracleSessions = await Promise.all(
    oracle.map(async (path) => ({ path, told: await readJson(path, OracleSessions) })),
  );
  const replayed = await replayAll({ sessions, cases, feed });
  const report = evalReport({
    feed,
    cases,
    ...replayed,
    oracle: oracle.length === 0 ? undefined : agreement(judgeOracle(oracleSessions)),
  });
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : reportText(report));
}

function readArguments() {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      options: {
        sessions: { type: 'string' },
        cases: { type: 'string' },
        oracle: { type: 'string', multiple: true, default: [] },
        'as-otlp': flag,
        'as-old-otlp': flag,
        json: flag,
      },
    });
    const feed: Feed = values['as-old-otlp'] ? 'old_telemetry' : values['as-otlp'] ? 'telemetry' : 'webhook';
    return { ...values, feed };
  } catch (error) {
    throw new UnusableInput(`${messageOf(error)}\n\n${USAGE}`);
  }
}

async function replayAll({
  sessions,
  cases,
  feed,
}: {
  sessions: string | undefined;
  cases: readonly Case[];
  feed: Feed;
}) {
  const replayer = createReplayer(SENDS[feed]);
  const replays: JudgedReplay[] = [];
  const time = { parseMs: 0 };
  const labels = new Map(cases.map((told) => [sessionOfCase(told), told]));
  const startedAt = performance.now();
  const processorAtStart = process.threadCpuUsage();
  if (sessions !== undefined)
    for await (const batch of inBatches(readRecordings(sessions, time)))
      replayer.together(() => {
        for (const recorded of batch) replayOne(recorded, { told: labels.get(recorded.session), isSession: true });
      });
  const known = new Set(replays.map(({ told }) => told?.id));
  replayer.together(() => {
    for (const told of cases) {
      const recorded = known.has(told.id) ? undefined : caseRecording(told);
      if (recorded && recorded.requests.length > 0) replayOne(recorded, { told, isSession: false });
    }
  });
  const ms = performance.now() - startedAt;
  const processor = process.threadCpuUsage(processorAtStart);
  const fleet = replayer.fleetIncidents();
  replayer.close();
  const requests = replays.reduce((sum, { observed }) => sum + observed.requests, 0);
  return {
    replays,
    fleet,
    speed: {
      requests,
      seconds: ms / 1000,
      requestsPerSecond: (requests * 1000) / ms,
      requestsPerProcessorSecond: (requests * 1e6) / (processor.user + processor.system),
      timesJsonParse: time.parseMs === 0 ? undefined : ms / time.parseMs,
    },
  };

  function replayOne(recorded: Recorded, of: { told: Case | undefined; isSession: boolean }) {
    const episodes = replayer.replay([recorded]).episodes.get(recorded) ?? [];
    replays.push(judgeReplay(recorded, episodes, { ...of, feed }));
  }
}
