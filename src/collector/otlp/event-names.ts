/** The events that are kept, by their short names; all others, nine of ten, are counted and never looked into. */
export const KEPT_EVENTS = ['api_request', 'api_error', 'api_retries_exhausted', 'compaction'] as const;
export type KeptEvent = (typeof KEPT_EVENTS)[number];

/** Clients wrote the long name into the attribute at times, and always write it into the body. */
export const LONG_NAME = 'claude_code.';

export function isKept(name: string): name is KeptEvent {
  return (KEPT_EVENTS as readonly string[]).includes(name);
}

export function shortName(name: string): string {
  return name.startsWith(LONG_NAME) ? name.slice(LONG_NAME.length) : name;
}
