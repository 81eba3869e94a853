import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a session queued last. */
export interface Queued {
  /** Epoch ms. */
  readonly at: number;
  /** JSON. */
  readonly fields: string;
}

/** The collector's answer for a session. */
export interface Line {
  readonly at: number;
  readonly text: string;
}

/** Undefined: nothing, or it cannot be read. */
export function lastQueued(ownFolder: string, session: string): Queued | undefined {
  const known = remembered(ownFolder, `${session}.queued`);
  return known && { at: known.at, fields: known.text };
}

export function rememberQueued(ownFolder: string, session: string, { at, fields }: Queued) {
  remember(ownFolder, `${session}.queued`, { at, text: fields });
}

export function lastLine(ownFolder: string, session: string): Line | undefined {
  return remembered(ownFolder, `${session}.line`);
}

export function rememberLine(ownFolder: string, session: string, line: Line) {
  remember(ownFolder, `${session}.line`, line);
}

const FORGOTTEN_AFTER_MS = 2 * 86_400_000;

/** Sessions come and go; what nobody wrote for two days is of no use. */
export function forgetOldSessions(ownFolder: string, now: number) {
  const folder = join(ownFolder, 'sessions');
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat && now - stat.mtimeMs > FORGOTTEN_AFTER_MS) rmSync(file, { force: true });
  }
}

/** The first line is the time, the rest the text: read and written in the fewest steps. */
function remembered(ownFolder: string, name: string): Line | undefined {
  try {
    const content = readFileSync(join(ownFolder, 'sessions', name), 'utf8');
    const end = content.indexOf('\n');
    const at = Number(content.slice(0, end));
    return end > 0 && Number.isFinite(at) ? { at, text: content.slice(end + 1) } : undefined;
  } catch {
    return undefined;
  }
}

function remember(ownFolder: string, name: string, { at, text }: Line) {
  const folder = join(ownFolder, 'sessions');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, name), `${at}\n${text}`, { mode: 0o600 });
}
