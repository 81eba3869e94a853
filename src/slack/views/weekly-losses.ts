import type { Losses } from '../../incidents/losses.ts';
import type { PointsUnknown } from '../../model/points.ts';
import type { WeekLosses } from '../../summary/week-losses.ts';
import { notCounted, windowLosses } from './cost-words.ts';
import { dollars, tokens } from './format.ts';

/** What the week lost, a line for broken caches and one for all else; none where nobody could count a loss. */
export function lossLines({ caches, pointsUnknown, other }: WeekLosses): readonly string[] {
  const beyond = lostParts(other, windowLosses(other));
  return [
    ...(isLoss(caches)
      ? [`Lost to broken caches: ${lostParts(caches, lostPoints(caches, pointsUnknown)).join(' · ')}`]
      : []),
    ...(isLoss(other) ? [`Other use beyond the usual: ${beyond.join(' · ')}`] : []),
  ];
}

function isLoss({ rewrittenTokens, extraCost }: Losses): boolean {
  return rewrittenTokens > 0 || extraCost.micros > 0 || extraCost.unknown > 0;
}

function lostParts({ rewrittenTokens, extraCost }: Losses, points: string | undefined): readonly string[] {
  return [
    ...(rewrittenTokens > 0 ? [`${tokens(rewrittenTokens)} tokens written again`] : []),
    lostDollars(extraCost),
    ...(points === undefined ? [] : [points]),
  ];
}

function lostDollars({ micros, unknown }: Losses['extraCost']): string {
  return micros === 0 && unknown > 0 ? 'dollars unknown' : `${dollars(micros)} at API prices${notCounted(unknown)}`;
}

const BECAUSE: Readonly<Record<PointsUnknown, string>> = {
  no_price: 'no known price',
  no_readings: 'no percentage was read',
  too_few_readings: 'too few percentages were read',
};

function lostPoints(caches: Losses, unknown: WeekLosses['pointsUnknown']): string | undefined {
  const words = windowLosses(caches);
  if (words === undefined || unknown.length === 0) return words;
  return `${words}: ${unknown.map(([because]) => BECAUSE[because]).join(', or ')}`;
}
