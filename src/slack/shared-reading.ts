import type { Clock } from '../clock.ts';
import { type EpochMs, HOUR_MS, plus, SECOND_MS } from '../model/time.ts';

/** What was read last. */
interface Known<T> {
  readonly key: string;
  readonly value: T;
  readonly readAt: EpochMs;
  readonly tookMs: number;
}

/** Reading may take one part in so many of all time. */
const REST_PER_WORK = 100;
/** Who asks waits no longer than this for what is new, if something is known that is not older than the other. */
const PATIENCE_MS = SECOND_MS;
const OLDEST_MS = HOUR_MS;

export interface SharedReadingDeps<T> {
  readonly read: (now: EpochMs) => Promise<T>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Answers many people from one reading. What reads quickly is read for nearly everyone anew; what takes seconds is told
 * as it was last read, while it is read again behind the answer. `key` names what is read: an answer never is of another.
 */
export function createSharedReading<T>({ read, clock }: SharedReadingDeps<T>) {
  let known: Known<T> | undefined;
  let running: { readonly key: string; readonly value: Promise<T> } | undefined;

  return async (key: string): Promise<T> => {
    const last = known?.key === key ? known : undefined;
    if (last && clock.now() < plus(last.readAt, REST_PER_WORK * last.tookMs)) return last.value;
    const reading = running?.key === key ? running.value : begin(key);
    if (!last || last.tookMs < PATIENCE_MS || clock.now() > plus(last.readAt, OLDEST_MS)) return await reading;
    // Nobody waits for it: who asks next will hear if it fails again.
    reading.catch(() => undefined);
    return last.value;
  };

  function begin(key: string): Promise<T> {
    const value = measured(key).finally(() => {
      if (running?.value === value) running = undefined;
    });
    running = { key, value };
    return value;
  }

  async function measured(key: string): Promise<T> {
    const startedAt = clock.now();
    const value = await read(startedAt);
    const readAt = clock.now();
    known = { key, value, readAt, tookMs: readAt - startedAt };
    return value;
  }
}
