import { isObject, type JsonObject } from './json-object.ts';

/** What leaves the machine of Claude Code's status line JSON, under the names that it has there, and nothing else. */
export type StatusFields = JsonObject & { readonly session_id: string };

/** An id as clients make them; it also names a file here. */
const ID = /^[\w-]{1,100}$/;
const VERSION = /^\d[\w.+-]{0,40}$/;
const MODEL = /^[\w.:@/[\]-]{1,100}$/;
const WORD = /^[a-z][a-z0-9_]{0,63}$/;
const ISO_TIME = /^\d{4}-\d\d-\d\dT[\d:.]{5,15}(Z|[+-]\d\d:\d\d)$/;
const MAX_WINDOWS = 20;
const MAX_CAUSES = 3;

/**
 * Picks the allowed fields, each only in the form that it is known in: a path or a sentence under a known name goes nowhere.
 * Undefined: no session. Format: https://code.claude.com/docs/en/statusline.
 */
export function statusFields(input: unknown): StatusFields | undefined {
  if (!isObject(input)) return undefined;
  const session = text(input.session_id, ID);
  if (session === undefined) return undefined;
  const model = isObject(input.model) ? text(input.model.id, MODEL) : undefined;
  return {
    session_id: session,
    ...known({
      version: text(input.version, VERSION),
      model: model === undefined ? undefined : { id: model },
      rate_limits: isObject(input.rate_limits) ? windows(input.rate_limits) : undefined,
      prompt_cache: isObject(input.prompt_cache) ? promptCache(input.prompt_cache) : undefined,
    }),
  };
}

function windows(limits: JsonObject): JsonObject {
  const kinds = Object.keys(limits).filter((kind) => WORD.test(kind) && isObject(limits[kind]));
  return Object.fromEntries(kinds.slice(0, MAX_WINDOWS).map((kind) => [kind, window(limits[kind])]));
}

function window(limit: unknown): JsonObject {
  if (!isObject(limit)) return {};
  return known({ used_percentage: number(limit.used_percentage), resets_at: time(limit.resets_at) });
}

function promptCache(cache: JsonObject): JsonObject {
  return known({
    requests: number(cache.requests),
    misses: number(cache.misses),
    expected_rebuilds: number(cache.expected_rebuilds),
    miss_recache_tokens: number(cache.miss_recache_tokens),
    last_miss_at: time(cache.last_miss_at),
    last_miss_cause: isObject(cache.last_miss_cause) ? causes(cache.last_miss_cause.causes) : undefined,
    ttl: text(cache.ttl, /^\w{1,10}$/),
    expires_at: time(cache.expires_at),
    recache_tokens_if_cold: number(cache.recache_tokens_if_cold),
  });
}

function causes(list: unknown): JsonObject | undefined {
  if (!Array.isArray(list)) return undefined;
  return { causes: list.filter((cause) => text(cause, WORD) !== undefined).slice(0, MAX_CAUSES) };
}

function known(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function text(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function time(value: unknown): number | string | undefined {
  return number(value) ?? text(value, ISO_TIME);
}
