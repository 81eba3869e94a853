import type { BurnRateIncident, CacheEvidence, CacheIncident, Incident, Resolution } from '../../src/model/incident.ts';
import { type EpochMs, MINUTE_MS, plus } from '../../src/model/time.ts';
import {
  burnFinding,
  cacheIncident,
  DEVELOPER,
  lockOutFinding,
  lockOutIncident,
  NOON,
  thresholdFinding,
  thresholdIncident,
} from '../support/builders.ts';

/** A broken cache whose evidence is as given. */
export function broken(evidence: Partial<CacheEvidence> = {}, part: Partial<CacheIncident> = {}): CacheIncident {
  const incident = cacheIncident(part);
  return { ...incident, evidence: { ...incident.evidence, ...evidence } };
}

export function resumed(evidence: Partial<CacheEvidence> = {}, part: Partial<CacheIncident> = {}): CacheIncident {
  return broken({ misses: 1, rewrittenTokens: 60_000, ...evidence }, { kind: 'resume_reprocess', ...part });
}

export function burning(evidence: Partial<BurnRateIncident['evidence']> = {}): BurnRateIncident {
  return {
    developer: DEVELOPER,
    kind: 'burn_rate',
    subject: 'five_hour  0',
    severity: 'warning',
    openedAt: NOON,
    lastEvidenceAt: NOON,
    isLate: false,
    evidence: burnFinding(evidence),
  };
}

export function lockedOut(evidence: Parameters<typeof lockOutFinding>[0] = {}) {
  return lockOutIncident({ evidence: lockOutFinding(evidence) });
}

export function passed(level: number, evidence: Parameters<typeof thresholdFinding>[0] = {}) {
  return thresholdIncident(level, { evidence: thresholdFinding({ level, usedPercent: level, ...evidence }) });
}

/** One of each kind, as first seen. */
export const EVERY_KIND: readonly Incident[] = [broken(), resumed(), lockedOut(), passed(80), burning()];

export const EVERY_RESOLUTION: readonly Resolution[] = [
  'healthy',
  'quiet',
  'reset',
  'open_again',
  'overtaken',
  'explained',
];

/** The same, over by then. */
export function over<I extends Incident>(incident: I, by: Resolution, at: EpochMs = plus(NOON, 12 * MINUTE_MS)): I {
  return { ...incident, resolved: { at, by } };
}
