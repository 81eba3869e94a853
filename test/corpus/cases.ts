import type { Feed } from '../../src/simulation/collector-calls.ts';
import type { ShapeName } from '../../src/simulation/shapes.ts';

/** What a shape must lead to, whatever its seed: what was put in says so, by the rules of the detectors' docstrings. */
export interface CorpusRow {
  readonly shape: ShapeName;
  readonly seeds: readonly number[];
  readonly feeds: readonly Feed[];
  /**
   * Every incident, as `kind severity detail`: the rule, level, source or feed that its evidence names. ` *` marks one that
   * the fleet's incident speaks for. Empty: silence.
   */
  readonly incidents: readonly string[];
  /** For broken caches: after how many misses the incident is there, and whether it counts each miss that was put in. */
  readonly alert?: { readonly after: readonly number[]; readonly counts: 'all' | 'some' };
}

const NEW = ['webhook', 'telemetry'] as const;
const ALL = ['webhook', 'telemetry', 'old_telemetry'] as const;
const NAMED = ['webhook'] as const;
const TELEMETRY = ['telemetry'] as const;
const OLD = ['old_telemetry'] as const;

const SILENCE = { incidents: [] } as const;
const CRITICAL = { incidents: ['cache_invalidation critical'] } as const;
const WARNING = { incidents: ['cache_invalidation warning'] } as const;

const HEALTHY: readonly CorpusRow[] = [
  { shape: 'cold_start', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'long_idle_5m', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'long_idle_1h', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'compaction', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'million_tokens', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'model_switch', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'clear', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'rewind', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'parallel_agents', seeds: [1], feeds: ALL, ...SILENCE },
  { shape: 'helpers', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'several_machines', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'tool_loop', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'old_client', seeds: [1, 2], feeds: OLD, ...SILENCE },
  { shape: 'broken_twice_far_apart', seeds: [1, 2], feeds: NEW, ...SILENCE },
  { shape: 'broken_seldom', seeds: [1, 2], feeds: ALL, ...SILENCE },
  { shape: 'broken_once_small', seeds: [1, 2], feeds: ALL, ...SILENCE },
  { shape: 'counted_lawful', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'resume_hits', seeds: [1], feeds: NEW, ...SILENCE },
  { shape: 'resume_tiny', seeds: [1], feeds: NEW, ...SILENCE },
  { shape: 'resume_after_expiry', seeds: [1], feeds: NEW, ...SILENCE },
  { shape: 'resumed_often', seeds: [1], feeds: NEW, ...SILENCE },
  { shape: 'ordinary_window', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'ordinary_weeks', seeds: [1, 2], feeds: TELEMETRY, ...SILENCE },
  { shape: 'window_burnt_as_usual', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'window_bursts_as_usual', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'throttled', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'ttl_once_to_the_other', seeds: [1], feeds: NEW, ...SILENCE },
  { shape: 'ttl_always_5m', seeds: [1], feeds: NEW, ...SILENCE },
  { shape: 'hard_hour', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'read_storm_of_stranger', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'dearer', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'prompt_spike_as_usual', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'prompt_large', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'some_background', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'some_sessions', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'sessions_all_day', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'both_feeds', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'only_headless', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'same_rates', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'too_few_prompts', seeds: [1], feeds: TELEMETRY, ...SILENCE },
];

