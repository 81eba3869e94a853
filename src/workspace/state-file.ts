import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EMPTY_STATE, WorkspaceState } from './workspace-state.ts';

/** Where the workspace keeps its state between runs. */
export interface StateFile {
  read(): WorkspaceState;
  /** Returns when the state will be found by the next read, even after the process was killed. Throws what the disk says. */
  write(state: WorkspaceState): void;
}

/** A state that ends with the process. */
export const MEMORY_ONLY: StateFile = { read: () => EMPTY_STATE, write: () => undefined };

/** A JSON file. One that cannot be understood is moved aside, reported to `damaged`, and an empty state read. */
export function createStateFile(path: string, damaged: (movedTo: string, error: unknown) => void): StateFile {
  return {
    read() {
      const content = readIfPresent(path);
      if (content === undefined) return EMPTY_STATE;
      try {
        return WorkspaceState.parse(JSON.parse(content));
      } catch (error) {
        const movedTo = `${path}.damaged-${Date.now()}`;
        renameSync(path, movedTo);
        damaged(movedTo, error);
        return EMPTY_STATE;
      }
    },
    write(state) {
      mkdirSync(dirname(path), { recursive: true });
      const temporary = `${path}.tmp`;
      // Answers to `/quota connect` carry a token: nobody else on this machine may read them.
      writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
      renameSync(temporary, path);
    },
  };
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
