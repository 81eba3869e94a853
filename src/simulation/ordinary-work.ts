import { type EpochMs, HOUR_MS, MINUTE_MS } from '../model/time.ts';
import type { Cause } from './client-counter.ts';
import type { Conversation } from './conversation.ts';
import { MEASURED, missShare } from './measured.ts';
import type { Random } from './random.ts';
import type { Tape } from './tape.ts';

/** Work in one conversation that goes as the measured sessions do. */
export interface OrdinaryWork {
  /** The first request: system prompt and tools, of which another session may have cached a part, and what was asked. */
  begin(): void;
  /** Somebody thinks, then asks: one prompt with its requests; left out: as many as prompts cause. */
  prompt(requests?: number): void;
  /** One request after this much time without any; `ask` begins a prompt with it. */
  request(idleMs: number): void;
  ask(idleMs: number): void;
}

export interface Habits {
  readonly random: Random;
  readonly tape: Tape;
  /** Left out: no request misses without a reason. */
  readonly loneMisses?: LoneMisses;
  /** Whether it compacts by itself near 160,000 tokens; contexts of a million tokens do not. */
  readonly compacts?: boolean;
  /** Times the usual size of what is written. */
  readonly sizes?: number;
}

export function createOrdinaryWork(talk: Conversation, habits: Habits): OrdinaryWork {
  const { random, tape, loneMisses, compacts = true, sizes = 1 } = habits;
  const compactsAt = random.whole(MEASURED.compactsAt.from, MEASURED.compactsAt.to);
  const firstRead = random.chance(MEASURED.firstReadsNothing) ? 0 : random.draw(MEASURED.firstRead);
  /** What others keep warm: system prompt and tools. */
  const shared = () => (random.chance(0.5) ? firstRead : 0);
  let hasMissed = false;

  const drawn = () => ({ output: random.draw(MEASURED.output), input: random.draw(MEASURED.input) });

  const compact = () => {
    tape.mark(talk.now, 'system:compact_boundary');
    const read = random.draw(MEASURED.compactedRead);
    talk.cutTo(read);
    talk.turn({ ...drawn(), added: random.draw(MEASURED.compactedWritten), cause: 'rebuild' });
  };

  const answer = (idleMs: number) => {
    if (compacts && talk.prefix >= compactsAt) return compact();
    const added = Math.round(random.draw(MEASURED.written) * sizes);
    const cause = coldBy(talk, idleMs, random);
    const misses =
      cause !== undefined && (cause !== 'likely_server_side' || (!hasMissed && loneMisses?.allow(talk) === true));
    talk.turn({ ...drawn(), added, ...(misses && { read: Math.min(shared(), talk.prefix), cause }) });
    hasMissed = misses && cause === 'likely_server_side';
  };

  const request = (idleMs: number) => {
    talk.wait(idleMs);
    answer(idleMs);
  };

  const ask = (idleMs: number) => {
    talk.wait(idleMs);
    talk.newPrompt();
    answer(idleMs);
  };

  return {
    begin() {
      talk.newPrompt();
      talk.turn({ ...drawn(), read: firstRead, added: random.draw(MEASURED.firstWritten) });
    },
    request,
    ask,
    prompt(requests = random.draw(MEASURED.requestsOfPrompt)) {
      ask(random.draw(MEASURED.human) * IDLE_SHARE);
      for (let more = requests - 1; more > 0; more--) request(random.draw(MEASURED.toolLoop) * IDLE_SHARE);
    },
  };
}

/** Of the time between the ends of two requests, the rest is the second one itself. */
export const IDLE_SHARE = 0.5;

const TTL_MS = { '5m': 5 * MINUTE_MS, '1h': HOUR_MS } as const;

/** Why this request finds its conversation gone; undefined where it does not. */
function coldBy(talk: Conversation, idleMs: number, random: Random): Cause | undefined {
  if (!random.chance(missShare(talk.ttl, idleMs))) return undefined;
  if (idleMs <= TTL_MS[talk.ttl]) return 'likely_server_side';
  return talk.ttl === '1h' ? 'ttl_expired_1h' : 'ttl_expired_5m';
}

/** Keeps a session's single misses what they are in healthy sessions: single, and of no great size together. */
export interface LoneMisses {
  allow(talk: Conversation): boolean;
}

/**
 * Measured on 30,419 requests: of 180 unexplained misses two followed each other once, and 95 % of the 380 sessions lost at most
 * 200,000 tokens in any hour. The rest is neither clearly healthy nor clearly broken, and is left out.
 */
export function createLoneMisses(): LoneMisses {
  const apartMs = 10 * MINUTE_MS;
  const tokensOfHour = 200_000;
  let known: readonly { readonly at: EpochMs; readonly tokens: number }[] = [];

  return {
    allow({ now, prefix }) {
      const hour = known.filter(({ at }) => Math.abs(now - at) <= HOUR_MS);
      const isTooSoon = hour.some(({ at }) => Math.abs(now - at) < apartMs);
      const tokens = hour.reduce((sum, miss) => sum + miss.tokens, prefix);
      if (isTooSoon || tokens > tokensOfHour) return false;
      known = [...hour, { at: now, tokens: prefix }];
      return true;
    },
  };
}