const CACHES: readonly CorpusRow[] = [
  { shape: 'broken_every_turn', seeds: [1, 2, 3], feeds: ALL, ...CRITICAL, alert: { after: [2], counts: 'all' } },
  {
    shape: 'broken_every_turn_of_million',
    seeds: [1, 2],
    feeds: NEW,
    ...CRITICAL,
    alert: { after: [1], counts: 'all' },
  },
  { shape: 'broken_every_slow_turn', seeds: [1, 2], feeds: NEW, ...CRITICAL, alert: { after: [3], counts: 'all' } },
  // Without the split of writes the cache counts as 5 minutes old at most: slow misses look like expiry.
  { shape: 'broken_every_slow_turn', seeds: [1], feeds: OLD, ...SILENCE },
  { shape: 'broken_twice', seeds: [1, 2], feeds: ALL, ...WARNING, alert: { after: [2], counts: 'all' } },
  { shape: 'broken_now_and_then', seeds: [1, 2], feeds: ALL, ...WARNING, alert: { after: [3], counts: 'some' } },
  { shape: 'broken_once_large', seeds: [1, 2], feeds: NEW, ...WARNING, alert: { after: [1], counts: 'all' } },
  { shape: 'broken_in_part', seeds: [1, 2], feeds: NEW, ...CRITICAL, alert: { after: [2], counts: 'all' } },
  { shape: 'broken_small_context', seeds: [1, 2], feeds: NEW, ...CRITICAL, alert: { after: [2], counts: 'all' } },
  // Without a source any small context may be another sub-agent's.
  { shape: 'broken_small_context', seeds: [1], feeds: OLD, ...SILENCE },
  { shape: 'broken_flat_floor', seeds: [1, 2], feeds: NEW, ...WARNING, alert: { after: [3], counts: 'all' } },
  // The sub-agents between two misses may take more than the 5 minutes in which two suffice.
  { shape: 'broken_beside_agents', seeds: [1], feeds: NEW, ...CRITICAL, alert: { after: [2, 3], counts: 'all' } },
  { shape: 'broken_agent', seeds: [1, 2], feeds: NAMED, ...CRITICAL, alert: { after: [2], counts: 'all' } },
  // Telemetry does not tell which sub-agent a request is of.
  { shape: 'broken_agent', seeds: [1], feeds: TELEMETRY, ...SILENCE },
  { shape: 'broken_old_client', seeds: [1, 2], feeds: OLD, ...CRITICAL, alert: { after: [2], counts: 'all' } },
  { shape: 'broken_headless', seeds: [1, 2], feeds: NEW, ...CRITICAL, alert: { after: [2], counts: 'all' } },
  { shape: 'counted_too', seeds: [1, 2], feeds: NEW, ...CRITICAL, alert: { after: [2], counts: 'all' } },
  { shape: 'counted_only_twice', seeds: [1, 2], feeds: TELEMETRY, ...WARNING },
  { shape: 'counted_only', seeds: [1, 2], feeds: TELEMETRY, ...CRITICAL },
];

const RESUME = { after: [1], counts: 'all' } as const;

const RESUMES: readonly CorpusRow[] = [
  { shape: 'resume_small', seeds: [1, 2], feeds: NEW, incidents: ['resume_reprocess recorded'], alert: RESUME },
  { shape: 'resume_middling', seeds: [1, 2], feeds: NEW, incidents: ['resume_reprocess info'], alert: RESUME },
  { shape: 'resume_large', seeds: [1, 2], feeds: ALL, incidents: ['resume_reprocess warning'], alert: RESUME },
  { shape: 'resume_written_twice', seeds: [1, 2], feeds: NEW, incidents: ['resume_reprocess warning'], alert: RESUME },
  {
    shape: 'resume_stays_broken',
    seeds: [1, 2],
    feeds: NEW,
    incidents: ['cache_invalidation critical', 'resume_reprocess info'],
    alert: { after: [1, 2], counts: 'all' },
  },
  {
    shape: 'update_day',
    seeds: [1],
    feeds: TELEMETRY,
    incidents: times(4, 'resume_reprocess warning'),
    alert: RESUME,
  },
];

