import type { z } from 'zod';
import type { ApiRequest } from '../model/api-request.ts';
import { sessionId } from '../model/ids.ts';
import { costMicros } from '../model/prices.ts';
import { plus } from '../model/time.ts';
import type { UsageItem } from '../model/usage-item.ts';
import { isObject } from './json-object.ts';
import { NONE_LEFT, type Parsed } from './parsed.ts';
import { Problem } from './problem.ts';
import { sameText } from './same-text.ts';
import { MAX_ENTRIES, UsageBody, type UsageMarker, type UsageRequest } from './usage-body.ts';

const MAX_PROBLEMS = 10;
const MAX_PROBLEM_LENGTH = 200;

/** The items of a webhook body, all or none. Throws Problem 400 that names the first ten faults and their places. */
export function usageItems(body: unknown): Parsed {
  refuseTooMany(body);
  const { data, error } = UsageBody.safeParse(body);
  if (!data)
    throw new Problem(400, 'The body does not fit; /openapi.json describes it.', { problems: problemsOf(error) });
  const { requests = [], markers = [] } = data;
  const items = requests.map(requestItem);
  return { items: markers.length === 0 ? items : [...items, ...markers.map(markerItem)], left: NONE_LEFT };
}

/** Every field is named, also what was not told: objects of one shape are read at twice the speed all the way. */
function requestItem(told: UsageRequest): UsageItem {
  const { email, at, durationMs = 0, agent } = told;
  const clientVersion = told.clientVersion && sameText(told.clientVersion);
  const request: Mutable<ApiRequest> = {
    session: sessionId(told.session),
    origin: agent === undefined ? 'main' : 'agent',
    agent,
    querySource: undefined,
    model: sameText(told.model),
    clientVersion,
    promptId: told.promptId,
    requestId: told.requestId,
    clientRequestId: told.clientRequestId,
    sequence: told.sequence,
    startedAt: plus(at, -durationMs),
    endedAt: at,
    toldAt: undefined,
    inputTokens: told.inputTokens,
    outputTokens: told.outputTokens,
    cacheReadTokens: told.cacheReadTokens,
    cacheCreationTokens: told.cacheCreationTokens,
    cacheCreation5mTokens: told.cacheCreation5mTokens,
    cacheCreation1hTokens: told.cacheCreation1hTokens,
    costMicros: told.costMicros,
  };
  request.costMicros ??= costMicros(request);
  return { email, account: undefined, clientVersion, fact: { is: 'request', request } };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function markerItem({ email, session, at, kind }: UsageMarker): UsageItem {
  return { email, fact: { is: 'marker', marker: { session: sessionId(session), at, kind } } };
}

/** Before anything else is looked at: a body of millions of wrong entries would bring millions of complaints. */
function refuseTooMany(body: unknown) {
  if (!isObject(body)) return;
  for (const name of ['requests', 'markers'] satisfies (keyof UsageBody)[]) {
    const list = body[name];
    if (!Array.isArray(list) || list.length <= MAX_ENTRIES) continue;
    const problems = [`${name}: must hold at most ${MAX_ENTRIES} entries, holds ${list.length}`];
    throw new Problem(400, `Send at most ${MAX_ENTRIES} entries at once.`, { problems });
  }
}

function problemsOf({ issues }: z.ZodError): readonly string[] {
  return issues.slice(0, MAX_PROBLEMS).map(({ path, message }) => {
    const place = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
    return `${place.replace(/^\./, '') || 'body'}: ${message}`.slice(0, MAX_PROBLEM_LENGTH);
  });
}
