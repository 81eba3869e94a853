import { z } from 'zod';
import { sessionId } from '../../model/ids.ts';
import type { RecordOutcome } from '../parsed.ts';
import { IsoInstant, looseCount, Text } from '../wire-schemas.ts';
import type { Attributes } from './attributes.ts';

const SessionEvent = z.object({ 'session.id': Text, 'event.timestamp': IsoInstant });

const ApiErrorEvent = SessionEvent.extend({
  model: Text.refine((model) => !model.startsWith('<'))
    .optional()
    .catch(undefined),
  /** HTTP status; connection errors have none. */
  status_code: looseCount(999).optional().catch(undefined),
});

/** A request that finally failed, or whose retries ran out; its error text is never read. */
export function readApiError(attributes: Attributes): RecordOutcome {
  const { data: event } = ApiErrorEvent.safeParse(attributes);
  if (!event) return 'malformed';
  const session = sessionId(event['session.id']);
  return [
    {
      is: 'error',
      error: { session, at: event['event.timestamp'], model: event.model, statusCode: event.status_code },
    },
  ];
}

/** A compaction that took place; one that failed left the context as it was. Old clients write booleans as text. */
export function readCompaction(attributes: Attributes): RecordOutcome {
  if (String(attributes.success) === 'false') return 'unneeded';
  const { data: event } = SessionEvent.safeParse(attributes);
  if (!event) return 'malformed';
  const session = sessionId(event['session.id']);
  return [{ is: 'marker', marker: { session, at: event['event.timestamp'], kind: 'compaction' } }];
}
