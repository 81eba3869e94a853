import type { Turn } from '../detectors/turn.ts';
import type { CacheIncident } from '../model/incident.ts';

/**
 * Whether data that came later gave every miss of the incident a lawful reason, such as a resume that only the
 * metrics told. `turns` are the streams of the session, judged anew.
 */
export function isExplainedAway({ evidence }: CacheIncident, turns: readonly Turn[]): boolean {
  const reasons = new Map(turns.map((turn) => [turn.request.endedAt, turn.verdict.is]));
  // What the client itself counted is not explained by what the tokens show.
  if (evidence.turns.length === 0 || evidence.clientCount) return false;
  return evidence.turns.every((miss) => reasons.get(miss.at) === 'explained');
}
