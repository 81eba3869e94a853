import { type Figure, isMet, type Result } from './figures.ts';
import type { Machine } from './machine.ts';

/** Everything that a run measured. */
export interface Report {
  readonly machine: Machine & { readonly folder: string };
  readonly rounds: number;
  readonly seconds: number;
  readonly isFull: boolean;
  readonly results: readonly Result[];
  readonly figures: readonly Figure[];
}

/** A report for people: the goals first, then what explains them, then where it was measured. */
export function reportText({ machine, rounds, seconds, isFull, results, figures }: Report): string {
  const goals = results.map((result) => [
    result.goal,
    number(result.measured, result.unit),
    'atLeast' in result ? `≥ ${number(result.atLeast, result.unit)}` : `≤ ${number(result.atMost, result.unit)}`,
    isMet(result) ? 'ok' : 'MISSED',
    result.rounds.map((round) => number(round, result.unit)).join('  '),
  ]);
  const others = figures.map(({ what, value, unit }) => [what, number(value, unit)]);
  const sizes = isFull ? 'The sizes are those of the goals.' : 'Small sizes: /quota over one million requests, not 20.';
  return [
    table([['goal', 'measured', 'wanted', '', 'rounds'], ...goals]),
    table([['beside it', 'measured'], ...others]),
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; Node ${machine.node}, SQLite ${machine.sqlite}, better-sqlite3 ${machine.betterSqlite3}`,
    `${machine.syncsPerSecond} synced writes of 4 KiB a second in ${machine.folder}; load before the start ${machine.loadBefore}`,
    `Medians of ${rounds} rounds of ${seconds} s. One core serves the load. ${sizes}`,
    'kill -9 is not measured but tested: npm run faults.',
    '',
  ].join('\n');
}

function number(value: number, unit: Figure['unit']): string {
  const digits = value >= 1000 ? 0 : value >= 10 ? 1 : 2;
  const text = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === 'times' ? `${text}x` : `${text} ${unit}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
