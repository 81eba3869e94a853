import { Refused } from '../refused.ts';
import { ownEdits, type Wishes } from './own-edits.ts';
import { plan } from './plan.ts';
import { beforeConnect, type ConnectRecord, keepRecord, readRecord } from './record.ts';
import { replaceFile } from './replace-file.ts';
import { digestOf, isUnchanged, readSettingsFile, type SettingsFile, settingsIn } from './settings-file.ts';

/** What connecting would change, before anything is written. */
export interface Prepared {
  readonly file: SettingsFile;
  /** The file after it. */
  readonly bytes: Buffer;
  readonly settings: unknown;
  /** The command that drew the status line before; undefined: none did. */
  readonly wrapped: string | undefined;
  readonly record: ConnectRecord;
  /** What `disconnect` brings back; undefined: there was no file. */
  readonly before: Buffer | undefined;
}

/** Others on the machine must not read the token. */
const FOR_OWNER = 0o700;

/** Who is connected already is connected anew, from what was there before the first time. Throws `Refused`. */
export function prepare(path: string, ownFolder: string, wishes: Wishes): Prepared {
  const file = readSettingsFile(path);
  const known = readRecord(ownFolder);
  const before = known ? beforeConnect(file, known, ownFolder).bytes : file.bytes;
  const base = settingsIn(file.path, before);
  const { edits, wrapped } = ownEdits(base.settings, wishes);
  const { text, made } = plan(base.text, edits);
  const bytes = Buffer.from(base.mark + text);
  const mode = known && file.bytes ? known.mode : file.mode;
  const record = { path: file.path, digest: digestOf(bytes), made, mode, existed: before !== undefined };
  return { file, bytes, settings: JSON.parse(text), wrapped, record, before };
}

/** Throws `Refused` where somebody else wrote meanwhile, or nobody may. */
export function carryOut({ file, bytes, record, before }: Prepared, ownFolder: string) {
  refuseChanged(file);
  keepRecord(ownFolder, record, before);
  replaceFile(file.path, bytes, file.mode & FOR_OWNER);
}

export function refuseChanged(file: SettingsFile) {
  if (isUnchanged(file)) return;
  throw new Refused(`${file.path} was changed meanwhile. Nothing was written: run this again.`);
}
