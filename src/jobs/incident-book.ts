import { absorbClientCount } from '../incidents/client-count.ts';
import { extraCost } from '../incidents/extra-cost.ts';
import { absorbFinding, resolve } from '../incidents/lifecycle.ts';
import { isOvertaken } from '../incidents/overtaken.ts';
import { type Audience, audiencesOf, type Reason, reasonToSpeak } from '../incidents/reason-to-speak.ts';
import { subjectOf } from '../incidents/subject.ts';
import { atLeast, type ClientCount, type Finding, type IncidentKind } from '../model/finding.ts';
import type { DeveloperId, IncidentId } from '../model/ids.ts';
import {
  type CacheIncident,
  type DeveloperIncident,
  type FleetIncident,
  type Incident,
  isCacheIncident,
  isFleetIncident,
  type Resolution,
} from '../model/incident.ts';
import { type EpochMs, MINUTE_MS, plus, SECOND_MS } from '../model/time.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Store } from '../store/store.ts';
import { pointsLost } from '../windows/points-lost.ts';

export interface IncidentBookDeps {
  readonly store: Pick<
    Store,
    'incidents' | 'events' | 'notices' | 'reports' | 'developers' | 'tokens' | 'rates' | 'settings'
  >;
  /** Whether the channel may name this developer. */
  readonly mayName: (developer: DeveloperId) => boolean;
  /** Told of each incident that opens or changes. */
  readonly onIncident: (stored: StoredIncident) => void;
}

export type IncidentBook = ReturnType<typeof createIncidentBook>;
type Stored = StoredIncident<DeveloperIncident>;

/** Edits that only show growth are gathered for a moment: Slack allows about one a second. */
const GATHER_GROWTH_MS = SECOND_MS;
/** A full window is often followed at once by the refusal, which says the same with more: it gets the first word. */
const HOLD_FULL_WINDOW_MS = 15 * SECOND_MS;
/** In a team large enough for a regression, alerts of broken caches wait a moment for each other: it is one message then. */
const HOLD_FOR_FLEET_MS = 10 * SECOND_MS;
const ENOUGH_FOR_FLEET = 3;
/** The thread answers a sceptic with the turns; after a minute there are enough of them, and still the first readers. */
const EVIDENCE_AFTER_MS = MINUTE_MS;
/** The client dates its misses in whole seconds, and before it logs the request. */
const CLIENT_STEP_MS = 2 * SECOND_MS;

