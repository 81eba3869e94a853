import type { FleetIncident } from '../model/incident.ts';
import type { Agreement } from './agreement.ts';
import { type Case, type Expectation, expectationOf } from './cases.ts';
import { type Episode, type Observed, observe } from './episode.ts';
import { judgeFigures } from './figures.ts';
import { type Estimate, rate } from './intervals.ts';
import { missingFact, neededFor, unreported } from './missing-fact.ts';
import type { Recorded } from './recording.ts';
import { type Healthy, healthyIn, type Judged, type JudgedFigures, type KindScore, score } from './score.ts';
import { asToldBy } from './telemetry.ts';

/** How sessions were told: through the webhook with agent ids, or as telemetry of their versions or of old ones without. */
export type Feed = 'webhook' | 'telemetry' | 'old_telemetry';

/** A case that nobody can judge, with the fact that it lacks. */
export interface NotJudged {
  readonly id: string;
  readonly label: string;
  readonly missing: string;
  /** Kinds that were seen in it nevertheless. */
  readonly seen: readonly string[];
}

/** How fast the sessions and cases were replayed. */
interface Speed {
  readonly requests: number;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  /** The same for each second in which the replay had a processor to itself: who else is at work hardly matters. */
  readonly requestsPerProcessorSecond: number;
  /** The time as a multiple of `JSON.parse` of the same session files; undefined without any. */
  readonly timesJsonParse: number | undefined;
}

/** What the project promises of its detectors, and whether these files bear it out. */
interface Goal {
  readonly goal: string;
  readonly value: string;
  readonly isMet: boolean;
}

/** All that an evaluation found. */
export interface EvalReport {
  readonly feed: Feed;
  readonly given: Given;
  readonly healthy: Healthy;
  /** Kinds that were expected, seen, or judged by figures. */
  readonly kinds: readonly KindScore[];
  /** What all sessions and cases showed together, as if they were one team's. */
  readonly fleet: readonly FleetIncident[];
  /** Broken caches and resumes together: what the promise of few false alarms is about. */
  readonly cacheFalseAlarmsPer100Sessions: Estimate | undefined;
  readonly borderline: readonly Observed[];
  readonly judgedByFigures: readonly JudgedFigures[];
  readonly notJudged: readonly NotJudged[];
  readonly oracle: Agreement | undefined;
  readonly goals: readonly Goal[];
  readonly speed: Speed;
}

interface Given {
  readonly sessions: number;
  readonly requests: number;
  readonly cases: number;
  /** Cases that label one of the sessions, and cases whose own requests were replayed. */
  readonly casesOfSessions: number;
  readonly replayedCases: number;
}

/** A replay with the case that labels it; an unlabelled session is healthy. */
export interface JudgedReplay extends Judged {
  readonly told: Case | undefined;
  readonly isSession: boolean;
}

/** Judges a replayed session, labelled or not, or a replayed case. */
export function judgeReplay(
  recorded: Recorded,
  episodes: readonly Episode[],
  { told, isSession, feed }: { told: Case | undefined; isSession: boolean; feed: Feed },
): JudgedReplay {
  const asTold = feed === 'webhook' ? recorded : asToldBy(feed, recorded);
  const expectation: Expectation = told ? expectationOf(told) : { is: 'healthy' };
  const observed = observe(recorded, episodes);
  return {
    observed: told ? { ...observed, id: told.id } : observed,
    expectation,
    missing: told && expectation.is === 'kind' ? missingFact(told, asTold, expectation.kind) : undefined,
    told,
    isSession,
  };
}

export interface EvalInput {
  readonly feed: Feed;
  readonly cases: readonly Case[];
  readonly replays: readonly JudgedReplay[];
  readonly fleet: readonly FleetIncident[];
  readonly oracle: Agreement | undefined;
  readonly speed: Speed;
}

export function evalReport({ feed, cases, replays, fleet, oracle, speed }: EvalInput): EvalReport {
  const replayed = new Set(replays.map(({ told }) => told?.id));
  const { figures, without } = figuresOf(cases.filter(({ id }) => !replayed.has(id)));
  const scores = score(replays, figures);
  const cacheFalseAlarms = scores.filter(isOfCache).reduce((sum, { falseAlarms }) => sum + falseAlarms.length, 0);
  const healthy = healthyIn(replays);
  const report = {
    feed,
    given: givenOf(cases, replays),
    healthy,
    kinds: scores.filter(hasData),
    fleet,
    cacheFalseAlarmsPer100Sessions: rate(cacheFalseAlarms, healthy.sessions, 100),
    borderline: replays.filter(({ expectation }) => expectation.is === 'borderline').map(({ observed }) => observed),
    judgedByFigures: figures,
    notJudged: [...replays.flatMap(unjudgedReplay), ...without],
    oracle,
    speed,
  };
  return { ...report, goals: goalsOf(report) };
}

