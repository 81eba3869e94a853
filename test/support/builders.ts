import type { Turn, Verdict } from '../../src/detectors/turn.ts';
import type { ApiRequest } from '../../src/model/api-request.ts';
import type { CacheReport } from '../../src/model/cache-report.ts';
import type {
  BurnRate,
  CacheInvalidation,
  CacheReadStorm,
  ClientCount,
  CostInflation,
  DataSilence,
  LockOut,
  PromptSpike,
  ResumeReprocess,
  Runaway,
  TtlDowngrade,
  TurnEvidence,
  WindowThreshold,
} from '../../src/model/finding.ts';
import type { FleetRegression } from '../../src/model/fleet-finding.ts';
import { accountId, developerId, sessionId } from '../../src/model/ids.ts';
import type {
  CacheIncident,
  FleetIncident,
  LockOutIncident,
  ThresholdIncident,
  UsageIncident,
} from '../../src/model/incident.ts';
import type { Marker } from '../../src/model/marker.ts';
import type { QuotaWindow, Rise } from '../../src/model/quota-window.ts';
import type { Reading } from '../../src/model/reading.ts';
import { type EpochMs, epochMs, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/model/time.ts';

export const SESSION = sessionId('session-1');
export const ACCOUNT = accountId('account-1');
export const DEVELOPER = developerId(1);
export const MODEL = 'claude-sonnet-5-5';
/** The moment around which the tests play; a Monday. */
export const NOON = at('2026-11-23T12:00:00Z');

export function at(iso: string): EpochMs {
  return epochMs(Date.parse(iso));
}

export const seconds = (count: number): EpochMs => plus(NOON, count * SECOND_MS);
export const minutes = (count: number): EpochMs => plus(NOON, count * MINUTE_MS);
export const hours = (count: number): EpochMs => plus(NOON, count * HOUR_MS);

/** A request of the main conversation that ends at noon, at once, and touches no cache. */
export function request(part: Partial<ApiRequest> = {}): ApiRequest {
  const endedAt = part.endedAt ?? part.startedAt ?? NOON;
  return {
    session: SESSION,
    origin: 'main',
    model: MODEL,
    startedAt: endedAt,
    endedAt,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheCreationTokens: 0,
    ...part,
  };
}

/** A request by what it read and wrote. */
export function readWrite(endedAt: EpochMs, read: number, written: number): ApiRequest {
  return request({ endedAt, cacheReadTokens: read, cacheCreationTokens: written });
}

export function marker(kind: Marker['kind'], markedAt: EpochMs = NOON): Marker {
  return { session: SESSION, at: markedAt, kind };
}

export function turn(part: Partial<Turn> = {}): Turn {
  return {
    request: request(),
    stream: `main ${MODEL}`,
    previous: undefined,
    verdict: { is: 'hit' },
    gapMs: 0,
    ttlMs: 5 * MINUTE_MS,
    sinceResume: undefined,
    arrivedLate: false,
    ...part,
  };
}

/** A turn that read a floor of 10,000 tokens and wrote `rewritten` tokens again. */
export function rewrite(endedAt: EpochMs, rewritten: number, verdict: Verdict = { is: 'miss' }): Turn {
  const previous = readWrite(plus(endedAt, -MINUTE_MS), 0, 10_000 + rewritten);
  return turn({ request: readWrite(endedAt, 10_000, rewritten), previous, verdict });
}

export function hit(endedAt: EpochMs): Turn {
  return turn({
    request: readWrite(endedAt, 100_000, 1000),
    previous: readWrite(plus(endedAt, -MINUTE_MS), 0, 100_000),
  });
}

/** A reading of the five-hour window that resets four hours after noon. */
export function reading(part: Partial<Reading> = {}): Reading {
  return {
    session: SESSION,
    kind: 'five_hour',
    scope: '',
    usedPercent: 50,
    resetsAt: hours(4),
    at: NOON,
    source: 'status_line',
    ...part,
  };
}

/** A five-hour window at 50 % that was read at noon and resets four hours later. */
export function window(part: Partial<QuotaWindow> = {}): QuotaWindow {
  return {
    account: ACCOUNT,
    kind: 'five_hour',
    scope: '',
    resetsAt: hours(4),
    usedPercent: 50,
    lastReadAt: NOON,
    ...part,
  };
}

/** Rises from pairs of (minutes after noon, percent). */
export function rises(...pairs: readonly (readonly [number, number])[]): readonly Rise[] {
  return pairs.map(([minute, usedPercent]) => ({ at: minutes(minute), usedPercent }));
}

export function evidence(part: Partial<TurnEvidence> = {}): TurnEvidence {
  return {
    at: NOON,
    gapMs: 10 * SECOND_MS,
    contextTokens: 80_000,
    expectedTokens: 75_000,
    readTokens: 15_000,
    writtenTokens: 65_000,
    rewrittenTokens: 60_000,
    extraCostMicros: 138_000,
    arrivedLate: false,
    ...part,
  };
}

/** Two misses in a row at noon and ten seconds later. */
export function cacheFinding(part: Partial<CacheInvalidation> = {}): CacheInvalidation {
  return {
    kind: 'cache_invalidation',
    rule: 'consecutive',
    severity: 'warning',
    session: SESSION,
    stream: `main ${MODEL}`,
    model: MODEL,
    clientVersion: '2.1.330',
    consecutive: 2,
    misses: [evidence(), evidence({ at: seconds(10) })],
    ...part,
  };
}

export function resumeFinding(part: Partial<ResumeReprocess> = {}): ResumeReprocess {
  return {
    kind: 'resume_reprocess',
    severity: 'info',
    session: SESSION,
    stream: `main ${MODEL}`,
    model: MODEL,
    resumedAt: NOON,
    misses: [evidence()],
    ...part,
  };
}

const FIVE_HOUR = { account: ACCOUNT, windowKind: 'five_hour', scope: '', resetsAt: hours(4), at: NOON } as const;

export function lockOutFinding(part: Partial<LockOut> = {}): LockOut {
  return { kind: 'lock_out', severity: 'info', ...FIVE_HOUR, arrivedLate: false, source: 'stop_failure', ...part };
}

export function thresholdFinding(part: Partial<WindowThreshold> = {}): WindowThreshold {
  return {
    kind: 'window_threshold',
    severity: 'info',
    ...FIVE_HOUR,
    arrivedLate: false,
    level: 80,
    usedPercent: 81,
    isPaceKnown: false,
    ...part,
  };
}

export function burnFinding(part: Partial<BurnRate> = {}): BurnRate {
  return {
    kind: 'burn_rate',
    severity: 'warning',
    ...FIVE_HOUR,
    arrivedLate: false,
    usedPercent: 60,
    pointsPerHour: 80,
    runsOutAt: minutes(30),
    ...part,
  };
}

const EPISODE = { developer: DEVELOPER, openedAt: NOON, lastEvidenceAt: NOON, isLate: false } as const;

export function cacheIncident(part: Partial<CacheIncident> = {}): CacheIncident {
  return {
    ...EPISODE,
    kind: 'cache_invalidation',
    subject: SESSION,
    severity: 'warning',
    evidence: {
      session: SESSION,
      model: MODEL,
      clientVersion: '2.1.330',
      streams: [{ stream: `main ${MODEL}`, lastMissAt: NOON, lastTurnAt: NOON, healthyInARow: 0 }],
      misses: 2,
      consecutive: 2,
      rewrittenTokens: 120_000,
      floorTokens: 15_000,
      extraCostMicros: 276_000,
      firstMissAt: seconds(-10),
      turns: [evidence({ at: seconds(-10) }), evidence()],
    },
    ...part,
  };
}

export function lockOutIncident(part: Partial<LockOutIncident> = {}): LockOutIncident {
  const finding = part.evidence ?? lockOutFinding();
  const subject = [finding.windowKind, finding.scope, finding.resetsAt].join(' ');
  return { ...EPISODE, kind: 'lock_out', subject, severity: 'info', evidence: finding, ...part };
}

export function thresholdIncident(level: number, part: Partial<ThresholdIncident> = {}): ThresholdIncident {
  const finding = part.evidence ?? thresholdFinding({ level, usedPercent: level });
  const subject = [finding.windowKind, finding.scope, finding.resetsAt, finding.level].join(' ');
  return { ...EPISODE, kind: 'window_threshold', subject, severity: 'info', evidence: finding, ...part };
}

/** Counters of the client's status line: so many requests and misses by `at`; the cache stays warm for an hour. */
export function cacheReport(part: Partial<CacheReport> = {}): CacheReport {
  const reportedAt = part.at ?? NOON;
  return {
    session: SESSION,
    at: reportedAt,
    model: MODEL,
    requests: 1,
    misses: 0,
    expectedRebuilds: 0,
    missRecacheTokens: 0,
    expiresAt: plus(reportedAt, HOUR_MS),
    ...part,
  };
}

export function clientCountFinding(part: Partial<ClientCount> = {}): ClientCount {
  return {
    kind: 'client_count',
    severity: 'warning',
    session: SESSION,
    model: MODEL,
    clientVersion: '2.1.330',
    at: seconds(10),
    firstMissAt: NOON,
    misses: 2,
    rewrittenTokens: 120_000,
    cause: 'tools_changed',
    arrivedLate: false,
    ...part,
  };
}

const SEEN = { at: NOON, arrivedLate: false } as const;

export function ttlFinding(part: Partial<TtlDowngrade> = {}): TtlDowngrade {
  return {
    kind: 'ttl_downgrade',
    severity: 'info',
    ...SEEN,
    session: SESSION,
    model: MODEL,
    clientVersion: '2.1.330',
    lastOneHourWriteAt: minutes(-10),
    requests: 5,
    cachedTokens: 140_000,
    ...part,
  };
}

export function stormFinding(part: Partial<CacheReadStorm> = {}): CacheReadStorm {
  return {
    kind: 'cache_read_storm',
    severity: 'warning',
    ...SEEN,
    clientVersion: '2.1.330',
    readTokens: 60_000_000,
    usualReadTokens: 6_000_000,
    robustZ: 5.1,
    readsPerOutputToken: 900,
    requests: 300,
    costMicros: 10_000_000,
    ...part,
  };
}

export function inflationFinding(part: Partial<CostInflation> = {}): CostInflation {
  return {
    kind: 'cost_inflation',
    severity: 'warning',
    ...SEEN,
    model: MODEL,
    clientVersion: '2.1.330',
    prompts: 4,
    costPerPromptMicros: 3_000_000,
    usualCostPerPromptMicros: 200_000,
    activeDays: 9,
    ...part,
  };
}

export function spikeFinding(part: Partial<PromptSpike> = {}): PromptSpike {
  return {
    kind: 'prompt_spike',
    severity: 'info',
    ...FIVE_HOUR,
    arrivedLate: false,
    session: SESSION,
    promptId: 'prompt-1',
    model: MODEL,
    took: { points: 24, low: 22, high: 26 },
    usualPoints: 8,
    isUsualOwn: true,
    requests: 40,
    costMicros: 9_000_000,
    ...part,
  };
}

export function runawayFinding(part: Partial<Runaway> = {}): Runaway {
  const { account, windowKind, scope, resetsAt } = FIVE_HOUR;
  return {
    kind: 'runaway',
    severity: 'warning',
    ...SEEN,
    rule: 'points',
    window: { account, windowKind, scope, resetsAt },
    took: { points: 34, low: 32, high: 36 },
    sessions: 3,
    requests: 210,
    costMicros: 18_000_000,
    ...part,
  };
}

export function silenceFinding(part: Partial<DataSilence> = {}): DataSilence {
  return {
    kind: 'data_silence',
    severity: 'info',
    ...SEEN,
    feed: 'status_line',
    silentSince: hours(-3),
    missed: 40,
    ...part,
  };
}

/** The incident that a usage finding opens. */
export function usageIncident(
  finding: UsageIncident['evidence'],
  part: Partial<Pick<UsageIncident, 'resolved' | 'severity' | 'partOf' | 'pointsLost' | 'isLate'>> = {},
): UsageIncident {
  // Kind and evidence come from one finding, so they belong together.
  return {
    ...EPISODE,
    kind: finding.kind,
    subject: '',
    severity: finding.severity,
    evidence: finding,
    ...part,
  } as UsageIncident;
}

export function fleetIncident(
  part: Partial<FleetIncident> = {},
  evidence: Partial<FleetRegression> = {},
): FleetIncident {
  return {
    kind: 'fleet_regression',
    subject: '2.1.252 cache_invalidation',
    severity: 'critical',
    openedAt: NOON,
    lastEvidenceAt: NOON,
    isLate: false,
    evidence: {
      kind: 'fleet_regression',
      severity: 'critical',
      at: NOON,
      rule: 'together',
      of: 'cache_invalidation',
      clientVersion: '2.1.252',
      developers: [DEVELOPER, developerId(2), developerId(3)],
      ...evidence,
    },
    ...part,
  };
}
