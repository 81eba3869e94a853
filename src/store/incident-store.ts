import type { IncidentKind, Severity } from '../model/finding.ts';
import { type DeveloperId, developerId, type IncidentId, incidentId } from '../model/ids.ts';
import {
  type Deed,
  type DeveloperIncident,
  type Feedback,
  type Incident,
  isFleetIncident,
  type Resolution,
} from '../model/incident.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

export interface StoredIncident<I extends Incident = Incident> {
  readonly id: IncidentId;
  readonly incident: I;
}

export interface IncidentRow {
  id: number;
  developer_id: number | null;
  kind: IncidentKind;
  subject: string;
  severity: Severity;
  opened_at: number;
  last_evidence_at: number;
  is_late: 0 | 1;
  resolved_at: number | null;
  resolved_by: Resolution | null;
  part_of: number | null;
  evidence: string;
  points_lost: string | null;
  acknowledged_at: number | null;
  acknowledged_by: string | null;
  feedback: Feedback | null;
  feedback_at: number | null;
  feedback_by: string | null;
}

/** Open incidents are few and asked for with every request, so they are kept in memory as the table has them. */
/** `onWrite` is told of each incident that is written. */
export function createIncidentStore(db: Database, onWrite: (incident: Incident) => void) {
  const insert = db.prepare(`
    INSERT INTO incidents (
      developer_id, kind, subject, severity, opened_at, last_evidence_at, is_late, resolved_at, resolved_by, part_of,
      evidence, points_lost, acknowledged_at, acknowledged_by, feedback, feedback_at, feedback_by
    )
    VALUES (
      @developer, @kind, @subject, @severity, @openedAt, @lastEvidenceAt, @isLate, @resolvedAt, @resolvedBy, @partOf,
      @evidence, @pointsLost, @acknowledgedAt, @acknowledgedBy, @feedback, @feedbackAt, @feedbackBy
    )
  `);
  const update = db.prepare(`
    UPDATE incidents
    SET severity         = @severity,
        last_evidence_at = @lastEvidenceAt,
        is_late          = @isLate,
        resolved_at      = @resolvedAt,
        resolved_by      = @resolvedBy,
        part_of          = @partOf,
        evidence         = @evidence,
        points_lost      = @pointsLost,
        acknowledged_at  = @acknowledgedAt,
        acknowledged_by  = @acknowledgedBy,
        feedback         = @feedback,
        feedback_at      = @feedbackAt,
        feedback_by      = @feedbackBy
    WHERE id = @id
  `);
  const byId = db.prepare<[number], IncidentRow>('SELECT * FROM incidents WHERE id = ?');
  const last = db.prepare<{ developer: number | null; kind: string; subject: string }, IncidentRow>(`
    SELECT * FROM incidents
    WHERE developer_id IS @developer AND kind = @kind AND subject = @subject
    ORDER BY id DESC
    LIMIT 1
  `);
  const open = db.prepare<[], IncidentRow>('SELECT * FROM incidents WHERE resolved_at IS NULL ORDER BY id');
  const recentOf = db.prepare<{ developer: number; from: number; limit: number }, IncidentRow>(`
    SELECT * FROM incidents
    WHERE developer_id = @developer AND opened_at >= @from
    ORDER BY opened_at DESC
    LIMIT @limit
  `);
  const between = db.prepare<{ from: number; to: number }, IncidentRow>(`
    SELECT * FROM incidents WHERE opened_at >= @from AND opened_at < @to ORDER BY id
  `);
  const partsOf = db.prepare<[number], IncidentRow>('SELECT * FROM incidents WHERE part_of = ? ORDER BY id');

  /** In the order of their ids; undefined: to be read. */
  let known: Map<IncidentId, StoredIncident> | undefined;
  const openNow = () => {
    known ??= new Map(
      open
        .all()
        .map(toStored)
        .map((stored) => [stored.id, stored]),
    );
    return known;
  };

  return {
    add(incident: Incident): IncidentId {
      const id = incidentId(Number(insert.run(toRow(incident)).lastInsertRowid));
      note(id, incident);
      return id;
    },
    update(id: IncidentId, incident: Incident) {
      update.run({ ...toRow(incident), id });
      note(id, incident);
    },
    find: (id: IncidentId) => openNow().get(id) ?? stored(byId.get(id)),
    /** The unresolved incident of a subject, else its newest; undefined developer: of the fleet. */
    last(developer: DeveloperId | undefined, kind: IncidentKind, subject: string): StoredIncident | undefined {
      for (const one of openNow().values()) {
        const { incident } = one;
        if (incident.kind === kind && incident.subject === subject && incident.developer === developer) return one;
      }
      return stored(last.get({ developer: developer ?? null, kind, subject }));
    },
    open: (): readonly StoredIncident[] => [...openNow().values()],
    openOf: (developer: DeveloperId): readonly StoredIncident<DeveloperIncident>[] =>
      openNow().size === 0 ? NONE : [...openNow().values()].filter((one) => isOf(one, developer)),
    /** Those that an incident of the fleet speaks for, over or not. */
    partsOf: (fleet: IncidentId) => partsOf.all(fleet).map(toStored).filter(isOfDeveloper),
    /** Newest first. */
    recentOf: (developer: DeveloperId, from: EpochMs, limit: number) =>
      recentOf.all({ developer, from, limit }).map(toStored).filter(isOfDeveloper),
    /** Those that opened in the time, oldest first. */
    openedBetween: (from: EpochMs, to: EpochMs) => between.all({ from, to }).map(toStored),
    /** The table was changed from elsewhere, or a transaction was undone. */
    forget() {
      known = undefined;
    },
  };

  function note(id: IncidentId, incident: Incident) {
    onWrite(incident);
    if (incident.resolved) openNow().delete(id);
    // As a reader of the table would get it: what was written must not change under anybody's hands.
    else openNow().set(id, { id, incident });
  }
}

