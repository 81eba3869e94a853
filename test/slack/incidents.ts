import { losses } from '../../src/incidents/losses.ts';
import type {
  BurnRate,
  CacheReadStorm,
  CostInflation,
  DataSilence,
  LockOut,
  PromptSpike,
  Runaway,
  TtlDowngrade,
  WindowThreshold,
} from '../../src/model/finding.ts';
import type { FleetRegression } from '../../src/model/fleet-finding.ts';
import { incidentId } from '../../src/model/ids.ts';
import type {
  BurnRateIncident,
  CacheEvidence,
  CacheIncident,
  DeveloperIncident,
  FleetIncident,
  Incident,
  Resolution,
  UsageIncident,
} from '../../src/model/incident.ts';
import type { PointsLost } from '../../src/model/points.ts';
import { type EpochMs, MINUTE_MS, plus } from '../../src/model/time.ts';
import {
  burnFinding,
  cacheIncident,
  DEVELOPER,
  fleetIncident,
  inflationFinding,
  lockOutFinding,
  lockOutIncident,
  NOON,
  runawayFinding,
  silenceFinding,
  spikeFinding,
  stormFinding,
  thresholdFinding,
  thresholdIncident,
  ttlFinding,
  usageIncident,
} from '../support/builders.ts';

/** Of incident 17; whoever did something is called by a mention. */
export const ANSWERABLE = { handle: incidentId(17), nameOf: (slackUser: string) => `<@${slackUser}>` };

const EPISODE = { developer: DEVELOPER, subject: '', openedAt: NOON, lastEvidenceAt: NOON, isLate: false } as const;

/** ≈6 points of the five-hour window, learnt from the developer's own readings. */
export const SIX_POINTS: Extract<PointsLost, { readonly is: 'known' }> = {
  is: 'known',
  windowKind: 'five_hour',
  learntFrom: 'own',
  points: 6.2,
  low: 4.1,
  high: 8.8,
};

/** A broken cache whose evidence is as given. */
export function broken(evidence: Partial<CacheEvidence> = {}, part: Partial<CacheIncident> = {}): CacheIncident {
  const incident = cacheIncident(part);
  return { ...incident, evidence: { ...incident.evidence, ...evidence } };
}

export function resumed(evidence: Partial<CacheEvidence> = {}, part: Partial<CacheIncident> = {}): CacheIncident {
  return broken({ misses: 1, rewrittenTokens: 60_000, ...evidence }, { kind: 'resume_reprocess', ...part });
}

/** A broken cache that only the client's own counter tells of. */
export function counted(evidence: Partial<CacheEvidence> = {}, part: Partial<CacheIncident> = {}): CacheIncident {
  const clientCount = { misses: 3, rewrittenTokens: 412_000 };
  const nothing = { misses: 0, consecutive: 0, rewrittenTokens: 0, floorTokens: undefined, extraCostMicros: undefined };
  return broken({ ...nothing, turns: [], clientCount, ...evidence }, part);
}

export function burning(evidence: Partial<BurnRate> = {}): BurnRateIncident {
  return { ...EPISODE, kind: 'burn_rate', severity: 'warning', evidence: burnFinding(evidence) };
}

export function lockedOut(evidence: Partial<LockOut> = {}) {
  return lockOutIncident({ evidence: lockOutFinding(evidence) });
}

export function passed(level: number, evidence: Partial<WindowThreshold> = {}) {
  return thresholdIncident(level, { evidence: thresholdFinding({ level, usedPercent: level, ...evidence }) });
}

/** Six requests in a row that wrote to the 5-minute cache alone, in a session that holds 180k tokens. */
export function downgraded(evidence: Partial<TtlDowngrade> = {}): UsageIncident {
  return usageIncident(ttlFinding({ requests: 6, cachedTokens: 180_000, ...evidence }));
}

