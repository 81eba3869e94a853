import { type ApiRequest, cachedPrefixTokens } from '../model/api-request.ts';
import type { TtlDowngrade } from '../model/finding.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Turn } from './turn.ts';

export interface TtlDowngradeRule {
  /** Requests in a row that write to the 5-minute cache alone. */
  readonly requests: number;
  /** How far back a fresh session is held against the sessions before it. */
  readonly lookBackMs: number;
}

/** What the main conversation of one session wrote to a model's cache, as far as its client splits it. */
export interface SessionWrites {
  /** Requests that wrote to the 1-hour cache, and the newest of them. */
  readonly oneHour: number;
  readonly lastOneHourAt: EpochMs | undefined;
  /** Requests that wrote to the 5-minute cache alone, and the first of them. */
  readonly fiveMinutes: number;
  readonly firstFiveMinutesAt: EpochMs | undefined;
}

/**
 * A main conversation whose writes went to the 1-hour cache now writes to the 5-minute one alone: the client does so
 * while it draws on usage credits, and several versions did it silently (anthropics/claude-code#46829, #84253). From
 * then on five idle minutes lose the whole context. Requests that write nothing, or do not split, prove nothing.
 * Judges the newest turn of one stream; `turns` are that stream's last hour, oldest first.
 */
export function ttlDowngrade(turns: readonly Turn[], rule: TtlDowngradeRule): TtlDowngrade | undefined {
  const newest = turns.at(-1);
  if (newest?.request.origin !== 'main' || !writesFiveMinutesAlone(newest.request)) return undefined;
  const before = turns.findLastIndex((turn) => writesOneHour(turn.request));
  const lastOneHour = before === -1 ? turns[0]?.previous : turns[before]?.request;
  if (!lastOneHour || !writesOneHour(lastOneHour)) return undefined;
  const requests = turns.slice(before + 1).filter((turn) => writesFiveMinutesAlone(turn.request)).length;
  if (requests < rule.requests) return undefined;
  const { request, arrivedLate } = newest;
  return finding(request, { arrivedLate, requests, lastOneHourWriteAt: lastOneHour.endedAt });
}

/**
 * The same between sessions: a fresh one has written to the 5-minute cache alone, although every other one that the
 * developer held with this model and account in the time before wrote to the 1-hour cache. Whoever works with both
 * chose so, and a session beside it that still writes to the 1-hour cache shows that nothing was cut.
 * @param newest the newest request of the fresh session
 */
export function freshSessionDowngrade(
  { newest, arrivedLate }: { newest: ApiRequest; arrivedLate: boolean },
  { own, others }: { own: SessionWrites; others: readonly SessionWrites[] },
  rule: TtlDowngradeRule,
): TtlDowngrade | undefined {
  const { firstFiveMinutesAt, oneHour, fiveMinutes: requests } = own;
  if (oneHour > 0 || requests < rule.requests || firstFiveMinutesAt === undefined) return undefined;
  const oneHours = others.flatMap(({ lastOneHourAt }) => lastOneHourAt ?? []);
  const lastOneHourWriteAt = epochMs(Math.max(...oneHours));
  const isUsual = oneHours.length > 0 && oneHours.length === others.length;
  if (!isUsual || lastOneHourWriteAt > firstFiveMinutesAt) return undefined;
  return finding(newest, { arrivedLate, requests, lastOneHourWriteAt });
}

/** Whether a request counts as evidence, and of what: a client that does not split its writes tells nothing. */
export function writesOneHour({ cacheCreation1hTokens = 0 }: ApiRequest): boolean {
  return cacheCreation1hTokens > 0;
}

export function writesFiveMinutesAlone(request: ApiRequest): boolean {
  return (request.cacheCreation5mTokens ?? 0) > 0 && request.cacheCreation1hTokens === 0;
}

function finding(
  request: ApiRequest,
  seen: Pick<TtlDowngrade, 'arrivedLate' | 'requests' | 'lastOneHourWriteAt'>,
): TtlDowngrade {
  return {
    kind: 'ttl_downgrade',
    severity: 'info',
    at: request.endedAt,
    session: request.session,
    model: request.model,
    clientVersion: request.clientVersion,
    cachedTokens: cachedPrefixTokens(request),
    ...seen,
  };
}
