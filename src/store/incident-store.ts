import type { IncidentKind, Severity } from '../model/finding.ts';
import { type DeveloperId, developerId, type IncidentId, incidentId } from '../model/ids.ts';
import type { Incident, Resolution } from '../model/incident.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

export interface StoredIncident {
  readonly id: IncidentId;
  readonly incident: Incident;
}

interface Row {
  id: number;
  developer_id: number;
  kind: IncidentKind;
  subject: string;
  severity: Severity;
  opened_at: number;
  last_evidence_at: number;
  is_late: 0 | 1;
  resolved_at: number | null;
  resolved_by: Resolution | null;
  evidence: string;
}

export function createIncidentStore(db: Database) {
  const insert = db.prepare(`
    INSERT INTO incidents (
      developer_id, kind, subject, severity, opened_at, last_evidence_at, is_late, resolved_at, resolved_by, evidence
    )
    VALUES (
      @developer, @kind, @subject, @severity, @openedAt, @lastEvidenceAt, @isLate, @resolvedAt, @resolvedBy, @evidence
    )
  `);
  const update = db.prepare(`
    UPDATE incidents
    SET severity         = @severity,
        last_evidence_at = @lastEvidenceAt,
        is_late          = @isLate,
        resolved_at      = @resolvedAt,
        resolved_by      = @resolvedBy,
        evidence         = @evidence
    WHERE id = @id
  `);
  const byId = db.prepare<[number], Row>('SELECT * FROM incidents WHERE id = ?');
  const last = db.prepare<{ developer: number; kind: string; subject: string }, Row>(`
    SELECT * FROM incidents
    WHERE developer_id = @developer AND kind = @kind AND subject = @subject
    ORDER BY resolved_at IS NULL DESC, id DESC
    LIMIT 1
  `);
  const open = db.prepare<[], Row>('SELECT * FROM incidents WHERE resolved_at IS NULL ORDER BY id');
  const openOf = db.prepare<[number], Row>(`
    SELECT * FROM incidents WHERE developer_id = ? AND resolved_at IS NULL ORDER BY id
  `);
  const recentOf = db.prepare<{ developer: number; from: number; limit: number }, Row>(`
    SELECT * FROM incidents
    WHERE developer_id = @developer AND opened_at >= @from
    ORDER BY opened_at DESC
    LIMIT @limit
  `);
  const between = db.prepare<{ from: number; to: number }, Row>(`
    SELECT * FROM incidents WHERE opened_at >= @from AND opened_at < @to ORDER BY id
  `);

  return {
    add: (incident: Incident): IncidentId => incidentId(Number(insert.run(toRow(incident)).lastInsertRowid)),
    update: (id: IncidentId, incident: Incident) => void update.run({ ...toRow(incident), id }),
    find: (id: IncidentId) => stored(byId.get(id)),
    /** The unresolved incident of a subject, else its newest. */
    last: (developer: DeveloperId, kind: IncidentKind, subject: string) =>
      stored(last.get({ developer, kind, subject })),
    open: () => open.all().map(toStored),
    openOf: (developer: DeveloperId) => openOf.all(developer).map(toStored),
    /** Newest first. */
    recentOf: (developer: DeveloperId, from: EpochMs, limit: number) =>
      recentOf.all({ developer, from, limit }).map(toStored),
    /** Those that opened in the time, oldest first. */
    openedBetween: (from: EpochMs, to: EpochMs) => between.all({ from, to }).map(toStored),
  };
}

function toRow(incident: Incident) {
  return {
    developer: incident.developer,
    kind: incident.kind,
    subject: incident.subject,
    severity: incident.severity,
    openedAt: incident.openedAt,
    lastEvidenceAt: incident.lastEvidenceAt,
    isLate: incident.isLate ? 1 : 0,
    resolvedAt: incident.resolved?.at ?? null,
    resolvedBy: incident.resolved?.by ?? null,
    evidence: JSON.stringify(incident.evidence),
  };
}

function stored(row: Row | undefined): StoredIncident | undefined {
  return row && toStored(row);
}

function toStored(row: Row): StoredIncident {
  const resolved =
    row.resolved_at === null || row.resolved_by === null
      ? undefined
      : { at: epochMs(row.resolved_at), by: row.resolved_by };
  const incident = {
    developer: developerId(row.developer_id),
    kind: row.kind,
    subject: row.subject,
    severity: row.severity,
    openedAt: epochMs(row.opened_at),
    lastEvidenceAt: epochMs(row.last_evidence_at),
    isLate: row.is_late === 1,
    resolved,
    evidence: JSON.parse(row.evidence),
  };
  // The evidence is what `toRow` wrote for this kind, so kind and evidence belong together.
  return { id: incidentId(row.id), incident: incident as Incident };
}
