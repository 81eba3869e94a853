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
export type Send = (recorded: Recorded) => readonly Arrival[];

/** Everything that happened in a session, in the order of time; a marker comes before the request of the same moment. */
export function happenings({ requests, markers }: Recorded): readonly (RecordedRequest | RecordedMarker)[] {
  const all: (RecordedRequest | RecordedMarker)[] = [];
  let next = 0;
  for (const request of requests) {
    for (let marker = markers[next]; marker && marker.at <= request.at; marker = markers[next]) {
      all.push(marker);
      next++;
    }
    all.push(request);
  }
  return [...all, ...markers.slice(next)];
}

export function isMarker(happening: RecordedRequest | RecordedMarker): happening is RecordedMarker {
  return 'kind' in happening;
}

/** Tells a session through our own webhook: each request and each marker in a body of its own, at its own time. */
export function asWebhook(recorded: Recorded): readonly Arrival[] {
  const { session } = recorded;
  return happenings(recorded).map((happening) => {
    const { at } = happening;
    const body = isMarker(happening) ? { markers: [{ session, at, kind: happening.kind }] } : { requests: [happening] };
    return { at, format: 'usage', body };
  });
}
