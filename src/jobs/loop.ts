import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { EpochMs } from '../model/time.ts';

export interface LoopDeps {
  readonly name: string;
  readonly everyMs: number;
  /** One step; whether there is more to do at once. */
  readonly step: () => Promise<boolean> | boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of each step that fails. */
  readonly onFailure?: (name: string) => void;
}

/** Runs a step on a tick, and at once when woken; never two steps of one loop at a time. */
export interface Loop {
  start(): void;
  wake(): void;
  /** Waits for the running step and starts no other. */
  stop(): Promise<void>;
  /** When the last step ended well, for readiness; undefined before the first. */
  lastEndedAt(): EpochMs | undefined;
}

export function createLoop({ name, everyMs, step, clock, log, onFailure }: LoopDeps): Loop {
  let isStopped = true;
  let isWoken = false;
  let running: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  let lastEndedAt: EpochMs | undefined;

  return {
    start() {
      isStopped = false;
      schedule(0);
    },
    wake() {
      // A step that is due stays due: put off with every commit, it would not come as long as they do.
      if (isWoken) return;
      isWoken = true;
      if (!running) schedule(0);
    },
    async stop() {
      isStopped = true;
      cancel?.();
      await running;
    },
    lastEndedAt: () => lastEndedAt,
  };

  function schedule(delayMs: number) {
    cancel?.();
    if (!isStopped) cancel = clock.after(delayMs, run);
  }

  function run() {
    isWoken = false;
    running = Promise.resolve()
      .then(step)
      .then(
        (hasMore) => {
          lastEndedAt = clock.now();
          return hasMore;
        },
        (error: unknown) => {
          log.error({ job: name, err: error }, 'job failed');
          onFailure?.(name);
          return false;
        },
      )
      .then((hasMore) => {
        running = undefined;
        schedule(hasMore || isWoken ? 0 : everyMs);
      });
  }
}