/** Writes incidents together with the notices that speak of them; to be used inside one transaction a decision. */
export function createIncidentBook({ store, mayName, onIncident }: IncidentBookDeps) {
  return {
    /** Takes a finding in; answers what it opened or changed. */
    absorb(developer: DeveloperId, finding: Finding, now: EpochMs): Stored | undefined {
      if (isOff(finding.kind)) return undefined;
      const last = store.incidents.last(developer, finding.kind, subjectOf(finding));
      const step = absorbFinding(developer, finding, last?.incident);
      if (step?.is === 'noted' && last) store.incidents.update(last.id, step.incident);
      if (!step || step.is === 'noted') return undefined;
      if (step.is === 'opened' && isOvertakenAtOnce(step.incident)) return undefined;
      return write(step.incident, step.is === 'changed' ? last?.id : undefined, now);
    },

    /** Takes in what the client itself counted; answers what it opened or changed. */
    absorbCount(developer: DeveloperId, count: ClientCount, now: EpochMs): Stored | undefined {
      if (isOff('cache_invalidation')) return undefined;
      const last = store.incidents.last(developer, 'cache_invalidation', count.session);
      const step = absorbClientCount(developer, count, last?.incident);
      return step && write(step.incident, step.is === 'changed' ? last?.id : undefined, now);
    },

    /** Writes an incident that changed without a finding: healed, resolved, explained. */
    change(id: IncidentId, incident: DeveloperIncident, now: EpochMs) {
      write(incident, id, now);
    },

    /** Takes in the cause that the client named after the finding. */
    learnCause(id: IncidentId, incident: CacheIncident, now: EpochMs) {
      if (withCause(incident) !== incident) write(incident, id, now);
    },

    /** Writes the turn count of an incident that is healing: nothing that anybody needs to be told. */
    note: (id: IncidentId, incident: CacheIncident) => store.incidents.update(id, incident),

    /** Writes an incident of the fleet, new or known; from now on it speaks for its members. */
    writeFleet(fleet: FleetIncident, { id: known, members, now }: FleetChange): StoredIncident<FleetIncident> {
      const id = known ?? store.incidents.add(fleet);
      if (known !== undefined) store.incidents.update(known, fleet);
      speak({ id, incident: fleet }, now);
      for (const member of members) {
        if (member.incident.partOf !== id) write({ ...member.incident, partOf: id }, member.id, now);
      }
      onIncident({ id, incident: fleet });
      return { id, incident: fleet };
    },
  };

  /** Teams can switch kinds off; what is open already ends as it would. */
  function isOff(kind: IncidentKind): boolean {
    return store.settings.current().kindsOff.includes(kind);
  }

  function write(incident: DeveloperIncident, known: IncidentId | undefined, now: EpochMs): Stored {
    const told = withPoints(withCause(incident), now);
    const id = known ?? store.incidents.add(told);
    if (known !== undefined) store.incidents.update(known, told);
    speak({ id, incident: told }, now);
    overtake({ id, incident: told }, now);
    onIncident({ id, incident: told });
    return { id, incident: told };
  }

  function speak({ id, incident }: StoredIncident, now: EpochMs) {
    const namesDeveloper = !isFleetIncident(incident) && mayName(incident.developer);
    const wanted = audiencesOf(incident, { namesDeveloper });
    for (const audience of ['channel', 'developer'] as const) {
      const last = store.notices.last(id, audience);
      if (!last && !wanted.includes(audience)) continue;
      const reason = reasonToSpeak(incident, last);
      if (reason) say({ id, incident }, { audience, reason, now });
    }
  }

  function say(
    { id, incident }: StoredIncident,
    { audience, reason, now }: { audience: Audience; reason: Reason; now: EpochMs },
  ) {
    const common = { subject: { of: 'incident', incident: id }, audience, severity: incident.severity } as const;
    const dueAt = plus(now, delay(incident, reason));
    store.notices.add({ ...common, form: 'message', reason, decidedAt: now, dueAt });
    if (reason === 'opened' && hasTurnsToShow(incident)) {
      store.notices.add({ ...common, form: 'reply', reason, decidedAt: now, dueAt: plus(dueAt, EVIDENCE_AFTER_MS) });
    }
    if (reason === 'resolved' && opensAgain(incident.resolved?.by) && incident.kind === 'lock_out') {
      store.notices.add({ ...common, form: 'reply', reason, decidedAt: now, dueAt: now });
    }
    if (audience === 'channel' && isEvent(reason)) noteEvent({ id, incident }, reason, now);
  }

  /** The thread keeps what the message, which is edited in place, forgets. Before the first word there is no thread. */
  function noteEvent({ id, incident }: StoredIncident, event: EventReason, now: EpochMs) {
    const detail = event === 'escalated' ? incident.severity : incident.resolved?.by;
    const eventId = store.events.add({ incident: id, at: now, event, detail });
    const subject = { of: 'incident', incident: id } as const;
    if (!store.notices.message(subject, 'channel')) return;
    const common = { subject, audience: 'channel', reason: event, severity: incident.severity } as const;
    store.notices.add({ ...common, form: 'timeline', decidedAt: now, dueAt: now, eventId });
  }

  function delay(incident: Incident, reason: Reason): number {
    if (reason === 'grown') return GATHER_GROWTH_MS;
    if (reason !== 'opened') return 0;
    if (incident.kind === 'window_threshold' && incident.evidence.level >= 100) return HOLD_FULL_WINDOW_MS;
    return incident.kind === 'cache_invalidation' && mayBecomeFleet(incident) ? HOLD_FOR_FLEET_MS : 0;
  }

  function mayBecomeFleet({ evidence }: CacheIncident): boolean {
    const isTeam = store.developers.count() >= ENOUGH_FOR_FLEET || store.tokens.isForTeam();
    return evidence.clientVersion !== undefined && isTeam;
  }

  /** The client names a cause only on its status line, which comes by another way than the requests. */
  function withCause<I extends DeveloperIncident>(incident: I): I {
    if (!isCacheIncident(incident)) return incident;
    const { evidence } = incident;
    const from = plus(evidence.firstMissAt, -CLIENT_STEP_MS);
    const cause = store.reports.cause(incident.developer, evidence.session, from);
    return cause === undefined || cause === evidence.cause
      ? incident
      : { ...incident, evidence: { ...evidence, cause } };
  }

  function withPoints(incident: DeveloperIncident, now: EpochMs): DeveloperIncident {
    const cost = extraCost(incident);
    if (!cost) return incident;
    const micros = cost.is === 'known' ? cost.micros : undefined;
    return { ...incident, pointsLost: pointsLost(micros, store.rates.of(incident.developer, now)) };
  }

  function isOvertakenAtOnce(incident: DeveloperIncident): boolean {
    return store.incidents.openOf(incident.developer).some((open) => isOvertaken(incident, open.incident));
  }

  function overtake(stronger: Stored, now: EpochMs) {
    if (stronger.incident.resolved) return;
    for (const { id, incident } of store.incidents.openOf(stronger.incident.developer)) {
      if (id === stronger.id || !isOvertaken(incident, stronger.incident)) continue;
      const resolved = resolve(incident, now, 'overtaken');
      store.incidents.update(id, resolved);
      speak({ id, incident: resolved }, now);
    }
  }
}

interface FleetChange {
  /** Undefined: it is new. */
  readonly id: IncidentId | undefined;
  readonly members: readonly Stored[];
  readonly now: EpochMs;
}

/** Below a warning the message tells all that there is. */
function hasTurnsToShow(incident: Incident): boolean {
  return (isCacheIncident(incident) || isFleetIncident(incident)) && atLeast(incident.severity, 'warning');
}

type EventReason = Extract<Reason, 'escalated' | 'reopened' | 'resolved'>;

function isEvent(reason: Reason): reason is EventReason {
  return reason === 'escalated' || reason === 'reopened' || reason === 'resolved';
}

function opensAgain(by: Resolution | undefined): boolean {
  return by === 'open_again' || by === 'reset';
}
