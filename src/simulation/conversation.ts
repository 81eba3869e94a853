import { type EpochMs, plus, SECOND_MS } from '../model/time.ts';
import { type Cause, createClientCounter } from './client-counter.ts';
import type { LinePromptCache } from './session-line.ts';
import type { Tape } from './tape.ts';

/** Which cache it writes to; `unsplit`: a client that does not say, writing to the 5-minute one. */
export type Writes = '5m' | '1h' | 'unsplit';

/** Requests of which each builds on the one before: the main conversation of a session, or a sub-agent's. */
export interface Conversation {
  readonly now: EpochMs;
  /** When the last request ended; undefined before the first. */
  readonly lastEndedAt: EpochMs | undefined;
  /** Tokens that the cache holds of it, while it is warm. */
  readonly prefix: number;
  readonly ttl: '5m' | '1h';
  wait(ms: number): void;
  /** Somebody asks something new: the requests from now on belong to it. */
  newPrompt(): void;
  /** A request that takes some time; answers how many of the cached tokens it did not read. */
  turn(turn: NewTurn): number;
  /** The context becomes this small: compacted, cleared or rewound. */
  cutTo(tokens: number): void;
  speakTo(model: string): void;
  writeTo(writes: Writes): void;
  /** The status line's `prompt_cache` after the last request. */
  promptCache(): LinePromptCache;
}

interface NewTurn {
  /** What is new in the context: it is written, beside all that is not read. */
  readonly added: number;
  /** Tokens read; left out: all that is cached. */
  readonly read?: number;
  readonly output?: number;
  readonly input?: number;
  /** Left out: as long as the output takes to write. */
  readonly tookMs?: number;
  /** Why it reads less than it could. */
  readonly cause?: Cause;
}

export interface ConversationOptions {
  readonly tape: Tape;
  readonly startsAt: EpochMs;
  readonly model: string;
  readonly writes: Writes;
  /** Null: the session's own conversation. */
  readonly agent?: string | null;
  /** Telemetry's `query_source`. */
  readonly source?: string;
}

/** A usual pace of output: 125 tokens a second, after a second. */
const usualTookMs = (output: number) => Math.min(SECOND_MS + output * 8, 90 * SECOND_MS);

export function createConversation(options: ConversationOptions): Conversation {
  const { tape, agent = null, source = 'repl_main_thread' } = options;
  const counter = createClientCounter();
  let { model, writes } = options;
  let now = options.startsAt;
  let lastEndedAt: EpochMs | undefined;
  let prefix = 0;

  return {
    get now() {
      return now;
    },
    get lastEndedAt() {
      return lastEndedAt;
    },
    get prefix() {
      return prefix;
    },
    get ttl() {
      return ttl();
    },
    wait(ms) {
      now = plus(now, ms);
    },
    newPrompt: () => tape.mark(now, 'user'),
    turn({ added, read = prefix, output = 300, input = 2, tookMs = usualTookMs(output), cause }) {
      const lost = Math.max(0, prefix - read);
      const written = lost + added;
      now = plus(now, tookMs);
      tape.request(now, {
        agent,
        model,
        input,
        output,
        cache_read: read,
        cache_creation: written,
        ...split(written),
        source,
        took: tookMs / SECOND_MS,
      });
      counter.count({ endedAt: now, held: prefix, lost, written, cause });
      prefix = read + written;
      lastEndedAt = now;
      return lost;
    },
    cutTo(tokens) {
      prefix = Math.min(prefix, tokens);
    },
    speakTo(other) {
      model = other;
    },
    writeTo(other) {
      writes = other;
    },
    promptCache: () => counter.told(lastEndedAt ?? now, ttl(), prefix),
  };

  function ttl() {
    return writes === '1h' ? '1h' : '5m';
  }

  function split(written: number) {
    if (writes === 'unsplit') return { c5m: null, c1h: null };
    return writes === '1h' ? { c5m: 0, c1h: written } : { c5m: written, c1h: 0 };
  }
}
