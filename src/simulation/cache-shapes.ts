import { MINUTE_MS, SECOND_MS } from '../model/time.ts';
import { createBreakage, reportedFloor, workOn, workUpTo } from './breakage.ts';
import { createConversation } from './conversation.ts';
import type { OpenSession, Scene, SessionOptions, Simulated } from './scene.ts';
import { NEWEST, openSession } from './scene.ts';
import { runAgents } from './side-work.ts';

export interface Broken extends SessionOptions {
  /** Tokens in the context when it breaks, and what is still read then. */
  readonly context: number;
  readonly floor: number;
  readonly misses: number;
  /** Idle time before each miss, in ms: the least and the most. */
  readonly idle: readonly [number, number];
  /** What each request adds, in tokens: the least and the most. */
  readonly added?: readonly [number, number];
  /** Happens between two misses. */
  readonly between?: (session: OpenSession) => void;
  /** Requests after the last miss that read everything again. */
  readonly healed?: number;
}

/** A cache that works, is broken for a row of requests, and works again. */
export function brokenCache(scene: Scene, broken: Broken): Simulated {
  const { context, floor, misses, idle, added = [400, 3_000], between, healed = 5 } = broken;
  const session = openSession(scene, { compacts: false, ...broken });
  workUpTo(scene, session, { context, floor });
  const breakage = createBreakage(session.tape.session, session.talk);
  for (let nth = 0; nth < misses; nth++) {
    if (nth > 0) between?.(session);
    session.talk.wait(scene.random.whole(...idle));
    breakage.miss({ read: floor, added: scene.random.whole(...added) });
  }
  workOn(scene, session.talk, healed);
  return { sessions: [session.tape.recorded()], faults: [breakage.fault] };
}

/** Every request writes the whole history again, as anthropics/claude-code#40652 and #96163 report. */
export function everyTurn(scene: Scene): Simulated {
  const context = scene.random.whole(60_000, 160_000);
  const floor = reportedFloor(scene.random, context);
  const misses = scene.random.whole(4, 30);
  return brokenCache(scene, { context, floor, misses, idle: [3 * SECOND_MS, 45 * SECOND_MS] });
}

/** #91865: 894,582 tokens read, then 43,876 in about 100 requests 7 to 8 seconds apart. */
export function everyTurnOfMillion(scene: Scene): Simulated {
  const context = scene.random.whole(700_000, 890_000);
  const options = { model: 'claude-opus-5-5[1m]', misses: scene.random.whole(10, 100) };
  return brokenCache(scene, { ...options, context, floor: 43_876, idle: [2 * SECOND_MS, 3 * SECOND_MS] });
}

/** Somebody who types slowly: minutes between the misses, all inside the hour that the cache lives. */
export function everySlowTurn(scene: Scene): Simulated {
  const context = scene.random.whole(60_000, 90_000);
  return brokenCache(scene, { context, floor: 14_500, misses: 3, idle: [6 * MINUTE_MS, 24 * MINUTE_MS] });
}

/** Two misses, one right after the other, and all is well again. */
export function twice(scene: Scene): Simulated {
  const context = scene.random.whole(60_000, 140_000);
  const floor = reportedFloor(scene.random, context);
  return brokenCache(scene, { context, floor, misses: 2, idle: [5 * SECOND_MS, 3 * MINUTE_MS] });
}

/** Two misses in a row, but so far apart that each may have its own reason. */
export function twiceFarApart(scene: Scene): Simulated {
  const context = scene.random.whole(60_000, 120_000);
  return brokenCache(scene, { context, floor: 17_247, misses: 2, idle: [8 * MINUTE_MS, 25 * MINUTE_MS] });
}

/** Hits between the misses, as in #85326, #87966 and #82563: each hour loses more than 300,000 tokens. */
export function nowAndThen(scene: Scene): Simulated {
  return brokenCache(scene, {
    context: scene.random.whole(118_000, 135_000),
    floor: scene.random.pick([10_011, 14_500, 17_247]),
    misses: scene.random.whole(4, 7),
    idle: [20 * SECOND_MS, 40 * SECOND_MS],
    between: ({ talk }) => workOn(scene, talk, scene.random.whole(4, 8)),
  });
}

/** The same, seldom: two in the hour, of 250,000 tokens at most. */
export function seldom(scene: Scene): Simulated {
  const context = scene.random.whole(70_000, 120_000);
  return brokenCache(scene, {
    context,
    floor: reportedFloor(scene.random, context),
    misses: 2,
    idle: [20 * SECOND_MS, 40 * SECOND_MS],
    between: ({ talk }) => {
      workOn(scene, talk, 10);
      talk.wait(8 * MINUTE_MS);
      workOn(scene, talk, 10);
    },
  });
}

