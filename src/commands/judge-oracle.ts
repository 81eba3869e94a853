import { basename } from 'node:path';
import { logItems } from '../collector/otlp/log-items.ts';
import { createSessionTrace, type SessionTrace } from '../detectors/session-trace.ts';
import type { Turn } from '../detectors/turn.ts';
import type { JudgedTurn } from '../evaluation/agreement.ts';
import { type OracleRecording, type OracleSession, oracleRecording } from '../evaluation/oracle.ts';
import type { Fact } from '../model/usage-item.ts';

/** Judges the turns of the client's own sessions as the live program would, from the telemetry of them; by session. */
export function judgeOracle(
  files: readonly { readonly path: string; readonly told: readonly OracleSession[] }[],
): ReadonlyMap<string, readonly JudgedTurn[]> {
  return new Map(
    files.flatMap(({ path, told }) =>
      told.map((session, n): [string, readonly JudgedTurn[]] => {
        const name = `${basename(path)}[${n}]`;
        return [name, judgedTurns(oracleRecording(session, name))];
      }),
    ),
  );
}

function judgedTurns({ arrivals, turns }: OracleRecording): readonly JudgedTurn[] {
  const traces = new Map<string, SessionTrace>();
  const judged = new Map<string | undefined, { turn: Turn; isFirst: boolean }>();
  for (const { fact } of arrivals.flatMap(({ body }) => logItems(body).items)) {
    const session = sessionOf(fact);
    if (session === undefined) continue;
    const known = traces.get(session);
    const trace = known ?? createSessionTrace();
    traces.set(session, trace);
    const turn = push(trace, fact);
    if (turn) judged.set(turn.request.requestId, { turn, isFirst: known === undefined });
  }
  return turns.flatMap((told) => {
    const known = judged.get(told.requestId);
    return known ? [{ told, ...known }] : [];
  });
}

function sessionOf(fact: Fact): string | undefined {
  if (fact.is === 'request') return fact.request.session;
  return fact.is === 'marker' ? fact.marker.session : undefined;
}

function push(trace: SessionTrace, fact: Fact): Turn | undefined {
  if (fact.is === 'request') return trace.push({ is: 'request', request: fact.request, arrivedLate: false });
  return fact.is === 'marker' ? trace.push({ is: 'marker', marker: fact.marker }) : undefined;
}