const NONE: readonly StoredIncident<DeveloperIncident>[] = [];

function isOf(stored: StoredIncident, developer: DeveloperId): stored is StoredIncident<DeveloperIncident> {
  return stored.incident.developer === developer;
}

function isOfDeveloper(stored: StoredIncident): stored is StoredIncident<DeveloperIncident> {
  return !isFleetIncident(stored.incident);
}

function toRow(incident: Incident) {
  const own = isFleetIncident(incident) ? undefined : incident;
  return {
    developer: incident.developer ?? null,
    kind: incident.kind,
    subject: incident.subject,
    severity: incident.severity,
    openedAt: incident.openedAt,
    lastEvidenceAt: incident.lastEvidenceAt,
    isLate: incident.isLate ? 1 : 0,
    resolvedAt: incident.resolved?.at ?? null,
    resolvedBy: incident.resolved?.by ?? null,
    partOf: own?.partOf ?? null,
    evidence: JSON.stringify(incident.evidence),
    pointsLost: own?.pointsLost ? JSON.stringify(own.pointsLost) : null,
    acknowledgedAt: incident.acknowledged?.at ?? null,
    acknowledgedBy: incident.acknowledged?.by ?? null,
    feedback: incident.feedback?.is ?? null,
    feedbackAt: incident.feedback?.at ?? null,
    feedbackBy: incident.feedback?.by ?? null,
  };
}

function stored(row: IncidentRow | undefined): StoredIncident | undefined {
  return row && toStored(row);
}

export function toStored(row: IncidentRow): StoredIncident {
  const resolved =
    row.resolved_at === null || row.resolved_by === null
      ? undefined
      : { at: epochMs(row.resolved_at), by: row.resolved_by };
  const incident = {
    developer: row.developer_id === null ? undefined : developerId(row.developer_id),
    kind: row.kind,
    subject: row.subject,
    severity: row.severity,
    openedAt: epochMs(row.opened_at),
    lastEvidenceAt: epochMs(row.last_evidence_at),
    isLate: row.is_late === 1,
    resolved,
    partOf: row.part_of === null ? undefined : incidentId(row.part_of),
    evidence: JSON.parse(row.evidence),
    pointsLost: row.points_lost === null ? undefined : JSON.parse(row.points_lost),
    acknowledged: deed(row.acknowledged_at, row.acknowledged_by),
    feedback: row.feedback === null ? undefined : withDeed(row.feedback, deed(row.feedback_at, row.feedback_by)),
  };
  // The evidence is what `toRow` wrote for this kind, so kind and evidence belong together.
  return { id: incidentId(row.id), incident: incident as Incident };
}

function deed(at: number | null, by: string | null): Deed | undefined {
  return at === null || by === null ? undefined : { at: epochMs(at), by };
}

function withDeed(is: Feedback, done: Deed | undefined) {
  return done && { is, ...done };
}
