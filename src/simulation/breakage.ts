import type { EpochMs } from '../model/time.ts';
import type { Cause } from './client-counter.ts';
import type { Conversation } from './conversation.ts';
import { MEASURED, REPORTED_FLOORS } from './measured.ts';
import type { Random } from './random.ts';
import type { Fault, OpenSession, Scene } from './scene.ts';

/** Requests of a conversation that should have read more, and the sum of them. */
export interface Breakage {
  /** A request that reads only this much. */
  miss(turn: { readonly read: number; readonly added: number; readonly cause?: Cause }): void;
  readonly fault: Fault;
}

export function createBreakage(
  session: string,
  talk: Conversation,
  kind: Fault['kind'] = 'cache_invalidation',
): Breakage {
  const missesAt: EpochMs[] = [];
  let rewrittenTokens = 0;

  return {
    miss(turn) {
      rewrittenTokens += talk.turn({ cause: 'likely_server_side', ...turn });
      missesAt.push(talk.now);
    },
    get fault() {
      return { kind, session, missesAt, rewrittenTokens };
    },
  };
}

/** A floor that was reported, of a cache that holds at least three times as much. */
export function reportedFloor(random: Random, context: number): number {
  const [first, ...others] = REPORTED_FLOORS.filter((floor) => floor * 3 <= context);
  return random.pick([first ?? Math.round(context / 3), ...others]);
}

/** A conversation that works well and has come to hold about `context` tokens, of which `floor` are system prompt and tools. */
export function workUpTo(
  scene: Scene,
  { talk }: OpenSession,
  { context, floor }: { readonly context: number; readonly floor: number },
) {
  talk.newPrompt();
  talk.turn({ read: floor, added: context - floor });
  workOn(scene, talk, 6);
}

/** Requests that read everything again and write little: four of five measured ones write no more. */
export function workOn(scene: Scene, talk: Conversation, requests: number) {
  for (let request = 0; request < requests; request++) {
    talk.wait(scene.random.whole(2_000, 25_000));
    talk.turn({ added: scene.random.whole(100, 1_500), output: scene.random.draw(MEASURED.output) });
  }
}
