import type { ApiRequest } from '../model/api-request.ts';
import { developerId } from '../model/ids.ts';
import { epochMs } from '../model/time.ts';
import type { Database } from './database.ts';
import { type Part, partOf } from './parts.ts';
import { type CallerRow, type RequestValues, requestValues, toCall } from './request-row.ts';
import type { UnsettledRequest } from './unsettled-requests.ts';

/** What stands in the journal for a request: its row, with its names; the rest is its caller's. */
type Entry = RequestValues<string | null>;

/** The requests of each commit, at the end of a table that only grows there: a page holds those of many developers. */
export function createRequestJournal(db: Database) {
  // Above all that was ever settled, too.
  const NEWEST = 'SELECT max((SELECT coalesce(max(id), 0) FROM request_journal), max(journal_id)) FROM settled_up_to';
  const newest = db.prepare<[], number>(NEWEST).pluck();
  const insert = db
    .prepare<[string], number>(`INSERT INTO request_journal (id, requests) VALUES ((${NEWEST}) + 1, ?) RETURNING id`)
    .pluck();
  const rows = db.prepare<[], { id: number; requests: string }>('SELECT id, requests FROM request_journal ORDER BY id');
  const settledUpTo = db.prepare<[], [part: number, id: number]>('SELECT part, journal_id FROM settled_up_to').raw();
  const caller = db.prepare<[number], CallerRow>('SELECT * FROM callers WHERE id = ?');
  const settle = db.prepare<{ part: number; id: number }>(
    'UPDATE settled_up_to SET journal_id = @id WHERE part = @part',
  );
  const dropSettled = db.prepare('DELETE FROM request_journal WHERE id <= (SELECT min(journal_id) FROM settled_up_to)');
  const clear = db.prepare<[number]>('DELETE FROM request_journal WHERE id <= ?');

  let newestId = 0;

  return {
    /** Adds the requests of one commit. */
    append(requests: readonly UnsettledRequest[]) {
      newestId = insert.get(JSON.stringify(requests.map(toEntry))) ?? newestId;
    },

    /** The requests of some parts are in their tables. */
    settled(parts: Iterable<Part>) {
      for (const part of parts) settle.run({ part, id: newestId });
      dropSettled.run();
    },

    /** All requests are in their tables. */
    clear: () => void clear.run(newestId),

    /** All requests that are in no table, oldest first. */
    unsettled(): readonly UnsettledRequest[] {
      newestId = newest.get() ?? 0;
      const settled = new Map(settledUpTo.all());
      const isUnsettled = (id: number, [developer]: Entry) => (settled.get(partOf(developerId(developer))) ?? 0) < id;
      return rows
        .all()
        .flatMap(({ id, requests }) =>
          (JSON.parse(requests) as Entry[]).filter((entry) => isUnsettled(id, entry)).flatMap(toUnsettled),
        );
    },
  };

  /** Callers are kept longer than their requests wait: there is one. */
  function toUnsettled(entry: Entry): readonly UnsettledRequest[] {
    const row = caller.get(entry[3]);
    return row ? [fromEntry(entry, row)] : [];
  }
}

function toEntry(one: UnsettledRequest) {
  const { requestId, clientRequestId } = one.request;
  return requestValues(one, [requestId ?? null, clientRequestId ?? null]);
}

function fromEntry(entry: Entry, row: CallerRow): UnsettledRequest {
  const [developer, endedAt, nth, caller, sequence, durationMs, toldAt, underwayMs, ...rest] = entry;
  const [requestId, clientRequestId, inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens, ...others] = rest;
  const [cacheCreation5mTokens, cacheCreation1hTokens, costMicros] = others;
  const request: ApiRequest = {
    ...toCall(row),
    requestId: requestId ?? undefined,
    clientRequestId: clientRequestId ?? undefined,
    sequence: sequence ?? undefined,
    startedAt: epochMs(endedAt - durationMs),
    endedAt: epochMs(endedAt),
    toldAt: toldAt === null ? undefined : epochMs(toldAt),
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheCreationTokens,
    cacheCreation5mTokens: cacheCreation5mTokens ?? undefined,
    cacheCreation1hTokens: cacheCreation1hTokens ?? undefined,
    costMicros: costMicros ?? undefined,
  };
  return { developer: developerId(developer), request, caller, receivedAt: epochMs(endedAt + underwayMs), nth };
}
