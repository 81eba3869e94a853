import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, realpathSync, type Stats } from 'node:fs';
import { isObject, type JsonObject } from '../json-object.ts';
import { messageOf, Refused } from '../refused.ts';

/** Claude Code's settings as they were read. */
export interface SettingsFile {
  /** The file itself, where the path was a link. */
  readonly path: string;
  readonly isLinked: boolean;
  /** Undefined: there is no file. */
  readonly bytes: Buffer | undefined;
  /** Without a byte order mark; `{}` for an empty file, and where there is none. */
  readonly text: string;
  /** The byte order mark of the file, or nothing. */
  readonly mark: string;
  readonly settings: JsonObject;
  /** Permission bits. */
  readonly mode: number;
}

/** A thousand times what anybody writes by hand. */
const MAX_BYTES = 4 * 1024 * 1024;
const FOR_OWNER_ONLY = 0o600;
const BYTE_ORDER_MARK = '\uFEFF';

/** Throws `Refused` for a file that cannot be edited safely, and says why. */
export function readSettingsFile(path: string): SettingsFile {
  const found = statOf(path);
  if (!found) return { path, isLinked: false, bytes: undefined, mode: FOR_OWNER_ONLY, ...settingsIn(path, undefined) };
  const isLinked = found.isSymbolicLink();
  const real = isLinked ? realPath(path) : path;
  const stat = isLinked ? lstatSync(real) : found;
  const why = whyNotEditable(stat);
  if (why !== undefined) throw new Refused(`${real} ${why} Nothing was changed.`);
  const bytes = readFileSync(real);
  return { path: real, isLinked, bytes, mode: stat.mode & 0o777, ...settingsIn(real, bytes) };
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Whether the file is still what was read. */
export function isUnchanged({ path, bytes }: SettingsFile): boolean {
  const now = statOf(path) ? readFileSync(path) : undefined;
  return now && bytes ? now.equals(bytes) : now === bytes;
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new Refused(`${path} cannot be read: ${messageOf(error)}`);
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    throw new Refused(`${path} is a link to nothing.`);
  }
}

function whyNotEditable(stat: Stats): string | undefined {
  if (!stat.isFile()) return 'is not a file.';
  if (stat.nlink > 1) return 'has several names (hard links), and only one of them would be changed.';
  if (process.getuid && stat.uid !== process.getuid())
    return 'belongs to another user; run this as its owner, without sudo.';
  if ((stat.mode & 0o200) === 0)
    return 'is read-only. Something else may write it for you: add the settings of “/quota connect” there.';
  if (stat.size > MAX_BYTES) return `is larger than ${MAX_BYTES / 1024 / 1024} MiB.`;
  return undefined;
}

/** What the bytes of a file say; undefined: there is none. Throws `Refused` for what is no settings. */
export function settingsIn(path: string, bytes: Buffer | undefined): Pick<SettingsFile, 'text' | 'mark' | 'settings'> {
  if (!bytes) return { text: '{}', mark: '', settings: {} };
  const whole = decoded(path, bytes);
  const mark = whole.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const written = whole.slice(mark.length);
  const text = written.trim() === '' ? '{}' : written;
  try {
    const settings: unknown = JSON.parse(text);
    if (isObject(settings)) return { text, mark, settings };
  } catch (error) {
    const hint = /^\s*\/[/*]/m.test(text) ? ' Claude Code takes no comments in it.' : '';
    throw new Refused(`${path} is not JSON: ${messageOf(error)}.${hint} Mend it first; nothing was changed.`);
  }
  throw new Refused(`${path} holds no object, so Claude Code cannot read it either. Nothing was changed.`);
}

function decoded(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused(`${path} is not UTF-8. Nothing was changed.`);
  }
}
