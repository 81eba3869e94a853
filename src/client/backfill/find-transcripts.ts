import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A transcript as it lies there now. */
export interface Transcript {
  readonly path: string;
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  /** Whose it is by its place, for lines that name none. */
  readonly session: string;
}

/** All of `projects/**\/*.jsonl`, conversations and sub-agents, by path. Links are not followed: a folder may hold itself. */
export function findTranscripts(claudeFolder: string): readonly Transcript[] {
  const paths: string[] = [];
  collect(join(claudeFolder, 'projects'), paths);
  return paths.toSorted().flatMap((path) => look(path) ?? []);
}

function collect(folder: string, paths: string[]) {
  for (const entry of list(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) collect(path, paths);
    else if (entry.isFile() && entry.name.endsWith('.jsonl')) paths.push(path);
  }
}

/** What cannot be read has nothing to tell. */
function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Undefined: it went away meanwhile. */
function look(path: string): Transcript | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return undefined;
  const { dev, ino, size, mtimeMs } = stat;
  return { path, dev, ino, size, mtimeMs, session: sessionOf(path) };
}

/** `<session>.jsonl`, or `<session>/subagents/agent-….jsonl`. */
function sessionOf(path: string): string {
  const [file = '', folder, session] = path.split(/[\\/]/).toReversed();
  return folder === 'subagents' && session !== undefined ? session : basename(file, '.jsonl');
}
