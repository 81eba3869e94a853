import type { CacheIncident } from '../../model/incident.ts';

/** The client's own words for why its cache missed, as far as they are known, and what helps against each. */
const BY_CAUSE: ReadonlyMap<string, string> = new Map([
  ['tools_changed', 'The tool list changed mid-session: keep MCP servers connected, then start a fresh session.'],
  [
    'system_prompt_changed',
    'The system prompt changed mid-session: finish edits to `CLAUDE.md` first, then start a fresh session.',
  ],
  [
    'messages_rewritten',
    'The client rewrote earlier messages: start a fresh session; going on rewrites everything each turn.',
  ],
  [
    'likely_server_side',
    'The server lost the cache: a fresh session costs less than going on, and later turns may recover.',
  ],
]);

/** One thing to do now about a broken cache, by the cause that the client named, or by what was seen. */
export function nextStepForCache({ kind, evidence }: CacheIncident): string {
  const known = evidence.cause?.split(',').find((cause) => BY_CAUSE.has(cause));
  if (kind === 'cache_invalidation') {
    return (
      (known && BY_CAUSE.get(known)) ??
      'Start a fresh session: every further turn of this one writes its history again.'
    );
  }
  return 'Nothing to undo: go on in this session. Next time keep it open instead of resuming it; each resume of a long session pays for it again.';
}
