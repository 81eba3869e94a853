import type { ApiRequest } from '../model/api-request.ts';
import type { DeveloperId } from '../model/ids.ts';
import type { Database } from './database.ts';
import { createNewest } from './newest.ts';

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
  // A text comes before all bytes.
  const newestText = db
    .prepare<[number], string>(`
      SELECT name FROM request_names WHERE developer_id = ? AND name < x'' ORDER BY name DESC LIMIT 1
    `)
    .pluck();

  /** Of names that are text. */
  const newest = createNewest((developer) => newestText.get(developer) ?? '');

  return {
    /** Gives a request all its names; what is another's stays so. */
    add(developer: DeveloperId, { requestId, clientRequestId }: ApiRequest, place: Place) {
      if (requestId !== undefined) give({ developer, kind: 'request', id: requestId }, place);
      if (clientRequestId !== undefined) give({ developer, kind: 'client', id: clientRequestId }, place);
    },

    /** Whether one of these names is somebody's. */
    knows: (developer: DeveloperId, { requestId, clientRequestId }: ApiRequest): boolean =>
      (requestId !== undefined && isKnown({ developer, kind: 'request', id: requestId })) ||
      (clientRequestId !== undefined && isKnown({ developer, kind: 'client', id: clientRequestId })),

    /** Where the request is that has one of these names: by `request_id` first. */
    place(developer: DeveloperId, { requestId, clientRequestId }: ApiRequest): Place | undefined {
      const byRequestId = requestId === undefined ? undefined : placeOf({ developer, kind: 'request', id: requestId });
      if (byRequestId || clientRequestId === undefined) return byRequestId;
      return placeOf({ developer, kind: 'client', id: clientRequestId });
    },

    give,

    /** A transaction was undone, or the table was changed from elsewhere. */
    forget: newest.forget,
  };

  /** Whether the name was free. */
  function give(named: Named, { endedAt, nth }: Place): boolean {
    const name = nameOf(named);
    if (typeof name === 'string') newest.raise(named.developer, name);
    return add.run(named.developer, name, Number(named.kind === 'client'), endedAt, nth).changes > 0;
  }

  /** Ids of requests rise with time, so most need no search. That they do is no promise: only the speed depends on it. */
  function isKnown(named: Named): boolean {
    const name = nameOf(named);
    // Only of these the order is the database's.
    const isNewest = typeof name === 'string' && ASCII.test(name) && name > newest.of(named.developer);
    return !isNewest && find.get(named.developer, name, Number(named.kind === 'client')) !== undefined;
  }

  function placeOf(named: Named): Place | undefined {
    const row = find.get(named.developer, nameOf(named), Number(named.kind === 'client'));
    return row && { endedAt: row.ended_at, nth: row.nth };
  }
}

const ASCII = /^[\x20-\x7e]*$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID takes 36 bytes as text: clients make one for each request. */
function nameOf({ id }: Named): string | Buffer {
  return id.length === 36 && UUID.test(id) ? Buffer.from(id.replaceAll('-', ''), 'hex') : id;
}
