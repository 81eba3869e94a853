import type { IncidentKind } from '../../model/finding.ts';

/** Each kind of incident where it stands alone: in lists, menus and settings. */
export const KIND_NAMES: Readonly<Record<IncidentKind, string>> = {
  fleet_regression: 'Client regression',
  cache_invalidation: 'Prompt cache broken',
  lock_out: 'Locked out',
  runaway: 'Background runaway',
  resume_reprocess: 'Costly resume',
  cache_read_storm: 'Storm of cache reads',
  cost_inflation: 'Costly prompts',
  burn_rate: 'Quota burning fast',
  prompt_spike: 'Prompt spike',
  window_threshold: 'Quota running low',
  ttl_downgrade: 'Cache cut to 5 minutes',
  data_silence: 'Feed silent',
};
