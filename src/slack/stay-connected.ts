import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { backOffMs } from '../model/back-off.ts';
import { MINUTE_MS, SECOND_MS } from '../model/time.ts';
import { RefusedToken } from './refused-token.ts';
import { outageOf } from './slack-answer.ts';

export interface StayConnectedDeps {
  /** One attempt; resolves when connected. Throws `RefusedToken` where trying again is no use. */
  readonly connect: () => Promise<void>;
  readonly disconnect: () => Promise<unknown>;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Pick<Logger, 'warn'>;
  /** A later attempt was refused. */
  readonly onRefused: (error: Error) => void;
}

/** A socket that opens and then says nothing would be waited for forever. */
const CONNECTED_WITHIN_MS = MINUTE_MS;

/** Connects, and connects again when the connection is lost: after 1 s, 2 s, 4 s … up to a minute. */
export function createStayConnected({ connect, disconnect, clock, log, onRefused }: StayConnectedDeps) {
  let isStopped = false;
  let failuresInARow = 0;
  let cancel = () => {};

  return {
    /** The first attempt: resolves when connected, or when Slack is away and will be tried again. Throws `RefusedToken`. */
    start: attempt,
    /** The connection broke. */
    lost: () => tryIn(SECOND_MS),
    async stop(): Promise<void> {
      isStopped = true;
      cancel();
      await disconnect();
    },
  };

  async function attempt(): Promise<void> {
    const giveUpWaiting = clock.after(CONNECTED_WITHIN_MS, () => void disconnect());
    try {
      await connect();
      failuresInARow = 0;
    } catch (error) {
      if (error instanceof RefusedToken) throw error;
      failuresInARow++;
      const waitMs = waitAfter(error);
      if (!isStopped) log.warn({ err: error, waitMs }, 'slack cannot be connected to');
      tryIn(waitMs);
      return;
    } finally {
      giveUpWaiting();
    }
    // It was stopped while it was connecting.
    if (isStopped) await disconnect();
  }

  function tryIn(waitMs: number) {
    cancel();
    if (isStopped) return;
    cancel = clock.after(waitMs, () => {
      attempt().catch(onRefused);
    });
  }

  function waitAfter(error: unknown): number {
    const outage = outageOf(error);
    const waitMs = backOffMs(failuresInARow);
    return outage?.is === 'rate_limited' ? Math.max(outage.retryAfterMs, waitMs) : waitMs;
  }
}
