import type { SessionId } from '../model/ids.ts';
import type { PointsRange } from '../model/points.ts';
import { sum } from '../model/sum.ts';

export interface WindowSharesRule {
  /** No plan sells a point for less: what rose beyond it was used where telemetry does not reach. */
  readonly leastMicrosPerPoint: number;
}

/** What requests with one prompt, or with none, spent between two readings. Micro-dollars at API prices. */
export interface Spent {
  readonly promptId: string | undefined;
  readonly session: SessionId;
  readonly model: string;
  readonly isHeadless: boolean;
  readonly requests: number;
  readonly costMicros: number;
  readonly unpricedRequests: number;
}

/** The time between two readings of a window, of which the later one was higher. */
export interface Stretch {
  readonly pointsGained: number;
  readonly spent: readonly Spent[];
}

/** What somebody's work took of a window. */
interface Share {
  readonly took: PointsRange;
  readonly requests: number;
  /** Undefined where a price is unknown. */
  readonly costMicros: number | undefined;
}

export interface PromptShare extends Share {
  readonly promptId: string;
  readonly session: SessionId;
  readonly model: string;
}

/** What ran without a person, with the session that spent most of it between two readings. */
export interface HeadlessWork extends Share {
  readonly busiestSession: SessionId | undefined;
}

export interface WindowShares {
  /** Takes in the next stretch of the window. */
  add(stretch: Stretch): void;
  /** The prompts that spent anything in the newest stretch, with all that they took of the window. */
  prompts(): readonly PromptShare[];
  headless(): HeadlessWork;
}

interface Claim {
  points: number;
  /** How much the share moved from stretch to stretch, up and down. */
  moved: number;
  lastShare: number;
  lastStretch: number;
  requests: number;
  costMicros: number;
  unpriced: number;
}

/** Stretches after which a prompt that spends nothing is taken to be over. A window has a hundred points at most. */
const KEPT_STRETCHES = 20;

/**
 * Divides what a window gained between its readings among those who spent in between, by their share of the dollars.
 * Readings are whole percentages, each half a point off at most, and an error at one reading is undone at the next
 * wherever the share stays the same: so the range is half of all movements of the share. A stretch in which anything
 * has no known price is nobody's.
 */
export function createWindowShares({ leastMicrosPerPoint }: WindowSharesRule): WindowShares {
  const prompts = new Map<string, { claim: Claim; spent: Spent; promptId: string }>();
  const headless = newClaim();
  let busiest: { readonly session: SessionId; readonly costMicros: number } | undefined;
  let stretches = 0;

  return {
    add({ pointsGained, spent }) {
      stretches += 1;
      const total = sum(spent, ({ costMicros }) => costMicros);
      const isKnown = total > 0 && spent.every(({ unpricedRequests }) => unpricedRequests === 0);
      const points = Math.min(pointsGained, total / leastMicrosPerPoint);
      const take = (claim: Claim, own: readonly Spent[]) => {
        const share = isKnown ? sum(own, ({ costMicros }) => costMicros) / total : 0;
        move(claim, share, stretches);
        claim.points += share * points;
        claim.requests += sum(own, ({ requests }) => requests);
        claim.costMicros += sum(own, ({ costMicros }) => costMicros);
        claim.unpriced += sum(own, ({ unpricedRequests }) => unpricedRequests);
      };
      const ofNobody = spent.filter(({ isHeadless }) => isHeadless);
      take(headless, ofNobody);
      for (const [session, own] of Map.groupBy(ofNobody, (one) => one.session)) {
        const costMicros = sum(own, (one) => one.costMicros);
        if (!busiest || costMicros > busiest.costMicros) busiest = { session, costMicros };
      }
      for (const [promptId, own] of Map.groupBy(spent, (one) => one.promptId)) {
        if (promptId !== undefined) take(claimOf(promptId, own), own);
      }
      for (const [promptId, { claim }] of prompts) {
        if (stretches - claim.lastStretch > KEPT_STRETCHES) prompts.delete(promptId);
      }
    },
    prompts: () =>
      [...prompts.values()]
        .filter(({ claim }) => claim.lastStretch === stretches)
        .map(({ claim, spent: { session, model }, promptId }) => ({ ...shareOf(claim), promptId, session, model })),
    headless: () => ({ ...shareOf(headless), busiestSession: busiest?.session }),
  };

  /** The part that a person waited for tells session and model: helpers and sub-agents may run on another. */
  function claimOf(promptId: string, own: readonly Spent[]): Claim {
    const known = prompts.get(promptId);
    const spent = own.find(({ isHeadless }) => !isHeadless) ?? known?.spent ?? own[0];
    const claim = known?.claim ?? newClaim();
    if (spent) prompts.set(promptId, { claim, spent, promptId });
    return claim;
  }
}

function newClaim(): Claim {
  return { points: 0, moved: 0, lastShare: 0, lastStretch: 0, requests: 0, costMicros: 0, unpriced: 0 };
}

function move(claim: Claim, share: number, stretch: number) {
  const wentAway = claim.lastStretch < stretch - 1;
  claim.moved += wentAway ? claim.lastShare + share : Math.abs(share - claim.lastShare);
  claim.lastShare = share;
  claim.lastStretch = stretch;
}

function shareOf({ points, moved, lastShare, requests, costMicros, unpriced }: Claim): Share {
  const either = (moved + lastShare) / 2;
  return {
    took: { points, low: Math.max(0, points - either), high: Math.min(100, points + either) },
    requests,
    costMicros: unpriced > 0 ? undefined : costMicros,
  };
}
