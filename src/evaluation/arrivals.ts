import type { EpochMs } from '../model/time.ts';
import type { Recorded, RecordedMarker, RecordedRequest } from './recording.ts';

/** Which of the collector's formats a body is in. */
export type Format = 'usage' | 'logs' | 'metrics';

/** One body with when it reached the collector. */
export interface Arrival {
  readonly at: EpochMs;
  readonly format: Format;
  readonly body: unknown;
}

/** Turns a recorded session into the bodies that tell of it, in the order in which they arrive. */
export type Send = (recorded: Recorded) => Iterable<Arrival>;

/** Everything that happened in a session, in the order of time; a marker comes before the request of the same moment. */
export function* happenings({ requests, markers }: Recorded): Generator<RecordedRequest | RecordedMarker> {
  let next = 0;
  for (const request of requests) {
    for (let marker = markers[next]; marker && marker.at <= request.at; marker = markers[next]) {
      yield marker;
      next++;
    }
    yield request;
  }
  yield* markers.slice(next);
}

export function isMarker(happening: RecordedRequest | RecordedMarker): happening is RecordedMarker {
  return 'kind' in happening;
}

/** Tells a session through our own webhook: each request and each marker in a body of its own, at its own time. */
export function* asWebhook(recorded: Recorded): Generator<Arrival> {
  const { session } = recorded;
  for (const happening of happenings(recorded)) {
    const { at } = happening;
    const body = isMarker(happening) ? { markers: [{ session, at, kind: happening.kind }] } : { requests: [happening] };
    yield { at, format: 'usage', body };
  }
}
