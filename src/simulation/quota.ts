import { type EpochMs, plus, SECOND_MS } from '../model/time.ts';
import type { LineEvent } from './session-line.ts';
import { epochSeconds, type Tape } from './tape.ts';

/** A five-hour window that fills as tokens are spent. */
export interface Quota {
  readonly resetsAt: EpochMs;
  /** Weighted tokens in a point; reports: Pro about 16,000, Max 5x 27,000 to 75,000, Max 20x 184,000 to 311,000. */
  readonly unitsPerPoint: number;
}

/** Draws a status line at these moments, with what all sessions together had taken of the window by then. */
export function showQuota(
  sessions: readonly Tape[],
  drawnBy: Tape,
  { at, ...quota }: Quota & { at: readonly EpochMs[] },
) {
  const spent = sessions
    .flatMap((tape) =>
      tape.recorded().events.map((event) => ({ at: plus(tape.startsAt, event.t * SECOND_MS), units: unitsOf(event) })),
    )
    .toSorted((a, b) => a.at - b.at);
  let [next, units] = [0, 0];
  for (const moment of at) {
    for (let request = spent[next]; request && request.at <= moment; request = spent[next]) {
      units += request.units;
      next++;
    }
    const used = Math.min(100, Math.floor(units / quota.unitsPerPoint));
    const five_hour = { used_percentage: used, resets_at: epochSeconds(quota.resetsAt) };
    drawnBy.statusLine(moment, { rate_limits: { five_hour } });
  }
}

/** When the session's own conversation drew its status line: a second after each response. */
export function drawnAfterRequests(tape: Tape): readonly EpochMs[] {
  const main = tape.recorded().events.filter(({ agent }) => agent === null);
  return main.map(({ t }) => plus(tape.startsAt, (t + 1) * SECOND_MS));
}

/** The published multipliers of the input price, which is the best that is known of how the server counts. */
function unitsOf({ input, output, cache_read, cache_creation, c1h }: LineEvent): number {
  const write = (c1h ?? 0) > 0 ? 2 : 1.25;
  return input + 5 * output + 0.1 * cache_read + write * cache_creation;
}