const isOfCache = ({ kind }: KindScore) => kind === 'cache_invalidation' || kind === 'resume_reprocess';

function hasData(kind: KindScore): boolean {
  if (kind.falsePer100Sessions) return true;
  const lists = [kind.found, kind.missed, kind.foundByFigures, kind.missedByFigures, kind.falseByFigures];
  const seen = [kind.rightAlarms, kind.falseAlarms, kind.elsewhere, kind.quiet, kind.unlabelled];
  return [...lists, ...seen].some((list) => list.length > 0);
}

function givenOf(cases: readonly Case[], replays: readonly JudgedReplay[]): Given {
  const sessions = replays.filter(({ isSession }) => isSession);
  return {
    sessions: sessions.length,
    requests: sessions.reduce((sum, { observed }) => sum + observed.requests, 0),
    cases: cases.length,
    casesOfSessions: sessions.filter(({ told }) => told !== undefined).length,
    replayedCases: replays.length - sessions.length,
  };
}

/** The cases that were not replayed: by their figures, or not at all. */
function figuresOf(cases: readonly Case[]) {
  const figures: JudgedFigures[] = [];
  const without: NotJudged[] = [];
  for (const told of cases) {
    const expectation = expectationOf(told);
    const verdict = judgeFigures(told);
    if (verdict?.is === 'judged') figures.push({ ...verdict, id: told.id, expectation });
    else without.push({ ...labelled(told), missing: verdict?.missing ?? missingOf(told, expectation), seen: [] });
  }
  return { figures, without };
}

function missingOf(told: Case, expectation: Expectation): string {
  const tokens = unreported(told.events ?? []);
  if (tokens !== undefined) return tokens;
  return expectation.is === 'kind' ? neededFor(expectation.kind) : NOTHING_ELSE[expectation.is];
}

const NOTHING_ELSE = {
  healthy: 'its requests one by one',
  borderline: 'its requests one by one',
  unknown: 'a label that names a kind',
} as const;

function unjudgedReplay({ told, expectation, missing, observed }: JudgedReplay): readonly NotJudged[] {
  const lacks = expectation.is === 'unknown' ? NOTHING_ELSE.unknown : missing;
  if (!told || lacks === undefined) return [];
  const seen = observed.sightings.map(({ kind, severity }) => `${kind} (${severity})`);
  return [{ ...labelled(told), missing: lacks, seen }];
}

const labelled = ({ id, label }: Case) => ({ id, label });

/** The most false alarms in 100 healthy sessions, the most requests from the first miss to the alert, the least agreement. */
const MOST_FALSE_ALARMS = 1;
const MOST_REQUESTS_TO_ALERT = 2;
const LEAST_AGREEMENT = 0.98;

function goalsOf(report: Omit<EvalReport, 'goals'>): readonly Goal[] {
  const falseAlarms = report.cacheFalseAlarmsPer100Sessions?.value;
  const found = report.kinds.flatMap((kind) => kind.found).length;
  const missed = report.kinds.flatMap((kind) => kind.missed).length;
  const toAlert = report.kinds.find(({ kind }) => kind === 'cache_invalidation')?.delay?.requestsWhilePersistent
    ?.median;
  const agreed = report.oracle?.share?.value;
  return [
    falseAlarms !== undefined && {
      goal: `at most ${MOST_FALSE_ALARMS} false alarm of the cache kinds in 100 healthy sessions`,
      value: falseAlarms.toFixed(2),
      isMet: falseAlarms <= MOST_FALSE_ALARMS,
    },
    found + missed > 0 && {
      goal: 'every case found that carries what its rule needs',
      value: `${found} of ${found + missed}`,
      isMet: missed === 0,
    },
    toAlert !== undefined && {
      goal: `a persistent invalidation told within ${MOST_REQUESTS_TO_ALERT} requests of its first miss (median)`,
      value: String(toAlert),
      isMet: toAlert <= MOST_REQUESTS_TO_ALERT,
    },
    agreed !== undefined && {
      goal: `misses counted as the client does in ${LEAST_AGREEMENT * 100} % of the requests`,
      value: `${(agreed * 100).toFixed(1)} %`,
      isMet: agreed >= LEAST_AGREEMENT,
    },
  ].filter((goal) => goal !== false);
}
