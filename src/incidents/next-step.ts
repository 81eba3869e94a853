import { lastingBug, mendedSince } from '../model/client-versions.ts';
import type { IncidentKind } from '../model/finding.ts';
import type {
  CacheIncident,
  FleetIncident,
  Incident,
  PromptSpikeIncident,
  ThresholdIncident,
} from '../model/incident.ts';
import type { QuotaWindow } from '../model/quota-window.ts';
import { type EpochMs, HOUR_MS } from '../model/time.ts';
import type { VersionRates } from '../model/version-rates.ts';
import { type BetterVersion, betterVersion } from './healthiest-version.ts';

/** What a next step depends on beside the incident itself. */
export interface NextStepSituation {
  /** The developer's current windows; empty where none is known, and for the fleet. */
  readonly windows: readonly QuotaWindow[];
  /** The team's rates of the last 7 days. */
  readonly versions: readonly VersionRates[];
  readonly now: EpochMs;
}

/** A window that is nearly used up, or used up. */
export interface TightWindow {
  readonly windowKind: string;
  readonly scope: string;
  readonly usedPercent: number;
  readonly resetsAt: EpochMs;
}

/** What has to be put right before a fresh session; `unnamed`: nobody knows. */
export type FreshCause = 'tools_changed' | 'system_prompt_changed' | 'messages_rewritten' | 'unnamed';

/** The one thing to do now. */
export type NextStep =
  | { readonly is: 'start_fresh'; readonly cause: FreshCause }
  /** The server lost the cache: it may come back by itself. */
  | { readonly is: 'try_one_more_turn' }
  | { readonly is: 'keep_the_model' }
  /** The pauses are longer than the cache lives. */
  | { readonly is: 'mind_the_pauses'; readonly ttl: '5m' | '1h' }
  | { readonly is: 'wait_for_reset'; readonly window: TightWindow; readonly afterwards: 'start_fresh' | 'go_on' }
  /** The window is nearly used up and resets much later, or the session is warm only now: keep what it knows at the least cost. */
  | { readonly is: 'compact'; readonly window: TightWindow; readonly because: 'broken' | 'resumed' }
  /** A version that the team already runs. */
  | { readonly is: 'move_to_version'; readonly from: string; readonly to: BetterVersion }
  /** The version that mended the bug, which nobody in the team runs enough to be measured. */
  | {
      readonly is: 'update_client';
      readonly from: string;
      readonly to: string;
      readonly bug: string;
      readonly source: string;
    }
  /** A client version fails a team, and none is known to be better. */
  | { readonly is: 'leave_version'; readonly version: string; readonly of: CacheIncident['kind'] }
  /** A resume is paid: nothing to undo. */
  | { readonly is: 'keep_sessions_open' }
  | { readonly is: 'finish_what_matters' }
  | { readonly is: 'will_tell_when_open' }
  | { readonly is: 'look_in_background' }
  | { readonly is: 'stop_background'; readonly rule: 'points' | 'sessions'; readonly sessions: number }
  /** Tokens that each request carried; undefined where nobody counted them. */
  | { readonly is: 'shrink_context'; readonly contextTokens: number | undefined }
  | { readonly is: 'look_what_grew' }
  | { readonly is: 'ask_for_an_hour' }
  /** On usage credits the client asks for five minutes of cache. */
  | { readonly is: 'wait_for_quota'; readonly window: TightWindow }
  | { readonly is: 'reconnect'; readonly feed: 'status_line' | 'telemetry' };

/** The highest level that users asked to be warned at: what is left carries no rewriting. */
const TIGHT_PERCENT = 90;
/** Nobody waits longer for a reset: five-hour windows always do so sooner. */
const WORTH_WAITING_MS = 5 * HOUR_MS;
/** Measured on 1,578 prompts: 95 % set off fewer requests. More are agents at work in parallel. */
const MANY_REQUESTS = 44;
/** Measured: 14 of 380 sessions ever carried more. */
const LARGE_CONTEXT_TOKENS = 300_000;

/** The one thing to do about an incident, by its cause, its client version and the state of the windows; undefined: nothing. */
export function nextStep(incident: Incident, situation: NextStepSituation): NextStep | undefined {
  switch (incident.kind) {
    case 'cache_invalidation':
      return forBrokenCache(incident, situation);
    case 'resume_reprocess':
      return forResume(incident, situation);
    case 'fleet_regression':
      return forFleet(incident, situation);
    case 'lock_out':
      return { is: 'will_tell_when_open' };
    case 'window_threshold':
      return forThreshold(incident);
    case 'burn_rate':
      return { is: 'look_in_background' };
    case 'prompt_spike':
      return forSpike(incident, situation);
    case 'runaway':
      return { is: 'stop_background', rule: incident.evidence.rule, sessions: incident.evidence.sessions };
    case 'cache_read_storm': {
      const contextTokens = incident.evidence.readTokens / Math.max(1, incident.evidence.requests);
      return contextTokens >= LARGE_CONTEXT_TOKENS
        ? { is: 'shrink_context', contextTokens }
        : { is: 'look_in_background' };
    }
    case 'cost_inflation':
      return updateFor(incident.evidence.clientVersion, incident.kind) ?? { is: 'look_what_grew' };
    case 'ttl_downgrade': {
      const full = tightest(situation, 100);
      if (full) return { is: 'wait_for_quota', window: full };
      return updateFor(incident.evidence.clientVersion, incident.kind) ?? { is: 'ask_for_an_hour' };
    }
    case 'data_silence':
      return { is: 'reconnect', feed: incident.evidence.feed };
  }
}