const WINDOWS: readonly CorpusRow[] = [
  {
    shape: 'window_used_up_slowly',
    seeds: [1, 2],
    feeds: TELEMETRY,
    incidents: ['window_threshold info 100', 'window_threshold info 80', 'window_threshold info 90'],
  },
  { shape: 'window_over_two_levels', seeds: [1], feeds: TELEMETRY, incidents: ['window_threshold info 90'] },
  { shape: 'window_burnt_by_stranger', seeds: [1, 2, 3], feeds: TELEMETRY, incidents: ['burn_rate warning'] },
  { shape: 'window_burnt_unusually', seeds: [1], feeds: TELEMETRY, incidents: ['burn_rate warning'] },
  { shape: 'week_burnt', seeds: [1, 2], feeds: TELEMETRY, incidents: ['burn_rate warning'] },
  { shape: 'locked_out', seeds: [1, 2], feeds: NEW, incidents: ['lock_out info stop_failure'] },
  { shape: 'locked_out_for_the_week', seeds: [1, 2], feeds: NEW, incidents: ['lock_out info stop_failure'] },
  {
    shape: 'locked_out_when_full',
    seeds: [1],
    feeds: NEW,
    incidents: ['lock_out info stop_failure', 'window_threshold info 90'],
  },
  {
    shape: 'locked_out_by_429',
    seeds: [1],
    feeds: TELEMETRY,
    incidents: ['lock_out info status_429', 'window_threshold info 90'],
  },
  { shape: 'open_again', seeds: [1], feeds: NEW, incidents: ['lock_out info stop_failure'] },
];

const USAGE: readonly CorpusRow[] = [
  { shape: 'ttl_downgraded', seeds: [1, 2], feeds: NEW, incidents: ['ttl_downgrade info'] },
  { shape: 'read_storm', seeds: [1], feeds: TELEMETRY, incidents: ['cache_read_storm warning'] },
  { shape: 'inflated', seeds: [1], feeds: TELEMETRY, incidents: ['cost_inflation warning'] },
  { shape: 'prompt_spike', seeds: [1, 2], feeds: TELEMETRY, incidents: ['prompt_spike info'] },
  { shape: 'runaway', seeds: [1, 2], feeds: TELEMETRY, incidents: ['runaway warning points'] },
  { shape: 'runaway_sessions', seeds: [1], feeds: TELEMETRY, incidents: ['runaway warning sessions'] },
  { shape: 'status_line_stops', seeds: [1], feeds: TELEMETRY, incidents: ['data_silence info status_line'] },
  { shape: 'telemetry_stops', seeds: [1], feeds: TELEMETRY, incidents: ['data_silence info telemetry'] },
];

const FLEET: readonly CorpusRow[] = [
  {
    shape: 'regression',
    seeds: [1, 2],
    feeds: TELEMETRY,
    incidents: [...times(4, 'cache_invalidation critical *'), 'fleet_regression critical together'],
    alert: { after: [2], counts: 'all' },
  },
  {
    shape: 'regression_of_two',
    seeds: [1],
    feeds: TELEMETRY,
    incidents: times(2, 'cache_invalidation critical'),
    alert: { after: [2], counts: 'all' },
  },
  {
    shape: 'regression_on_three_versions',
    seeds: [1],
    feeds: TELEMETRY,
    incidents: times(3, 'cache_invalidation critical'),
    alert: { after: [2], counts: 'all' },
  },
  {
    shape: 'regression_on_three_days',
    seeds: [1],
    feeds: TELEMETRY,
    incidents: times(3, 'cache_invalidation critical'),
    alert: { after: [2], counts: 'all' },
  },
  {
    shape: 'bad_hour',
    seeds: [1],
    feeds: TELEMETRY,
    incidents: [
      ...times(3, 'cache_invalidation critical *'),
      'fleet_regression critical together',
      'resume_reprocess warning',
      'runaway warning sessions',
    ],
    alert: { after: [1, 2], counts: 'all' },
  },
  { shape: 'worse_version', seeds: [1], feeds: TELEMETRY, incidents: ['fleet_regression critical turn_boundaries'] },
  {
    shape: 'worse_resumes',
    seeds: [1],
    feeds: TELEMETRY,
    incidents: ['fleet_regression critical resumes', ...times(24, 'resume_reprocess recorded')],
  },
  { shape: 'resumes_as_ever', seeds: [1], feeds: TELEMETRY, incidents: times(36, 'resume_reprocess recorded') },
];

function times(count: number, incident: string): readonly string[] {
  return Array.from({ length: count }, () => incident);
}

export const ROWS: readonly CorpusRow[] = [...HEALTHY, ...CACHES, ...RESUMES, ...WINDOWS, ...USAGE, ...FLEET];
