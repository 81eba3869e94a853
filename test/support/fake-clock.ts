import type { Clock } from '../../src/clock.ts';
import { epochMs } from '../../src/model/time.ts';

export interface FakeClock extends Clock {
  /** Moves time on and runs the timers that become due, each at its own moment. */
  advance(ms: number): void;
}

interface Timer {
  readonly dueAt: number;
  readonly task: () => void;
}

/** A clock that stands still until it is told otherwise. */
export function fakeClock(startIso: string): FakeClock {
  let now = Date.parse(startIso);
  const timers = new Set<Timer>();

  return {
    now: () => epochMs(now),
    after(delayMs, task) {
      const timer = { dueAt: now + delayMs, task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      const until = now + ms;
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.dueAt);
        timer.task();
      }
      now = until;
    },
  };

  function nextDue(until: number): Timer | undefined {
    return [...timers].filter(({ dueAt }) => dueAt <= until).toSorted((a, b) => a.dueAt - b.dueAt)[0];
  }
}
