import type { Explanation, Turn } from '../detectors/turn.ts';
import { cachedPrefixTokens } from '../model/api-request.ts';
import { SECOND_MS } from '../model/time.ts';
import { type Estimate, share } from './intervals.ts';
import type { OracleTurn, PromptCache } from './oracle.ts';

/** A turn of the client with our judgement of it. */
export interface JudgedTurn {
  readonly told: OracleTurn;
  readonly turn: Turn;
  /** The first of its conversation. */
  readonly isFirst: boolean;
}

/** Turns that the client counted between two looks at its status line; mostly one. */
interface Step {
  readonly turns: readonly JudgedTurn[];
  /** Misses and expected rebuilds that came with them, and what the client named. */
  readonly misses: number;
  readonly rebuilds: number;
  readonly causes: readonly string[];
}

/** A turn of which we and the client say different things, in numbers. */
export interface Disagreement {
  readonly session: string;
  readonly step: number;
  readonly ours: string;
  readonly theirs: string;
  readonly numbers: string;
  readonly because: string;
}

/** How far our judgement agrees with the client's own count. */
export interface Agreement {
  readonly sessions: number;
  /** Requests that nothing explains, one way or the other, and those of them that we and the client judge alike. */
  readonly compared: number;
  readonly agreed: number;
  readonly share: Estimate | undefined;
  readonly disagreements: readonly Disagreement[];
  /** Misses that we explain: our reason, what the client said of them, how often. */
  readonly explained: readonly { readonly ours: string; readonly theirs: string; readonly times: number }[];
  /** Requests that the client had not counted when its status line was last read. */
  readonly uncounted: readonly { readonly session: string; readonly step: number }[];
}

/** Holds our judgement of each turn against what the client counted; sessions by name. */
export function agreement(sessions: ReadonlyMap<string, readonly JudgedTurn[]>): Agreement {
  const parts = [...sessions].map(([session, turns]) => sessionAgreement(session, turns));
  const compared = parts.reduce((sum, part) => sum + part.compared, 0);
  const disagreements = parts.flatMap((part) => part.disagreements);
  const agreed = compared - disagreements.length;
  return {
    sessions: sessions.size,
    compared,
    agreed,
    share: share(agreed, compared),
    disagreements,
    explained: tally(parts.flatMap((part) => part.explained)),
    uncounted: parts.flatMap((part) => part.uncounted),
  };
}

function sessionAgreement(session: string, turns: readonly JudgedTurn[]) {
  const { steps, uncounted } = stepsOf(turns);
  const [apart, plain] = [steps.filter(isExplained), steps.filter((step) => !isExplained(step))];
  return {
    compared: plain.reduce((sum, step) => sum + step.turns.length, 0),
    disagreements: plain.flatMap((step, n) => disagreement(session, step, [plain[n - 1], plain[n + 1]])),
    explained: apart.map((step) => ({ ours: ourWord(step), theirs: clientWord(step) })),
    uncounted: uncounted.map(({ told }) => ({ session, step: told.step })),
  };
}

const NOTHING_COUNTED: PromptCache = { requests: 0, misses: 0, expected_rebuilds: 0 };

/** The status line is read a moment after each request and may still show the count before it: the next one catches up. */
function stepsOf(turns: readonly JudgedTurn[]): { steps: readonly Step[]; uncounted: readonly JudgedTurn[] } {
  const steps: Step[] = [];
  let waiting: JudgedTurn[] = [];
  let last = NOTHING_COUNTED;
  for (const judged of turns) {
    waiting.push(judged);
    const now = judged.told.promptCache;
    if (!now || now.requests === last.requests) continue;
    // A new process counts from 0 again.
    const before = now.requests < last.requests ? NOTHING_COUNTED : last;
    steps.push({
      turns: waiting,
      misses: now.misses - before.misses,
      rebuilds: now.expected_rebuilds - before.expected_rebuilds,
      causes: now.last_miss_cause?.causes ?? [],
    });
    waiting = [];
    last = now;
  }
  return { steps, uncounted: waiting };
}

const isExplained = ({ turns }: Step) => turns.some((judged) => explanationOf(judged) !== undefined);

/** A first request to another model has no predecessor in its stream: the switch alone explains what it writes. */
function explanationOf({ turn, isFirst }: JudgedTurn): Explanation | undefined {
  if (turn.verdict.is === 'explained') return turn.verdict.by;
  return turn.verdict.is === 'first' && !isFirst ? 'model_switch' : undefined;
}

function ourWord({ turns }: Step): string {
  return turns.map((judged) => explanationOf(judged) ?? judged.turn.verdict.is).join(', ');
}

function clientWord({ misses, rebuilds, causes }: Step): string {
  const named = causes.length > 0 ? ` (${causes.join(', ')})` : '';
  if (misses > 0) return `${misses === 1 ? 'miss' : `${misses} misses`}${named}`;
  return rebuilds > 0 ? 'expected rebuild' : 'nothing';
}

function disagreement(session: string, step: Step, neighbours: readonly (Step | undefined)[]): readonly Disagreement[] {
  const ours = ourMisses(step);
  const newest = step.turns.at(-1);
  if (ours === step.misses || !newest) return [];
  const isMadeUpFor = neighbours.some((other) => other && ourMisses(other) - other.misses === step.misses - ours);
  return [
    {
      session,
      step: newest.told.step,
      ours: ourWord(step),
      theirs: clientWord(step),
      numbers: numbersOf(newest.turn),
      because: isMadeUpFor ? 'the count came one step earlier or later' : 'unknown',
    },
  ];
}

const ourMisses = ({ turns }: Step) => turns.filter(({ turn }) => turn.verdict.is === 'miss').length;

function numbersOf({ request, previous, gapMs }: Turn): string {
  const readable = previous ? cachedPrefixTokens(previous) : 0;
  return `read ${request.cacheReadTokens} of ${readable}, wrote ${request.cacheCreationTokens}, ${gapMs / SECOND_MS} s later`;
}

function tally<T extends { ours: string; theirs: string }>(words: readonly T[]) {
  const counts = Map.groupBy(words, ({ ours, theirs }) => `${ours}\n${theirs}`);
  return [...counts.values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ ours: first.ours, theirs: first.theirs, times: same.length }] : [];
  });
}
