import { HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../model/time.ts';
import { createBreakage, workOn } from './breakage.ts';
import { MEASURED } from './measured.ts';
import { type Fault, healthy, NEWEST, type OpenSession, openSession, type Scene, type Simulated } from './scene.ts';
import { askHelper, runAgents } from './side-work.ts';

const MEASURED_MISSES = { loneMisses: 'as measured' } as const;

/** A session as the measured ones are: long or short, on either cache, sometimes with sub-agents, or resumed. */
export function ordinary(scene: Scene): Simulated {
  const { random } = scene;
  const session = openSession(scene, { ...MEASURED_MISSES, writes: random.pick(['5m', '1h', '1h']) });
  const resumes: Fault[] = [];
  session.work.begin();
  // Measured: sub-agents in one session of five, and 70 resumes in 380 sessions.
  const hasAgents = random.chance(0.35);
  let left = random.draw(MEASURED.requestsOfSession) - 1;
  while (left > 0) {
    const requests = Math.min(left, random.draw(MEASURED.requestsOfPrompt));
    session.work.prompt(requests);
    left -= requests;
    if (hasAgents && random.chance(0.1)) runAgents(scene, session, { count: random.whole(1, 4), model: NEWEST.model });
    if (random.chance(0.03)) resumes.push(resume(scene, session));
  }
  return { sessions: [session.tape.recorded()], faults: resumes.filter(({ missesAt }) => missesAt.length > 0) };
}

/**
 * Measured: 32 of 36 resumes inside the cache's life wrote nearly everything again, however large. Here those above 120,000
 * tokens find their cache: a larger rewrite is no ordinary day.
 */
function resume(scene: Scene, { tape, talk }: OpenSession): Fault {
  const { random } = scene;
  const breakage = createBreakage(tape.session, talk, 'resume_reprocess');
  const added = random.draw(MEASURED.written);
  talk.wait(random.whole(20, 200) * SECOND_MS);
  tape.mark(talk.now, 'start:resume');
  talk.newPrompt();
  if (talk.prefix < 120_000 && random.chance(0.89)) breakage.miss({ read: Math.min(10_011, talk.prefix), added });
  else talk.turn({ added });
  // Whatever the second request rewrites belongs to the resume: two of them are no ordinary day either.
  workOn(scene, talk, 1);
  return breakage.fault;
}

/** A question and its answer: a few requests, and over. */
export function coldStart(scene: Scene): Simulated {
  const { tape, work } = openSession(scene, MEASURED_MISSES);
  work.begin();
  work.prompt(scene.random.whole(2, 9));
  return healthy(tape);
}

/** Pauses beyond the cache's life, each followed by a lawful rewrite of everything. */
export const longIdle =
  (writes: '5m' | '1h') =>
  (scene: Scene): Simulated => {
    const { tape, work } = openSession(scene, { ...MEASURED_MISSES, writes });
    const ttlMs = writes === '1h' ? HOUR_MS : 5 * MINUTE_MS;
    work.begin();
    for (let pause = 0; pause < 4; pause++) {
      work.prompt(scene.random.whole(4, 12));
      work.ask(ttlMs * scene.random.pick([1.1, 1.5, 3, 9]));
    }
    return healthy(tape);
  };

/** Work that fills the context until it is compacted, twice. */
export function compaction(scene: Scene): Simulated {
  const { tape, work } = openSession(scene, { ...MEASURED_MISSES, sizes: 4 });
  work.begin();
  for (let prompt = 0; prompt < 8; prompt++) work.prompt(12);
  return healthy(tape);
}

/** A context of a million tokens that grows to 300,000 to 600,000 and is never compacted. */
export function millionTokens(scene: Scene): Simulated {
  const options = { model: 'claude-opus-5-5[1m]', compacts: false, sizes: 5 };
  const { tape, talk, work } = openSession(scene, { ...MEASURED_MISSES, ...options });
  const upTo = scene.random.whole(300_000, 600_000);
  work.begin();
  while (talk.prefix < upTo) work.prompt(10);
  return healthy(tape);
}

/** /model in the middle, and back again: each has a cache of its own. */
export function modelSwitch(scene: Scene): Simulated {
  const { tape, talk, work } = openSession(scene);
  work.begin();
  for (const model of ['claude-sonnet-5-5', NEWEST.model]) {
    work.prompt(scene.random.whole(8, 20));
    talk.wait(20 * SECOND_MS);
    talk.newPrompt();
    talk.speakTo(model);
    talk.turn({ read: scene.random.pick([0, 9_800]), added: 900, cause: 'model_changed' });
  }
  work.prompt(6);
  return healthy(tape);
}

/** /clear: the context starts over, with the system prompt still cached. */
export function clear(scene: Scene): Simulated {
  const { tape, talk, work } = openSession(scene, MEASURED_MISSES);
  work.begin();
  for (let times = 0; times < 2; times++) {
    work.prompt(scene.random.whole(10, 20));
    talk.wait(20 * SECOND_MS);
    tape.mark(talk.now, 'start:clear');
    talk.newPrompt();
    talk.cutTo(scene.random.whole(9_000, 12_000));
    talk.turn({ added: scene.random.whole(3_000, 9_000), cause: 'rebuild' });
  }
  work.prompt(6);
  return healthy(tape);
}

/** Going back to an earlier message: what comes after it leaves the context, and another way is gone. */
export function rewind(scene: Scene): Simulated {
  const { tape, talk, work } = openSession(scene);
  work.begin();
  for (let times = 0; times < 3; times++) {
    work.prompt(scene.random.whole(10, 16));
    talk.wait(20 * SECOND_MS);
    talk.newPrompt();
    talk.cutTo(Math.round(talk.prefix * scene.random.pick([0.3, 0.5, 0.7])));
    talk.turn({ added: scene.random.whole(500, 4_000) });
  }
  return healthy(tape);
}

/** Sub-agents side by side, several times, beside a main conversation that waits for them. */
export function parallelAgents(scene: Scene): Simulated {
  const session = openSession(scene);
  session.work.begin();
  for (let times = 0; times < 3; times++) {
    session.work.prompt(scene.random.whole(3, 8));
    runAgents(scene, session, { count: scene.random.whole(2, 5), model: NEWEST.model });
  }
  session.work.prompt(5);
  return healthy(session.tape);
}

/** The client's own small questions to a small model, between the requests of the conversation. */
export function helpers(scene: Scene): Simulated {
  const session = openSession(scene, MEASURED_MISSES);
  session.work.begin();
  for (let times = 0; times < 8; times++) {
    askHelper(scene, session);
    session.work.prompt(scene.random.whole(2, 6));
  }
  return healthy(session.tape);
}

/** One developer at work on three machines at once. */
export function severalMachines(scene: Scene): Simulated {
  const tapes = ['laptop', 'desk', 'server'].map((name, nth) => {
    const startsAt = plus(scene.startsAt, nth * 90 * SECOND_MS);
    const { tape, work } = openSession(scene, { ...MEASURED_MISSES, name, startsAt });
    work.begin();
    for (let prompt = 0; prompt < 4; prompt++) work.prompt();
    return tape;
  });
  return healthy(...tapes);
}

/** Tools that answer at once: forty requests in two or three minutes. */
export function toolLoop(scene: Scene): Simulated {
  const { tape, work } = openSession(scene, { ...MEASURED_MISSES, writes: '5m' });
  work.begin();
  for (let request = 0; request < 40; request++) work.request(scene.random.whole(50, 900));
  return healthy(tape);
}

/** A client of March 2026: it splits no writes and names no source. */
export function oldClient(scene: Scene): Simulated {
  const options = { writes: 'unsplit', clientVersion: '2.1.89', model: 'claude-sonnet-4-6' } as const;
  const { tape, work } = openSession(scene, { ...MEASURED_MISSES, ...options });
  work.begin();
  for (let prompt = 0; prompt < 5; prompt++) work.prompt();
  return healthy(tape);
}
