import type { DeveloperIncident } from '../model/incident.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/time.ts';

/** After this the same trouble in the same place is a new incident with a message of its own; before, it reopens. */
export const REOPEN_WITHIN_MS = HOUR_MS;

/**
 * How long nothing new must be seen before an incident of the kind counts as over; undefined: time alone never ends it,
 * because its window resets. What is judged by the last hour is over when that hour has passed.
 */
export function quietBeforeResolvedMs(kind: DeveloperIncident['kind']): number | undefined {
  switch (kind) {
    case 'cache_invalidation':
    case 'resume_reprocess':
    case 'prompt_spike':
      return 30 * MINUTE_MS;
    case 'cache_read_storm':
    case 'cost_inflation':
    case 'runaway':
      return HOUR_MS;
    // Nobody works around the clock: a night's rest does not mean that it is mended.
    case 'ttl_downgrade':
      return DAY_MS;
    // Ends when the feed speaks; who uninstalled it is not reminded for ever.
    case 'data_silence':
      return 7 * DAY_MS;
    case 'lock_out':
    case 'window_threshold':
    case 'burn_rate':
      return undefined;
  }
}
