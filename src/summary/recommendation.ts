import { lastingBug } from '../model/client-versions.ts';
import { atLeast, type IncidentKind, type Severity } from '../model/finding.ts';
import { type Incident, isFleetIncident } from '../model/incident.ts';
import type { VersionRates } from '../model/version-rates.ts';
import { type ClientChange, changeClient, updateFrom } from './change-client.ts';
import { peopleOf } from './people.ts';
import type { WorstVersion } from './worst-version.ts';

/** The one thing to do after such a week, and why just this. */
export interface Recommendation {
  readonly advice: Advice;
  readonly because: Reason;
}

export type Advice = ClientChange | { readonly is: Habit };

export type Habit =
  | 'start_fresh'
  | 'plan_around_resets'
  | 'keep_sessions_open'
  | 'watch_background'
  | 'shrink_contexts'
  | 'ask_for_an_hour'
  | 'check_feeds'
  | 'tell_plans';

export type Reason =
  /** So many incidents of the kind hit so many people. */
  | { readonly is: 'incidents'; readonly kind: IncidentKind; readonly incidents: number; readonly people: number }
  /** The version to leave broke caches: what they wrote again. */
  | { readonly is: 'rewrote'; readonly rewrittenTokens: number }
  /** Nothing broke yet, but the version is in use by so many people. */
  | { readonly is: 'in_use'; readonly people: number }
  | { readonly is: 'no_data' }
  | { readonly is: 'no_plans' };

/** What the choice depends on. */
export interface Situation {
  /** The incidents that are worth telling; what was planned needs no advice. */
  readonly incidents: readonly Incident[];
  readonly worstVersion: WorstVersion | undefined;
  /** The team's rates of the week. */
  readonly versions: readonly VersionRates[];
  readonly requests: number;
  /** Whether anybody who worked told their plan. */
  readonly knowsPlans: boolean;
}

/** A habit that would have helped against a kind of incident. */
interface Remedy {
  readonly kind: IncidentKind;
  /** Milder ones count for less: they stand in a later line. */
  readonly from?: Severity;
  readonly habit: Habit;
}

/** Cost tokens, dollars or hours of work. Of those that happened, the one that hit the most people; the first of equals. */
const TROUBLES: readonly Remedy[] = [
  { kind: 'cache_invalidation', habit: 'start_fresh' },
  { kind: 'runaway', habit: 'watch_background' },
  { kind: 'lock_out', habit: 'plan_around_resets' },
  { kind: 'resume_reprocess', from: 'warning', habit: 'keep_sessions_open' },
  { kind: 'cache_read_storm', habit: 'shrink_contexts' },
  { kind: 'cost_inflation', habit: 'shrink_contexts' },
];

/** Tell of trouble to come, or cost little. */
const SIGNS: readonly Remedy[] = [
  { kind: 'resume_reprocess', habit: 'keep_sessions_open' },
  { kind: 'burn_rate', habit: 'watch_background' },
  { kind: 'prompt_spike', habit: 'shrink_contexts' },
  { kind: 'window_threshold', habit: 'plan_around_resets' },
  { kind: 'ttl_downgrade', habit: 'ask_for_an_hour' },
];

/** In order of priority; the first that fits is given. */
const RULES: readonly ((situation: Situation) => Recommendation | undefined)[] = [
  // One change of the client helps everybody at once.
  changeFailedClient,
  (situation) => widest(TROUBLES, situation),
  (situation) => widest(SIGNS, situation),
  leaveKnownBug,
  (situation) => widest([{ kind: 'data_silence', habit: 'check_feeds' }], situation),
  ({ requests }) => (requests === 0 ? { advice: { is: 'check_feeds' }, because: { is: 'no_data' } } : undefined),
  ({ knowsPlans }) => (knowsPlans ? undefined : { advice: { is: 'tell_plans' }, because: { is: 'no_plans' } }),
];

/** One recommendation for the week; undefined when there is nothing to do. */
export function recommend(situation: Situation): Recommendation | undefined {
  const incidents = situation.incidents.filter(({ feedback }) => feedback?.is !== 'planned');
  return firstOf(RULES, { ...situation, incidents });
}

function firstOf(rules: typeof RULES, situation: Situation): Recommendation | undefined {
  return rules.map((rule) => rule(situation)).find((recommendation) => recommendation !== undefined);
}

function changeFailedClient(situation: Situation): Recommendation | undefined {
  const advice = changeClient(situation);
  if (!advice) return undefined;
  const version = advice.is === 'leave_version' ? advice.version : advice.from;
  const failed = situation.incidents
    .filter(isFleetIncident)
    .filter(({ evidence }) => evidence.clientVersion === version);
  if (failed.length > 0) return { advice, because: counted('fleet_regression', failed) };
  return { advice, because: { is: 'rewrote', rewrittenTokens: situation.worstVersion?.rewrittenTokens ?? 0 } };
}

/** The remedy of the incidents that hit the most people. */
function widest(remedies: readonly Remedy[], { incidents }: Situation): Recommendation | undefined {
  const byKind = Map.groupBy(incidents, ({ kind }) => kind);
  const fitting = remedies.flatMap(({ kind, from = 'recorded', habit }) => {
    const hits = (byKind.get(kind) ?? []).filter(({ severity }) => atLeast(severity, from));
    return hits.length === 0 ? [] : [{ habit, because: counted(kind, hits) }];
  });
  const [most] = fitting.toSorted((one, other) => other.because.people - one.because.people);
  return most && { advice: { is: most.habit }, because: most.because };
}

function counted(kind: IncidentKind, incidents: readonly Incident[]) {
  return { is: 'incidents', kind, incidents: incidents.length, people: peopleOf(incidents).size } as const;
}

/** Before it breaks anything: the most used version with a bug that goes on and on, and that a later one mended. */
function leaveKnownBug({ versions }: Situation): Recommendation | undefined {
  const [suspect] = versions
    .filter(({ clientVersion }) => lastingBug(clientVersion, ['cache_invalidation'])?.mendedIn !== undefined)
    .toSorted((one, other) => other.developers - one.developers);
  const advice = suspect && updateFrom(suspect.clientVersion, ['cache_invalidation']);
  return advice && { advice, because: { is: 'in_use', people: suspect.developers } };
}
