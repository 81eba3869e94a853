import type { DataSilence, Severity } from '../../src/model/finding.ts';
import type { FleetRegression } from '../../src/model/fleet-finding.ts';
import { developerId, type IncidentId, sessionId } from '../../src/model/ids.ts';
import type {
  BurnRateIncident,
  CacheEvidence,
  CacheIncident,
  Feedback,
  FleetIncident,
  LockOutIncident,
  ThresholdIncident,
  UsageIncident,
} from '../../src/model/incident.ts';
import type { PointsLost } from '../../src/model/points.ts';
import { type EpochMs, epochMs, HOUR_MS, MINUTE_MS, plus } from '../../src/model/time.ts';
import { fleetIncident, silenceFinding, usageIncident } from '../support/builders.ts';

/** Wednesday of week 47 of 2026, 10:00 UTC. */
export const WEDNESDAY = epochMs(Date.UTC(2026, 10, 18, 10));

let made = 0;

interface Common {
  readonly developer?: number;
  readonly severity?: Severity;
  readonly openedAt?: EpochMs;
  readonly isLate?: boolean;
  readonly isOpen?: boolean;
  readonly feedback?: Feedback;
  readonly isAcknowledged?: boolean;
}

/** What somebody did about an incident. */
const DEED = { at: WEDNESDAY, by: 'U000000ADA' };

function episode({
  developer = 1,
  severity = 'warning',
  openedAt = WEDNESDAY,
  isLate = false,
  isOpen = false,
  feedback,
  isAcknowledged = false,
}: Common) {
  return {
    developer: developerId(developer),
    subject: `subject ${made++}`,
    severity,
    openedAt,
    lastEvidenceAt: openedAt,
    isLate,
    resolved: isOpen ? undefined : { at: plus(openedAt, 12 * MINUTE_MS), by: 'quiet' as const },
    acknowledged: isAcknowledged ? DEED : undefined,
    feedback: feedback && { is: feedback, ...DEED },
  };
}

export function cacheIncident(
  options: Common & {
    kind?: CacheIncident['kind'];
    evidence?: Partial<CacheEvidence>;
    partOf?: IncidentId;
    pointsLost?: PointsLost;
  } = {},
): CacheIncident {
  const common = episode(options);
  return {
    ...common,
    partOf: options.partOf,
    pointsLost: options.pointsLost,
    kind: options.kind ?? 'cache_invalidation',
    evidence: {
      session: sessionId('0f9d2c31-7b1e-4c55-9a51-6a0f2c9d1b77'),
      model: 'claude-opus-5-5',
      clientVersion: '2.1.330',
      streams: [],
      misses: 3,
      consecutive: 3,
      rewrittenTokens: 400_000,
      floorTokens: 14_500,
      extraCostMicros: 2_000_000,
      firstMissAt: common.openedAt,
      turns: [],
      ...options.evidence,
    },
  };
}

export const resume = (options: Common & { evidence?: Partial<CacheEvidence> } = {}): CacheIncident =>
  cacheIncident({ ...options, kind: 'resume_reprocess' });

const window = (at: EpochMs) => ({
  account: 'unknown',
  windowKind: 'five_hour',
  scope: '',
  resetsAt: plus(at, 2 * HOUR_MS),
  at,
  arrivedLate: false,
});

export function lockOut(options: Common = {}): LockOutIncident {
  const common = episode({ severity: 'info', ...options });
  const { severity, openedAt } = common;
  return {
    ...common,
    kind: 'lock_out',
    evidence: { kind: 'lock_out', severity, ...window(openedAt), source: 'stop_failure' },
  };
}

export function threshold(options: Common & { windowKind?: string; scope?: string } = {}): ThresholdIncident {
  const common = episode({ severity: 'info', ...options });
  const { windowKind = 'seven_day', scope = '' } = options;
  return {
    ...common,
    kind: 'window_threshold',
    evidence: {
      kind: 'window_threshold',
      severity: common.severity,
      ...window(common.openedAt),
      windowKind,
      scope,
      level: 90,
      usedPercent: 91,
      isPaceKnown: true,
    },
  };
}

export function burnRate(options: Common = {}): BurnRateIncident {
  const common = episode(options);
  const { severity, openedAt } = common;
  return {
    ...common,
    kind: 'burn_rate',
    evidence: {
      kind: 'burn_rate',
      severity,
      ...window(openedAt),
      usedPercent: 60,
      pointsPerHour: 48.4,
      runsOutAt: plus(openedAt, HOUR_MS),
    },
  };
}

/** About how somebody's use differs from their own past: any finding of it. */
export function usage(finding: UsageIncident['evidence'], options: Common & { pointsLost?: PointsLost } = {}) {
  const common = episode({ severity: finding.severity, ...options });
  return { ...usageIncident(finding), ...common, pointsLost: options.pointsLost } as UsageIncident;
}

export const silence = (feed: DataSilence['feed'], options: Common = {}) => usage(silenceFinding({ feed }), options);

/** A regression that hit these developers. */
export function fleet(
  { developers, ...evidence }: Partial<Omit<FleetRegression, 'developers'>> & { developers: readonly number[] },
  options: Omit<Common, 'developer'> = {},
): FleetIncident {
  const { developer: _, ...common } = episode({ severity: 'critical', ...options });
  return fleetIncident(common, { ...evidence, developers: developers.map(developerId) });
}
