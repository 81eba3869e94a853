import type { ApiRequest } from '../model/api-request.ts';
import type { DeveloperId } from '../model/ids.ts';
import type { Database } from './database.ts';

/** Where a developer's request is: when it ended, and which it is of those that ended just then. */
export interface Place {
  readonly endedAt: number;
  readonly nth: number;
}

/** `request_id`, or `client_request_id`. */
type NameKind = 'request' | 'client';

interface Named {
  readonly developer: DeveloperId;
  readonly kind: NameKind;
  readonly id: string;
}

interface PlaceRow {
  ended_at: number;
  nth: number;
}

/** The names by which requests are known when they come again: each belongs to one request of its developer. */
export function createRequestNames(db: Database) {
  // By position, as all that runs with every request.
  const add = db.prepare<[number, string | Buffer, number, number, number]>(`
    INSERT INTO request_names (developer_id, name, is_client, ended_at, nth)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING
  `);
  const find = db.prepare<[number, string | Buffer, number], PlaceRow>(`
    SELECT ended_at, nth FROM request_names WHERE developer_id = ? AND name = ? AND is_client = ?
  `);
  const remove = db.prepare<[number, string | Buffer, number]>(`
    DELETE FROM request_names WHERE developer_id = ? AND name = ? AND is_client = ?
  `);

  return {
    /** Gives a request all its names; false, and nothing is changed, where one of them is another's. */
    claim(developer: DeveloperId, { requestId, clientRequestId }: ApiRequest, place: Place): boolean {
      if (requestId !== undefined && !give({ developer, kind: 'request', id: requestId }, place)) return false;
      if (clientRequestId === undefined || give({ developer, kind: 'client', id: clientRequestId }, place)) return true;
      if (requestId !== undefined) take({ developer, kind: 'request', id: requestId });
      return false;
    },

    /** Takes from a request the names that it claimed. */
    release(developer: DeveloperId, { requestId, clientRequestId }: ApiRequest) {
      if (requestId !== undefined) take({ developer, kind: 'request', id: requestId });
      if (clientRequestId !== undefined) take({ developer, kind: 'client', id: clientRequestId });
    },

    /** Where the request is that has one of these names: by `request_id` first. */
    place(developer: DeveloperId, { requestId, clientRequestId }: ApiRequest): Place | undefined {
      const byRequestId = requestId === undefined ? undefined : placeOf({ developer, kind: 'request', id: requestId });
      if (byRequestId || clientRequestId === undefined) return byRequestId;
      return placeOf({ developer, kind: 'client', id: clientRequestId });
    },

    give,
  };

  /** Whether the name was free. */
  function give({ developer, kind, id }: Named, { endedAt, nth }: Place): boolean {
    return add.run(developer, compact(id), Number(kind === 'client'), endedAt, nth).changes > 0;
  }

  function take({ developer, kind, id }: Named) {
    remove.run(developer, compact(id), Number(kind === 'client'));
  }

  function placeOf({ developer, kind, id }: Named): Place | undefined {
    const row = find.get(developer, compact(id), Number(kind === 'client'));
    return row && { endedAt: row.ended_at, nth: row.nth };
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID takes 36 bytes as text: clients make one for each request. */
function compact(id: string): string | Buffer {
  return id.length === 36 && UUID.test(id) ? Buffer.from(id.replaceAll('-', ''), 'hex') : id;
}
