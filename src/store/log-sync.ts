import { closeSync, fdatasync, openSync } from 'node:fs';

export interface LogSyncDeps {
  /** Of the write-ahead log. */
  readonly path: string;
  /** Brings a file's data to the disk. */
  readonly sync?: (file: number, done: (error: Error | null) => void) => void;
}

/**
 * Brings the write-ahead log to the disk beside the main thread, which goes on with the next transactions meanwhile. It is
 * what SQLite does inside each commit with `synchronous=FULL`: there everything else waits for the disk.
 */
export function createLogSync({ path, sync = fdatasync }: LogSyncDeps) {
  let file: number | undefined;
  let isRunning = false;
  let isClosed = false;
  /** Who waits for the sync after the running one, which may have begun before their commit. */
  let next: PromiseWithResolvers<void> | undefined;

  return {
    /**
     * Resolves once all that was committed by now is on the disk. One sync serves all who ask while another one runs. Rejects
     * when the disk failed: then nobody knows what it holds, and a second try may succeed without having written a thing.
     */
    async synced(): Promise<void> {
      next ??= Promise.withResolvers();
      const { promise } = next;
      if (!isRunning) begin();
      await promise;
    },

    /** Lets go of the file, once the disk has answered. */
    close() {
      isClosed = true;
      if (!isRunning) letGo();
    },
  };

  function begin() {
    if (!next) return;
    const waiting = next;
    next = undefined;
    try {
      isRunning = true;
      sync(opened(), (error) => {
        isRunning = false;
        if (error) waiting.reject(error);
        else waiting.resolve();
        if (next) begin();
        else if (isClosed) letGo();
      });
    } catch (error) {
      isRunning = false;
      waiting.reject(error);
    }
  }

  /** The log is there once something was read or written. */
  function opened(): number {
    file ??= openSync(path, 'r+');
    return file;
  }

  function letGo() {
    if (file !== undefined) closeSync(file);
    file = undefined;
  }
}
