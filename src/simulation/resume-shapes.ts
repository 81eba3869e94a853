import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import { createBreakage, reportedFloor, workOn, workUpTo } from './breakage.ts';
import { healthy, openSession, type Scene, type SessionOptions, type Simulated } from './scene.ts';

export interface Resumed extends SessionOptions {
  /** Tokens in the context before the resume, and what of it is still read after it. */
  readonly context: number;
  readonly floor: number;
  /** How many requests write the session again; 0: the resume finds its cache. */
  readonly rewrites: 0 | 1 | 2;
  /** Between the last request and the resume. */
  readonly awayMs: number;
  /** Requests after that which go on missing, and then those that read everything again. */
  readonly staysBroken?: number;
  readonly healed?: number;
}

/** A session that is left, resumed, and pays for its history or does not. */
export function resumedSession(scene: Scene, resumed: Resumed): Simulated {
  const { context, floor, rewrites, awayMs, staysBroken = 0, healed = 5 } = resumed;
  const session = openSession(scene, { compacts: false, ...resumed });
  const { tape, talk } = session;
  workUpTo(scene, session, { context, floor });
  talk.wait(awayMs);
  tape.mark(talk.now, 'start:resume');
  talk.newPrompt();
  const resume = createBreakage(tape.session, talk, 'resume_reprocess');
  const after = createBreakage(tape.session, talk);
  for (let nth = 0; nth < rewrites; nth++) {
    if (nth > 0) talk.wait(4 * SECOND_MS);
    resume.miss({ read: floor, added: scene.random.whole(400, 3_000) });
  }
  for (let nth = 0; nth < staysBroken; nth++) {
    talk.wait(scene.random.whole(4_000, 30_000));
    after.miss({ read: floor, added: scene.random.whole(400, 3_000) });
  }
  workOn(scene, talk, healed);
  const faults = [resume.fault, after.fault].filter(({ missesAt }) => missesAt.length > 0);
  return { sessions: [tape.recorded()], faults };
}

/** What is written again is drawn from these sizes, and up to 9,000 tokens more. Reported resumes came 2 to 85 seconds after the last request (#42338, #44724). */
const rewritten =
  (sizes: readonly [number, number], more: Partial<Resumed> = {}) =>
  (scene: Scene): Simulated => {
    const conversation = scene.random.whole(...sizes);
    const floor = more.floor ?? reportedFloor(scene.random, conversation);
    const awayMs = scene.random.whole(2 * SECOND_MS, 4 * MINUTE_MS);
    return resumedSession(scene, { rewrites: 1, awayMs, ...more, floor, context: conversation + floor });
  };

/** Measured: the resumes of these machines that found their cache, 4 of 36. */
export const resumeThatHits = rewritten([60_000, 150_000], { rewrites: 0 });

export const tinyResume = rewritten([4_000, 9_000], { floor: 5_327 });
export const smallResume = rewritten([24_000, 40_000]);
export const middlingResume = rewritten([60_000, 130_000]);
/** #42338: 470,000 to 512,000 tokens after 2 to 12 seconds; #86749: 756,000 and 759,000. */
export const largeResume = rewritten([160_000, 750_000], { model: 'claude-opus-5-5[1m]' });
/** #47261: once to the 5-minute and once to the 1-hour cache. */
export const resumeWrittenTwice = rewritten([90_000, 130_000], { rewrites: 2 });
/** #91971 and the second bug of March 2026: after a resume the cache never comes back. */
export const resumeThatStaysBroken = rewritten([30_000, 60_000], { rewrites: 2, staysBroken: 6 });

/** After a night: the cache is long gone, and rewriting is lawful. */
export const resumeAfterExpiry = (scene: Scene): Simulated => {
  const { sessions } = rewritten([100_000, 140_000], { awayMs: scene.random.whole(2, 14) * HOUR_MS })(scene);
  return { sessions, faults: [] };
};

/** Resumed day after day, as some people only ever do. */
export function resumedOften(scene: Scene): Simulated {
  const { tape, talk, work } = openSession(scene);
  work.begin();
  for (let day = 0; day < 5; day++) {
    work.prompt(6);
    talk.wait(scene.random.whole(9, 15) * HOUR_MS);
    tape.mark(talk.now, 'start:resume');
    talk.newPrompt();
    talk.turn({ read: 0, added: 900, cause: 'ttl_expired_1h' });
  }
  return healthy(tape);
}
