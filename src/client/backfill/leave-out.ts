import type { Coverage } from './collector-client.ts';
import type { Pending } from './request-book.ts';

/** A transcript and telemetry note the end of a request within milliseconds; a busy machine may take seconds. */
const APART_MS = 10_000;

/**
 * What is left to send of one day. Of a session that telemetry told, nothing between its first and last request there, unless
 * the transcript has more: telemetry loses some. Then those are sent that the collector knows again by their id. Undefined
 * coverage: nobody could say, so that only those are sent at all.
 */
export function leaveOut(day: readonly Pending[], coverage: readonly Coverage[] | undefined): readonly Pending[] {
  if (!coverage) return day.filter(isNamed);
  const told = new Map(coverage.map((session) => [session.session, session]));
  const both = day.filter((pending) => isWithin(pending, told.get(pending.request.session)));
  const counts = new Map<string, number>();
  for (const { request } of both) counts.set(request.session, (counts.get(request.session) ?? 0) + 1);
  const isTold = ({ request: { session } }: Pending) =>
    (counts.get(session) ?? 0) <= (told.get(session)?.requests ?? 0);
  const left = new Set(both.filter((pending) => isTold(pending) || !isNamed(pending)));
  return day.filter((pending) => !left.has(pending));
}

/** By the API, so that telemetry names it so too. */
function isNamed({ requestId }: Pending): boolean {
  return requestId !== undefined;
}

function isWithin({ request }: Pending, session: Coverage | undefined): boolean {
  return session !== undefined && request.at >= session.from - APART_MS && request.at <= session.to + APART_MS;
}
