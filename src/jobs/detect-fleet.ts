import { brokenTogether } from '../detectors/broken-together.ts';
import { type CountTurnRule, countTurn } from '../detectors/count-turn.ts';
import {
  compareVersion,
  type FleetRegressionRule,
  mayBeRegressed,
  regressedVersion,
} from '../detectors/fleet-regression.ts';
import type { Turn } from '../detectors/turn.ts';
import { absorbFleetFinding, fleetSubject, isMemberOf, sweepFleet } from '../incidents/fleet-incident.ts';
import type { FleetRegression } from '../model/fleet-finding.ts';
import type { DeveloperId, SessionId } from '../model/ids.ts';
import { type CacheIncident, type FleetIncident, isCacheIncident, isFleetIncident, isOpen } from '../model/incident.ts';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS, plus } from '../model/time.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Store } from '../store/store.ts';
import type { IncidentBook } from './incident-book.ts';

export interface DetectFleetDeps {
  readonly store: Pick<Store, 'incidents' | 'sessions' | 'versions' | 'transaction'>;
  readonly book: Pick<IncidentBook, 'writeFleet' | 'change'>;
  readonly rule: FleetRegressionRule;
  readonly counting: CountTurnRule;
}

export type DetectFleet = ReturnType<typeof createDetectFleet>;

type StoredCache = StoredIncident<CacheIncident>;
type StoredFleet = StoredIncident<FleetIncident>;

/** Versions are compared over these days. */
const COMPARED_MS = 7 * DAY_MS;
/** A rate changes slowly, and reading the counts of all versions is no work for every turn. */
const JUDGE_RATES_EVERY_MS = 5 * MINUTE_MS;

