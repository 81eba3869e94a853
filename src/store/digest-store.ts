import { type IncidentId, incidentId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

declare const brand: unique symbol;
/** Row id of a digest. */
export type DigestId = number & { readonly [brand]: 'DigestId' };

/** One message that tells several incidents. */
export interface Digest {
  readonly id: DigestId;
  readonly openedAt: EpochMs;
}

interface Row {
  id: number;
  opened_at: number;
}

export function createDigestStore(db: Database) {
  const insert = db.prepare<{ now: number }>('INSERT INTO digests (opened_at) VALUES (@now)');
  const newest = db.prepare<[], Row>('SELECT * FROM digests ORDER BY id DESC LIMIT 1');
  const byId = db.prepare<[number], Row>('SELECT * FROM digests WHERE id = ?');
  const incidentsOf = db.prepare<[number], { incident_id: number }>(`
    SELECT DISTINCT incident_id FROM notices WHERE digest_id = ? ORDER BY incident_id
  `);
  const digestOf = db.prepare<{ incident: number }, { digest_id: number }>(`
    SELECT digest_id FROM notices
    WHERE incident_id = @incident AND digest_id IS NOT NULL
    ORDER BY id DESC
    LIMIT 1
  `);

  return {
    add: (now: EpochMs): DigestId => Number(insert.run({ now }).lastInsertRowid) as DigestId,
    newest: (): Digest | undefined => toDigest(newest.get()),
    find: (id: DigestId): Digest | undefined => toDigest(byId.get(id)),
    /** The incidents that a digest tells, oldest first. */
    incidentsOf: (id: DigestId): readonly IncidentId[] => incidentsOf.all(id).map((row) => incidentId(row.incident_id)),
    /** The digest that tells an incident. */
    of: (incident: IncidentId): DigestId | undefined => digestOf.get({ incident })?.digest_id as DigestId | undefined,
  };
}

function toDigest(row: Row | undefined): Digest | undefined {
  return row && { id: row.id as DigestId, openedAt: epochMs(row.opened_at) };
}
