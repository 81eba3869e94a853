import { type EpochMs, epochMs, MINUTE_MS, plus } from '../model/time.ts';
import * as cache from './cache-shapes.ts';
import * as counted from './counted-shapes.ts';
import * as fleet from './fleet-shapes.ts';
import * as well from './healthy-shapes.ts';
import * as lockOut from './lock-out-shapes.ts';
import { createRandom } from './random.ts';
import * as resume from './resume-shapes.ts';
import type { Shape, Simulated } from './scene.ts';
import * as silence from './silence-shapes.ts';
import * as ttl from './ttl-shapes.ts';
import * as usage from './usage-shapes.ts';
import * as windows from './window-shapes.ts';

/** Every shape by the name that the command line and the corpus use. */
export const SHAPES = {
  ordinary: well.ordinary,
  cold_start: well.coldStart,
  long_idle_5m: well.longIdle('5m'),
  long_idle_1h: well.longIdle('1h'),
  compaction: well.compaction,
  million_tokens: well.millionTokens,
  model_switch: well.modelSwitch,
  clear: well.clear,
  rewind: well.rewind,
  parallel_agents: well.parallelAgents,
  helpers: well.helpers,
  several_machines: well.severalMachines,
  tool_loop: well.toolLoop,
  old_client: well.oldClient,

  broken_every_turn: cache.everyTurn,
  broken_every_turn_of_million: cache.everyTurnOfMillion,
  broken_every_slow_turn: cache.everySlowTurn,
  broken_twice: cache.twice,
  broken_twice_far_apart: cache.twiceFarApart,
  broken_now_and_then: cache.nowAndThen,
  broken_seldom: cache.seldom,
  broken_once_large: cache.oneLarge,
  broken_once_small: cache.oneSmall,
  broken_in_part: cache.partlyKept,
  broken_small_context: cache.smallContext,
  broken_flat_floor: cache.flatFloor,
  broken_beside_agents: cache.besideAgents,
  broken_agent: cache.ofAgent,
  broken_old_client: cache.ofOldClient,
  broken_headless: cache.headless,
  counted_too: counted.countedToo,
  counted_only_twice: counted.countedOnly(2),
  counted_only: counted.countedOnly(5),
  counted_lawful: counted.countedLawful,

  resume_hits: resume.resumeThatHits,
  resume_tiny: resume.tinyResume,
  resume_small: resume.smallResume,
  resume_middling: resume.middlingResume,
  resume_large: resume.largeResume,
  resume_written_twice: resume.resumeWrittenTwice,
  resume_stays_broken: resume.resumeThatStaysBroken,
  resume_after_expiry: resume.resumeAfterExpiry,
  resumed_often: resume.resumedOften,

  ordinary_window: windows.ordinaryWindow,
  window_used_up_slowly: windows.usedUpSlowly,
  window_over_two_levels: windows.overTwoLevels,
  window_burnt_by_stranger: windows.burntByStranger,
  window_burnt_unusually: windows.burntUnusually,
  window_burnt_as_usual: windows.burntAsUsual,
  window_bursts_as_usual: windows.burstAsUsual,
  ordinary_weeks: windows.ordinaryWeeks,
  week_burnt: windows.burntWeek,
  locked_out: lockOut.refused('five_hour'),
  locked_out_for_the_week: lockOut.refused('seven_day'),
  locked_out_when_full: lockOut.refusedWhenFull,
  locked_out_by_429: lockOut.throttledAt(99),
  throttled: lockOut.throttledAt(40),
  open_again: lockOut.openAgain,

  ttl_downgraded: ttl.downgraded,
  ttl_once_to_the_other: ttl.onceToTheOther,
  ttl_always_5m: ttl.alwaysFiveMinutes,
  read_storm: usage.storm,
  read_storm_of_stranger: usage.stormOfStranger,
  hard_hour: usage.hardHour,
  inflated: usage.inflated,
  dearer: usage.dearer,
  prompt_spike: usage.spike,
  prompt_spike_as_usual: usage.spikeAsUsual,
  prompt_large: usage.largePrompt,
  runaway: usage.runaway,
  some_background: usage.someBackground,
  runaway_sessions: usage.runawaySessions,
  some_sessions: usage.someSessions,
  sessions_all_day: usage.sessionsAllDay,
  both_feeds: silence.bothFeeds,
  status_line_stops: silence.statusLineStops,
  telemetry_stops: silence.telemetryStops,
  only_headless: silence.onlyHeadless,

  regression: fleet.regression,
  regression_of_two: fleet.twoColleagues,
  regression_on_three_versions: fleet.threeVersions,
  regression_on_three_days: fleet.threeDays,
  update_day: fleet.updateDay,
  bad_hour: fleet.badHour,
  worse_version: fleet.worseVersion,
  same_rates: fleet.sameRates,
  too_few_prompts: fleet.tooFewPrompts,
  worse_resumes: fleet.worseResumes,
  resumes_as_ever: fleet.resumesAsEver,
} as const satisfies Readonly<Record<string, Shape>>;

export type ShapeName = keyof typeof SHAPES;

export function isShape(name: string): name is ShapeName {
  return Object.hasOwn(SHAPES, name);
}

/** Monday, 2026-11-23T08:00Z; each seed begins at another minute of that working day. */
const MONDAY = epochMs(1_795_420_800_000);

/** One case of a shape: the same for the same seed. A developer of its own, unless the shape is about several. */
export function simulate(name: ShapeName, seed: number, startsAt: EpochMs = MONDAY): Simulated {
  const random = createRandom(seed);
  return SHAPES[name]({ random, startsAt: plus(startsAt, random.whole(0, 479) * MINUTE_MS), run: `${name}-${seed}` });
}
