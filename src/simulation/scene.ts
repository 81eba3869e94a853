import type { EpochMs } from '../model/time.ts';
import { type Conversation, createConversation, type Writes } from './conversation.ts';
import { createLoneMisses, createOrdinaryWork, type OrdinaryWork } from './ordinary-work.ts';
import type { Random } from './random.ts';
import type { SessionLine } from './session-line.ts';
import { createTape, type Tape } from './tape.ts';

/** Where and when something is made up. */
export interface Scene {
  readonly random: Random;
  readonly startsAt: EpochMs;
  /** Begins every id, so that two scenes never meet. */
  readonly run: string;
}

/** What was made up, and the truth about it. */
export interface Simulated {
  readonly sessions: readonly SessionLine[];
  /** What was broken in the caches. */
  readonly faults: readonly Fault[];
}

/** Requests that missed the cache without a lawful reason, or right after a resume. */
export interface Fault {
  readonly kind: 'cache_invalidation' | 'resume_reprocess';
  readonly session: string;
  /** When each of them ended. */
  readonly missesAt: readonly EpochMs[];
  /** Tokens that the cache held and that were written again. */
  readonly rewrittenTokens: number;
}

/** Makes up one case of its kind: its numbers are drawn, what becomes of it is not. */
export type Shape = (scene: Scene) => Simulated;

export interface SessionOptions {
  readonly name?: string;
  readonly developer?: string;
  readonly startsAt?: EpochMs;
  readonly model?: string;
  readonly clientVersion?: string;
  readonly writes?: Writes;
  readonly source?: string;
  readonly loneMisses?: 'as measured' | 'none';
  readonly compacts?: boolean;
  readonly sizes?: number;
}

export interface OpenSession {
  readonly tape: Tape;
  readonly talk: Conversation;
  readonly work: OrdinaryWork;
}

/** The newest client and model that the reference was written for. */
export const NEWEST = { model: 'claude-opus-5-5', clientVersion: '2.1.330' } as const;

/** A session with its main conversation, nothing said yet. */
export function openSession(scene: Scene, options: SessionOptions = {}): OpenSession {
  const { name = '1', startsAt = scene.startsAt, model = NEWEST.model, writes = '1h' } = options;
  const tape = createTape({
    session: `${scene.run}-${name}`,
    developer: options.developer ?? scene.run,
    startsAt,
    clientVersion: options.clientVersion ?? NEWEST.clientVersion,
  });
  const { source = 'repl_main_thread', compacts = true, sizes = 1 } = options;
  const talk = createConversation({ tape, startsAt, model, writes, source });
  const { random } = scene;
  const habits = { random, tape, compacts, sizes };
  const work = createOrdinaryWork(talk, {
    ...habits,
    ...(options.loneMisses === 'as measured' && { loneMisses: createLoneMisses() }),
  });
  return { tape, talk, work };
}

export const healthy = (...tapes: readonly Tape[]): Simulated => ({
  sessions: tapes.map((tape) => tape.recorded()),
  faults: [],
});
