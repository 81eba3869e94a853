import { type EpochMs, epochMs } from './model/time.ts';

/** Time and timers, injected so that tests and the replay can hold them. */
export interface Clock {
  now(): EpochMs;
  /** Runs `task` once after `delayMs`; the answer cancels it. */
  after(delayMs: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