/** Like https://github.com/anthropics/claude-code/issues/75290: 70M reads, here in an hour whose median has 5.8M. */
export function storming(evidence: Partial<CacheReadStorm> = {}): UsageIncident {
  const read = {
    readTokens: 70_200_000,
    usualReadTokens: 5_800_000,
    readsPerOutputToken: 1460,
    costMicros: 31_200_000,
  };
  return usageIncident(stormFinding({ ...read, ...evidence }), { pointsLost: SIX_POINTS });
}

/** Prompts that cost fourteen times the usual. */
export function inflated(evidence: Partial<CostInflation> = {}): UsageIncident {
  const cost = { costPerPromptMicros: 8_400_000, usualCostPerPromptMicros: 600_000, prompts: 5 };
  return usageIncident(inflationFinding({ ...cost, ...evidence }), { pointsLost: SIX_POINTS });
}

/** The 38 % of one report: an ordinary question. */
export function spiked(evidence: Partial<PromptSpike> = {}): UsageIncident {
  return usageIncident(spikeFinding({ took: { points: 38, low: 37, high: 39 }, ...evidence }));
}

/** Background work that ate a third of a window. */
export function ranAway(evidence: Partial<Runaway> = {}): UsageIncident {
  return usageIncident(runawayFinding(evidence));
}

/** Like https://github.com/anthropics/claude-code/issues/60921: a loop that starts `claude --print` again and again. */
export function spawned(evidence: Partial<Runaway> = {}): UsageIncident {
  const { window: _, took: __, ...rest } = runawayFinding();
  const many = { rule: 'sessions', sessions: 1240, requests: 4051 } as const;
  return usageIncident({ ...rest, ...many, ...evidence }, { pointsLost: SIX_POINTS });
}

export function silent(feed: DataSilence['feed'], evidence: Partial<DataSilence> = {}): UsageIncident {
  return usageIncident(silenceFinding({ feed, ...evidence }));
}

/** Three developers on one client version within an hour. */
export function regressed(evidence: Partial<FleetRegression> = {}): FleetIncident {
  return fleetIncident({}, evidence);
}

/** The best data of a regression in the open: https://github.com/anthropics/claude-code/issues/91707. */
const COMPARISON = { misses: 157, of: 538, otherMisses: 342, otherOf: 4757, pValue: 3.1e-38 } as const;

/** The same, told by its rate at turn boundaries, and of resumes. */
export const missesMore = () => regressed({ rule: 'turn_boundaries', comparison: COMPARISON });
export const resumesWorse = () =>
  regressed({
    rule: 'resumes',
    of: 'resume_reprocess',
    comparison: { misses: 13, of: 21, otherMisses: 4, otherOf: 22, pValue: 0.0042 },
  });

/** What a regression of three sessions lost. */
export const THREE_LOSSES = losses([
  broken({ rewrittenTokens: 750_000, extraCostMicros: 3_525_000 }, { pointsLost: SIX_POINTS }),
  broken({ rewrittenTokens: 412_000, extraCostMicros: 1_936_000 }, { pointsLost: SIX_POINTS }),
  broken(
    { rewrittenTokens: 240_000, extraCostMicros: 1_128_000 },
    { pointsLost: { is: 'unknown', because: 'no_readings' } },
  ),
]);

/** One of each kind that a developer can have, as first seen; each variety of words once. */
export const EVERY_KIND: readonly DeveloperIncident[] = [
  broken(),
  resumed(),
  lockedOut(),
  passed(80),
  burning(),
  downgraded(),
  storming(),
  inflated(),
  spiked(),
  ranAway(),
  spawned(),
  silent('status_line'),
  silent('telemetry'),
];

export const EVERY_REGRESSION: readonly FleetIncident[] = [regressed(), missesMore(), resumesWorse()];

export const EVERY_RESOLUTION: readonly Resolution[] = [
  'healthy',
  'quiet',
  'reset',
  'open_again',
  'overtaken',
  'explained',
  'heard',
];

/** The same, over by then. */
export function over<I extends Incident>(incident: I, by: Resolution, at: EpochMs = plus(NOON, 12 * MINUTE_MS)): I {
  return { ...incident, resolved: { at, by } };
}