/** Going on costs the whole history each turn, so first of all what is left of the window counts. */
function forBrokenCache({ evidence, kind }: CacheIncident, situation: NextStepSituation): NextStep {
  const window = tightest(situation, TIGHT_PERCENT);
  if (window && isNear(window, situation)) return { is: 'wait_for_reset', window, afterwards: 'start_fresh' };
  const better = moveFrom(evidence.clientVersion, kind, situation);
  if (better?.to.because.is === 'measured') return better;
  const causes = (evidence.cause ?? '').split(',').map((cause) => cause.trim());
  const own = causes.map((cause) => BY_OWN_CAUSE.get(cause)).find((step) => step !== undefined);
  const byVersion = better ?? updateFor(evidence.clientVersion, kind);
  const known = own ?? byVersion;
  if (known) return known;
  if (window) return { is: 'compact', window, because: 'broken' };
  if (causes.includes('messages_rewritten')) return { is: 'start_fresh', cause: 'messages_rewritten' };
  return causes.includes('likely_server_side') ? { is: 'try_one_more_turn' } : START_FRESH;
}

const START_FRESH = { is: 'start_fresh', cause: 'unnamed' } as const satisfies NextStep;

/** Causes in the client's words that whoever sits before it can put right. */
const BY_OWN_CAUSE: ReadonlyMap<string, NextStep> = new Map<string, NextStep>([
  ['tools_changed', { is: 'start_fresh', cause: 'tools_changed' }],
  ['system_prompt_changed', { is: 'start_fresh', cause: 'system_prompt_changed' }],
  ['model_changed', { is: 'keep_the_model' }],
  ['ttl_expired_5m', { is: 'mind_the_pauses', ttl: '5m' }],
  ['ttl_expired_1h', { is: 'mind_the_pauses', ttl: '1h' }],
]);

/** The rewriting is paid and the session is warm now: what costs is the next resume. */
function forResume({ evidence, kind }: CacheIncident, situation: NextStepSituation): NextStep {
  const window = tightest(situation, TIGHT_PERCENT);
  if (window) return { is: 'compact', window, because: 'resumed' };
  return updateFor(evidence.clientVersion, kind) ?? { is: 'keep_sessions_open' };
}

function forFleet({ evidence: { clientVersion, of } }: FleetIncident, situation: NextStepSituation): NextStep {
  const move = moveFrom(clientVersion, of, situation);
  return move ?? updateFor(clientVersion, of) ?? { is: 'leave_version', version: clientVersion, of };
}

function forThreshold({ evidence }: ThresholdIncident): NextStep | undefined {
  const { windowKind, scope, usedPercent, resetsAt } = evidence;
  if (evidence.level >= 100) {
    return { is: 'wait_for_reset', window: { windowKind, scope, usedPercent, resetsAt }, afterwards: 'go_on' };
  }
  return evidence.runsOutAt === undefined ? undefined : { is: 'finish_what_matters' };
}

function forSpike({ evidence }: PromptSpikeIncident, situation: NextStepSituation): NextStep {
  const window = tightest(situation, TIGHT_PERCENT);
  if (window && isNear(window, situation)) return { is: 'wait_for_reset', window, afterwards: 'go_on' };
  return evidence.requests > MANY_REQUESTS
    ? { is: 'look_in_background' }
    : { is: 'shrink_context', contextTokens: undefined };
}

function moveFrom(from: string | undefined, kind: IncidentKind, { versions }: NextStepSituation) {
  const to = from === undefined ? undefined : betterVersion(versions, from, kind);
  return from !== undefined && to ? ({ is: 'move_to_version', from, to } as const) : undefined;
}

/** Only where a later version is known to have mended what was seen. */
function updateFor(from: string | undefined, kind: IncidentKind): NextStep | undefined {
  const bug = from === undefined ? undefined : lastingBug(from, [kind]);
  if (from === undefined || bug?.mendedIn === undefined) return undefined;
  return { is: 'update_client', from, to: mendedSince(bug.mendedIn, [kind]), bug: bug.bug, source: bug.sources[0] };
}

/** Of the windows used up to this percentage or more, the one with the least left, the latest reset first. */
function tightest({ windows, now }: NextStepSituation, fromPercent: number): TightWindow | undefined {
  return windows
    .filter(({ usedPercent, resetsAt }) => usedPercent >= fromPercent && resetsAt > now)
    .toSorted((one, other) => other.usedPercent - one.usedPercent || other.resetsAt - one.resetsAt)
    .map(({ kind, scope, usedPercent, resetsAt }) => ({ windowKind: kind, scope, usedPercent, resetsAt }))
    .at(0);
}

function isNear({ resetsAt }: TightWindow, { now }: NextStepSituation): boolean {
  return resetsAt - now <= WORTH_WAITING_MS;
}
