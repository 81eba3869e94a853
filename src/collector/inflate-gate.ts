import { Overloaded } from './delivery.ts';

/** As many as zlib has threads by default: more at once would be no faster, only bigger. */
const AT_ONCE = 4;

/** Compressed bytes that may wait for their turn; at 4 MiB a body this bounds what a crowd can make us hold. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

const COME_BACK_AFTER_S = 5;

/** Lets few bodies be inflated at once, so that many bombs cost no more memory than a few. */
export function createInflateGate() {
  const waiting: (() => void)[] = [];
  let running = 0;
  let waitingBytes = 0;

  const turn = async (bytes: number) => {
    if (running < AT_ONCE) {
      running += 1;
      return;
    }
    if (waitingBytes + bytes > MAX_WAITING_BYTES) throw new Overloaded(COME_BACK_AFTER_S);
    waitingBytes += bytes;
    await new Promise<void>((go) => waiting.push(go));
    waitingBytes -= bytes;
  };

  /** Runs the task in its turn. Rejects with Overloaded when too much waits already. */
  return async function inTurn<T>(bytes: number, task: () => Promise<T>): Promise<T> {
    await turn(bytes);
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