/** One rewrite that is dear by itself. */
export function oneLarge(scene: Scene): Simulated {
  const context = scene.random.whole(380_000, 800_000);
  const options = { model: 'claude-opus-5-5[1m]', misses: 1 };
  return brokenCache(scene, { ...options, context, floor: 38_701, idle: [20 * SECOND_MS, 40 * SECOND_MS] });
}

/** One rewrite as every fourth healthy session has one. */
export function oneSmall(scene: Scene): Simulated {
  const context = scene.random.whole(60_000, 220_000);
  const floor = reportedFloor(scene.random, context);
  return brokenCache(scene, { context, floor, misses: 1, idle: [2 * SECOND_MS, 4 * MINUTE_MS] });
}

/** anthony-chaudhary/fak#3071: a good half of the context is still read each time, always the same 56,000 tokens. */
export function partlyKept(scene: Scene): Simulated {
  const context = scene.random.whole(76_000, 96_000);
  const idle = [5 * SECOND_MS, 60 * SECOND_MS] as const;
  return brokenCache(scene, { context, floor: scene.random.whole(56_079, 56_086), misses: 14, idle });
}

/** A conversation that has only begun, over the smallest floor that was reported. */
export function smallContext(scene: Scene): Simulated {
  const context = scene.random.whole(9_500, 15_000);
  return brokenCache(scene, { context, floor: 5_327, misses: 5, idle: [5 * SECOND_MS, 60 * SECOND_MS] });
}

/** So little context that no request writes 2,000 tokens: what shows the trouble is a read that never changes. */
export function flatFloor(scene: Scene): Simulated {
  const floor = scene.random.whole(3_000, 3_400);
  const session = openSession(scene, { source: 'sdk' });
  const breakage = createBreakage(session.tape.session, session.talk);
  session.talk.newPrompt();
  session.talk.turn({ read: floor, added: 1_720 });
  for (let nth = 0; nth < 5; nth++) {
    session.talk.wait(scene.random.whole(3_000, 20_000));
    breakage.miss({ read: floor, added: scene.random.whole(10, 45) });
  }
  return { sessions: [session.tape.recorded()], faults: [breakage.fault] };
}

/** Sub-agents come and go while the main conversation is broken. */
export function besideAgents(scene: Scene): Simulated {
  return brokenCache(scene, {
    context: scene.random.whole(90_000, 140_000),
    floor: 20_601,
    misses: 6,
    idle: [2 * SECOND_MS, 20 * SECOND_MS],
    // Longer sub-agents would outlive the 5 minutes in which two misses speak for themselves.
    between: (session) => runAgents(scene, session, { count: 2, model: 'claude-sonnet-5-5' }),
  });
}

/** A client of March 2026 that tells neither what it wrote where, nor who asked. */
export function ofOldClient(scene: Scene): Simulated {
  const options = { writes: 'unsplit', clientVersion: '2.1.89', model: 'claude-sonnet-4-6' } as const;
  const context = scene.random.whole(70_000, 150_000);
  const idle = [5 * SECOND_MS, 40 * SECOND_MS] as const;
  return brokenCache(scene, { ...options, context, floor: 14_500, misses: scene.random.whole(3, 12), idle });
}

/** `claude -p` in a script, one session after all. */
export function headless(scene: Scene): Simulated {
  const context = scene.random.whole(60_000, 120_000);
  const idle = [1 * SECOND_MS, 10 * SECOND_MS] as const;
  return brokenCache(scene, { source: 'sdk', writes: '5m', context, floor: 11_072, misses: 5, idle });
}

/** Piebald-AI/piebald-issues#68: clients 2.1.269 and 2.1.270 broke the sub-agents alone; the conversation itself was well. */
export function ofAgent(scene: Scene): Simulated {
  const session = openSession(scene, { clientVersion: scene.random.pick(['2.1.269', '2.1.270']) });
  workUpTo(scene, session, { context: 60_000, floor: 17_247 });
  const { tape, talk } = session;
  const agent = createConversation({
    tape,
    startsAt: talk.now,
    model: NEWEST.model,
    writes: '5m',
    agent: `${tape.session}-agent`,
    source: 'agent:builtin:general-purpose',
  });
  agent.turn({ read: 9_800, added: 18_000 });
  const breakage = createBreakage(tape.session, agent);
  for (let nth = 0; nth < 5; nth++) {
    agent.wait(scene.random.whole(3_000, 12_000));
    breakage.miss({ read: 9_800, added: scene.random.whole(400, 2_500) });
  }
  talk.wait(agent.now - talk.now);
  workOn(scene, talk, 3);
  return { sessions: [tape.recorded()], faults: [breakage.fault] };
}
