import { absorbFinding, resolve } from '../incidents/lifecycle.ts';
import { isOvertaken } from '../incidents/overtaken.ts';
import { type Audience, audiencesOf, type Reason, reasonToSpeak } from '../incidents/reason-to-speak.ts';
import { subjectOf } from '../incidents/subject.ts';
import type { Finding } from '../model/finding.ts';
import type { DeveloperId, IncidentId } from '../model/ids.ts';
import { type CacheIncident, type Incident, isCacheIncident, type Resolution } from '../model/incident.ts';
import { type EpochMs, plus, SECOND_MS } from '../model/time.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Store } from '../store/store.ts';

export interface IncidentBookDeps {
  readonly store: Pick<Store, 'incidents' | 'notices' | 'reports'>;
  /** Whether the channel may name this developer. */
  readonly mayName: (developer: DeveloperId) => boolean;
}

/** Edits that only show growth are gathered for a moment: Slack allows about one a second. */
const GATHER_GROWTH_MS = SECOND_MS;
/** A full window is often followed at once by the refusal, which says the same with more: it gets the first word. */
const HOLD_FULL_WINDOW_MS = 15 * SECOND_MS;
/** The client dates its misses in whole seconds, and before it logs the request. */
const CLIENT_STEP_MS = 2 * SECOND_MS;

/** Writes incidents together with the notices that speak of them; to be used inside one transaction a decision. */
export function createIncidentBook({ store, mayName }: IncidentBookDeps) {
  return {
    /** Takes a finding in; answers what it opened or changed. */
    absorb(developer: DeveloperId, finding: Finding, now: EpochMs): StoredIncident | undefined {
      const last = store.incidents.last(developer, finding.kind, subjectOf(finding));
      const step = absorbFinding(developer, finding, last?.incident);
      if (!step || (step.is === 'opened' && isOvertakenAtOnce(step.incident))) return undefined;
      const incident = withCause(step.incident);
      const id = step.is === 'changed' && last ? last.id : store.incidents.add(incident);
      if (step.is === 'changed') store.incidents.update(id, incident);
      speak({ id, incident }, now);
      overtake({ id, incident }, now);
      return { id, incident };
    },

    /** Writes an incident that changed without a finding: healed, resolved, explained. */
    change(id: IncidentId, incident: Incident, now: EpochMs) {
      const told = withCause(incident);
      store.incidents.update(id, told);
      speak({ id, incident: told }, now);
    },

    /** Takes in the cause that the client named after the finding. */
    learnCause(id: IncidentId, incident: CacheIncident, now: EpochMs) {
      const told = withCause(incident);
      if (told === incident) return;
      store.incidents.update(id, told);
      speak({ id, incident: told }, now);
    },

    /** Writes the turn count of an incident that is healing: nothing that anybody needs to be told. */
    note: (id: IncidentId, incident: CacheIncident) => store.incidents.update(id, incident),
  };

  function speak({ id, incident }: StoredIncident, now: EpochMs) {
    const wanted = audiencesOf(incident, { namesDeveloper: mayName(incident.developer) });
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
    store.notices.add({
      ...common,
      form: 'message',
      reason,
      decidedAt: now,
      dueAt: plus(now, delay(incident, reason)),
    });
    if (reason === 'resolved' && opensAgain(incident.resolved?.by) && incident.kind === 'lock_out') {
      store.notices.add({ ...common, form: 'reply', reason, decidedAt: now, dueAt: now });
    }
  }

  /** The client names a cause only on its status line, which comes by another way than the requests. */
  function withCause(incident: Incident): Incident {
    if (!isCacheIncident(incident)) return incident;
    const { evidence } = incident;
    const cause = store.reports.cause(
      incident.developer,
      evidence.session,
      plus(evidence.firstMissAt, -CLIENT_STEP_MS),
    );
    return cause === undefined || cause === evidence.cause
      ? incident
      : { ...incident, evidence: { ...evidence, cause } };
  }

  function isOvertakenAtOnce(incident: Incident): boolean {
    return store.incidents.openOf(incident.developer).some((open) => isOvertaken(incident, open.incident));
  }

  function overtake(stronger: StoredIncident, now: EpochMs) {
    if (isCacheIncident(stronger.incident)) return;
    for (const { id, incident } of store.incidents.openOf(stronger.incident.developer)) {
      if (!isOvertaken(incident, stronger.incident)) continue;
      const resolved = resolve(incident, now, 'overtaken');
      store.incidents.update(id, resolved);
      speak({ id, incident: resolved }, now);
    }
  }
}

function delay(incident: Incident, reason: Reason): number {
  if (reason === 'grown') return GATHER_GROWTH_MS;
  const isFull = incident.kind === 'window_threshold' && incident.evidence.level >= 100;
  return reason === 'opened' && isFull ? HOLD_FULL_WINDOW_MS : 0;
}

function opensAgain(by: Resolution | undefined): boolean {
  return by === 'open_again' || by === 'reset';
}
