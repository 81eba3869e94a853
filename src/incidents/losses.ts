import { cacheLoss } from '../model/cache-loss.ts';
import { type DeveloperIncident, isCacheIncident } from '../model/incident.ts';
import type { PointsRange } from '../model/points.ts';
import { sum } from '../model/sum.ts';
import { extraCost } from './extra-cost.ts';

/** What several incidents cost together; what nobody can tell is counted, never guessed. */
export interface Losses {
  readonly rewrittenTokens: number;
  /** Beyond what the same work should have cost, at API prices; `unknown` incidents have no known price and are not in the sum. */
  readonly extraCost: { readonly micros: number; readonly unknown: number };
  /** Points of each kind of window: a point of one is not a point of another. */
  readonly points: readonly WindowLoss[];
  readonly pointsUnknown: number;
}

export interface WindowLoss extends PointsRange {
  readonly windowKind: string;
}

/** Adds up tokens, dollars and points; the range of a sum reaches from all the lows to all the highs. */
export function losses(incidents: readonly DeveloperIncident[]): Losses {
  const caches = incidents.filter(isCacheIncident);
  return {
    rewrittenTokens: sum(caches, ({ evidence }) => cacheLoss(evidence).rewrittenTokens),
    extraCost: costs(incidents),
    points: windowLosses(incidents),
    pointsUnknown: incidents.filter(({ pointsLost }) => pointsLost?.is === 'unknown').length,
  };
}

function costs(incidents: readonly DeveloperIncident[]): Losses['extraCost'] {
  const known = incidents.map(extraCost).filter((cost) => cost !== undefined);
  return {
    micros: sum(known, (cost) => (cost.is === 'known' ? cost.micros : 0)),
    unknown: known.filter((cost) => cost.is === 'unpriced').length,
  };
}

function windowLosses(incidents: readonly DeveloperIncident[]): readonly WindowLoss[] {
  const known = incidents.flatMap(({ pointsLost }) => (pointsLost?.is === 'known' ? [pointsLost] : []));
  return [...Map.groupBy(known, ({ windowKind }) => windowKind)].map(([windowKind, ofKind]) => ({
    windowKind,
    points: sum(ofKind, ({ points }) => points),
    low: sum(ofKind, ({ low }) => low),
    high: sum(ofKind, ({ high }) => high),
  }));
}
