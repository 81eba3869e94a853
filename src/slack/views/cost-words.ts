import type { Losses, WindowLoss } from '../../incidents/losses.ts';
import type { PointsLost, PointsRange, PointsUnknown } from '../../model/points.ts';
import { windowName } from '../../model/quota-window.ts';
import { type CostWords, type Reader, your } from './alert-words.ts';
import { escapeText } from './escape-text.ts';
import { count, dollars, tokens } from './format.ts';

/** What an incident cost, told in parts; undefined parts were not reckoned. */
export function cost(...parts: readonly (string | undefined)[]): CostWords {
  return { is: 'cost', words: parts.filter((part) => part !== undefined).join(' · ') };
}

const COSTS: Readonly<Record<CostWords['is'], string>> = {
  cost: 'Cost',
  at_stake: 'At stake',
  not_known: 'Not known meanwhile',
};

/** The line of an alert that tells it; none where there is nothing to tell. */
export function costLine(told: CostWords | undefined): readonly string[] {
  return told === undefined ? [] : [`*${COSTS[told.is]}:* ${told.words}`];
}

/** What rewriting cost beyond hits, in micro-dollars. */
export function extraDollars(micros: number): string {
  return `${dollars(micros)} more than hits at API prices`;
}

const UNKNOWN: Readonly<Record<PointsUnknown, string>> = {
  no_price: 'this model has no known price',
  no_readings: 'no percentage was read, the status line brings them',
  too_few_readings: 'too few percentages were read yet to tell what a dollar takes',
};

/** Points of a window as learnt from dollars, with their range; undefined where nobody reckoned them. */
export function pointsLostWords(lost: PointsLost | undefined, reader: Pick<Reader, 'isOwner'>): string | undefined {
  if (lost === undefined) return undefined;
  if (lost.is === 'unknown') return `points unknown: ${UNKNOWN[lost.because]}`;
  const from = lost.learntFrom === 'own' ? `${your(reader)} readings` : 'colleagues on the same plan';
  return `≈${pointsOf(lost)} of the ${windowOf(lost)}${rangeOf(lost, `learnt from ${from}`)}`;
}

/** Points of a window as they were read before and after, each to a whole point: `38 points of the five-hour window (37 to 39)`. */
export function pointsTook(took: PointsRange, window: { windowKind: string; scope: string }): string {
  return `${pointsOf(took)} of the ${windowOf(window)}${rangeOf(took)}`;
}

/** What several incidents cost: tokens, dollars, points of each kind of window, and how many are not in the sums. */
export function lossesCost(losses: Losses): CostWords {
  const { micros, unknown } = losses.extraCost;
  const beyond = micros === 0 && unknown > 0 ? 'dollars unknown' : extraDollars(micros) + notCounted(unknown);
  return cost(`${tokens(losses.rewrittenTokens)} tokens rewritten`, beyond, windowLosses(losses));
}

/** Points of each kind of window, over several people; undefined where nobody reckoned any. */
export function windowLosses({ points: windows, pointsUnknown: unknown }: Losses): string | undefined {
  if (windows.length === 0) return unknown === 0 ? undefined : 'points unknown';
  const known = windows.map((lost: WindowLoss) => `≈${pointsOf(lost)} of ${windowOf(lost)}s${rangeOf(lost)}`);
  return known.join(' and ') + notCounted(unknown);
}

export function notCounted(incidents: number): string {
  return incidents === 0 ? '' : `, ${count(incidents, 'incident')} not counted`;
}

function pointsOf({ points }: PointsRange): string {
  if (points > 0 && points < 0.05) return 'under 0.1 points';
  return rough(points, Math.round) === 1 ? '1 point' : `${rough(points, Math.round)} points`;
}

/** Rounded outwards; without bounds where both are the same. */
function rangeOf({ low, high }: PointsRange, ...more: readonly string[]): string {
  const range = low === high ? [] : [`${rough(low, Math.floor)} to ${rough(high, Math.ceil)}`];
  const parts = [...range, ...more];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** Nobody learns tenths of a point, but for what is about one. */
function rough(value: number, round: (value: number) => number): number {
  return value < 2 ? round(value * 10) / 10 : round(value);
}

function windowOf({ windowKind, scope = '' }: { windowKind: string; scope?: string }): string {
  return `${escapeText(windowName(windowKind, scope), 24)} window`;
}