/** Puts together what single developers show: the same broken cache in several of them, and versions that miss more than others. */
export function createDetectFleet({ store, book, rule, counting }: DetectFleetDeps) {
  /** When each version last missed in time to alert, since its rate was last judged. Late data is counted and alerts nobody. */
  const missedAt = new Map<string, EpochMs>();
  let ratesJudgedAt = epochMs(0);

  return {
    /** Counts the judged turns of a session, in event order; each once, however often it is judged. */
    count(developer: DeveloperId, session: SessionId, turns: readonly Turn[]) {
      const until = store.sessions.countedUntil(developer, session);
      let newest = until;
      for (const turn of turns) {
        const { endedAt: at, clientVersion } = turn.request;
        if (at <= until) continue;
        newest = at > newest ? at : newest;
        const counts = countTurn(turn, counting);
        if (!counts || clientVersion === undefined) continue;
        store.versions.add({ developer, clientVersion, at }, counts);
        const isMiss = counts.boundaryMisses + counts.resumeRewrites > 0;
        if (isMiss && !turn.arrivedLate) missedAt.set(clientVersion, later(missedAt.get(clientVersion), at));
      }
      if (newest > until) store.sessions.setCountedUntil(developer, session, newest);
    },

    /** Looks whether an incident that opened or changed is part of something that befell the team. */
    judge({ id, incident }: StoredIncident, now: EpochMs) {
      if (isCacheIncident(incident) && isOpen(incident) && !incident.isLate) judgeMember({ id, incident }, now);
    },

    /** Compares the versions that missed lately, and resolves what time has resolved. */
    sweep(now: EpochMs) {
      const areRatesDue = now - ratesJudgedAt >= JUDGE_RATES_EVERY_MS;
      const open = openFleets();
      if (areRatesDue) ratesJudgedAt = now;
      if (open.length === 0 && !(areRatesDue && missedAt.size > 0)) return;
      store.transaction(() => {
        if (areRatesDue) judgeRates(now);
        for (const fleet of open) {
          if (areRatesDue || fleet.incident.evidence.rule === 'together') resolveFleet(fleet, now);
        }
      });
    },
  };

  function judgeMember(member: StoredCache, now: EpochMs) {
    const { incident } = member;
    const speaker = incident.partOf === undefined ? undefined : asFleet(store.incidents.find(incident.partOf));
    if (speaker && isOpen(speaker.incident)) return;
    const fleet = openFleets().find((open) => isMemberOf(incident, open.incident));
    if (fleet) absorb(foundBy(member, fleet.incident), [member], now);
    else if (speaker) returnTo(speaker, member, now);
    else judgeTogether(member, now);
  }

  function judgeTogether(member: StoredCache, now: EpochMs) {
    const { lastEvidenceAt: at, evidence } = member.incident;
    const around = cachesAround(at).filter(({ id }) => id !== member.id);
    if (evidence.clientVersion === undefined || around.length === 0) return;
    const active = store.sessions.developersOn(evidence.clientVersion, plus(at, -HOUR_MS));
    const others = around.map(({ incident }) => incident);
    const finding = brokenTogether(member.incident, { others, active }, rule.together);
    if (finding) absorb(finding, [...around, member], now);
  }

  /** What comes back soon after the fleet's incident was over reopens it; later the member speaks for itself again. */
  function returnTo(fleet: StoredFleet, member: StoredCache, now: EpochMs) {
    const step = absorbFleetFinding(foundBy(member, fleet.incident), fleet.incident);
    if (step?.is === 'changed') book.writeFleet(step.incident, { id: fleet.id, members: [member], now });
    else book.change(member.id, { ...member.incident, partOf: undefined }, now);
  }

  function judgeRates(now: EpochMs) {
    const suspects = [...missedAt].filter(([clientVersion]) => mayBeRegressed(missesNow(clientVersion, now), rule));
    const rows = suspects.length === 0 ? [] : ratesNow(now);
    for (const [clientVersion, at] of suspects) {
      for (const finding of regressedVersion(rows, { clientVersion, at }, rule)) absorb(finding, cachesAround(at), now);
    }
    missedAt.clear();
  }

  /** `candidates` may be members: those that are, the fleet's incident speaks for from now on. */
  function absorb(finding: FleetRegression, candidates: readonly StoredCache[], now: EpochMs) {
    const last = asFleet(store.incidents.last(undefined, 'fleet_regression', fleetSubject(finding)));
    const step = absorbFleetFinding(finding, last?.incident);
    const id = step?.is === 'opened' ? undefined : last?.id;
    const fleet = step?.incident ?? last?.incident;
    if (!fleet || !isOpen(fleet)) return;
    const members = candidates.filter(({ incident }) => isMemberOf(incident, fleet));
    const isNews = step !== undefined || members.some(({ incident }) => incident.partOf !== id);
    if (isNews) book.writeFleet(fleet, { id, members, now });
  }

  function resolveFleet({ id, incident }: StoredFleet, now: EpochMs) {
    const members = store.incidents.partsOf(id).flatMap(({ incident: part }) => (isCacheIncident(part) ? [part] : []));
    const { rule: by, clientVersion } = incident.evidence;
    const comparison = by === 'together' ? undefined : compareVersion(ratesNow(now), { clientVersion, rule: by });
    const resolved = sweepFleet(incident, members, { now, comparison });
    if (resolved) book.writeFleet(resolved, { id, members: [], now });
  }

  function missesNow(clientVersion: string, now: EpochMs) {
    return store.versions.misses(clientVersion, plus(now, -COMPARED_MS), now);
  }

  function ratesNow(now: EpochMs) {
    return store.versions.ratesByDeveloper(plus(now, -COMPARED_MS), now);
  }

  function openFleets(): readonly StoredFleet[] {
    return store.incidents.open().flatMap((stored) => asFleet(stored) ?? []);
  }

  /** Incidents of broken caches that are open, or opened within the hour around `at`. */
  function cachesAround(at: EpochMs): readonly StoredCache[] {
    const recent = store.incidents.openedBetween(plus(at, -HOUR_MS), plus(at, HOUR_MS));
    const all = new Map([...store.incidents.open(), ...recent].map((stored) => [stored.id, stored]));
    return [...all.values()].flatMap((stored) => asCache(stored) ?? []);
  }
}

/** That a developer's incident shows what the fleet's is about. */
function foundBy({ incident }: StoredCache, { evidence }: FleetIncident): FleetRegression {
  const { of, clientVersion } = evidence;
  const common = { kind: 'fleet_regression', severity: 'critical', rule: 'together' } as const;
  return { ...common, at: incident.lastEvidenceAt, of, clientVersion, developers: [incident.developer] };
}

function asFleet(stored: StoredIncident | undefined): StoredFleet | undefined {
  return stored && isFleetIncident(stored.incident) ? { id: stored.id, incident: stored.incident } : undefined;
}

function asCache(stored: StoredIncident): StoredCache | undefined {
  return isCacheIncident(stored.incident) ? { id: stored.id, incident: stored.incident } : undefined;
}

function later(one: EpochMs | undefined, other: EpochMs): EpochMs {
  return one === undefined || other > one ? other : one;
}
