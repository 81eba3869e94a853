import { appendFileSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject, jsonIn } from './json-object.ts';

/** Something that waits to be sent. */
export interface Waiting {
  /** When it was read, epoch ms. */
  readonly at: number;
  readonly path: '/v1/status-line' | '/v1/hooks';
  readonly fields: JsonObject;
}

/** Of each of three files: some hundreds of status lines. */
const MAX_FILE_BYTES = 256 * 1024;

/** Adds to the end of what waits. Where that is too much, the oldest goes; nobody needs to count it. */
export function enqueue(ownFolder: string, waiting: Waiting) {
  const { newest, older } = files(ownFolder);
  if ((statSync(newest, { throwIfNoEntry: false })?.size ?? 0) > MAX_FILE_BYTES) renameSync(newest, older);
  appendFileSync(newest, `${JSON.stringify(waiting)}\n`, { mode: 0o600 });
}

/** All that waits, the oldest first. */
export function allWaiting(ownFolder: string): readonly Waiting[] {
  const { sending, older, newest } = files(ownFolder);
  return [sending, older, newest].flatMap(linesOf);
}

/** The oldest file of what waits, set aside so that others go on adding; empty: nothing waits. */
export function takeOldest(ownFolder: string): readonly Waiting[] {
  const { sending, older, newest } = files(ownFolder);
  const source = [sending, older, newest].find((file) => statSync(file, { throwIfNoEntry: false }) !== undefined);
  if (source === undefined) return [];
  if (source !== sending) renameSync(source, sending);
  return linesOf(sending);
}

/** What of the set aside is still to be sent. */
export function keepSetAside(ownFolder: string, left: readonly Waiting[]) {
  const { sending, rest } = files(ownFolder);
  if (left.length === 0) return rmSync(sending, { force: true });
  rmSync(rest, { force: true });
  appendFileSync(rest, left.map((waiting) => `${JSON.stringify(waiting)}\n`).join(''), { mode: 0o600 });
  renameSync(rest, sending);
}

function files(ownFolder: string) {
  const file = (name: string) => join(ownFolder, `spool.${name}.jsonl`);
  return { sending: file('sending'), older: file('older'), newest: file('newest'), rest: file('rest') };
}

/** A line that a full disk or a crash cut short is none. */
function linesOf(file: string): readonly Waiting[] {
  try {
    return readFileSync(file, 'utf8').split('\n').map(jsonIn).filter(isWaiting);
  } catch {
    return [];
  }
}

function isWaiting(value: unknown): value is Waiting {
  return (
    isObject(value) &&
    typeof value.at === 'number' &&
    (value.path === '/v1/status-line' || value.path === '/v1/hooks') &&
    isObject(value.fields)
  );
}
