import type { TurnEvidence } from '../../model/finding.ts';
import type { Reading } from './alert-words.ts';
import { duration, plainTime, tokens } from './format.ts';

/** What is told of a turn, in this order, in tables and in text. */
export const TURN_COLUMNS = ['Time', 'Gap', 'Context', 'Expected', 'Read', 'Written', 'Rewritten'] as const;

/** What the columns mean, as mrkdwn. */
export const TURN_LEGEND =
  '*Gap*: from the end of the turn before. *Expected*: what that turn left in the cache. *Rewritten*: expected but not read, so paid as a write again.';

/** Everything but the time, which some places show in each reader's own zone. */
export function turnCells(turn: TurnEvidence): readonly string[] {
  const { gapMs, contextTokens, expectedTokens, readTokens, writtenTokens, rewrittenTokens } = turn;
  return [
    duration(gapMs),
    ...[contextTokens, expectedTokens, readTokens, writtenTokens, rewrittenTokens].map((amount) => tokens(amount)),
  ];
}

/** Turns as lines of aligned columns, for places without tables; times in `zone`. */
export function turnsText(turns: readonly TurnEvidence[], reading: Pick<Reading, 'zone'>): string {
  const rows = [TURN_COLUMNS, ...turns.map((turn) => [plainTime(turn.at, reading), ...turnCells(turn)])];
  const columns = TURN_COLUMNS.map((_, index) => aligned(rows.flatMap((row) => row[index] ?? [])));
  return rows.map((_, line) => columns.map((cells) => cells[line]).join('  ')).join('\n');
}

/** To the right, as numbers are read; times are all of one length. */
function aligned(cells: readonly string[]): readonly string[] {
  const width = Math.max(...cells.map((cell) => cell.length));
  return cells.map((cell) => cell.padStart(width));
}
