import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, jsonIn } from '../json-object.ts';
import { type Made, takeBack } from './edit.ts';
import { replaceFile } from './replace-file.ts';
import { digestOf, type SettingsFile } from './settings-file.ts';

/** What `connect` did to the settings, so that it can be undone; `record.json` of the own folder. */
export interface ConnectRecord {
  /** The file that was written. */
  readonly path: string;
  /** SHA-256 of what was written. */
  readonly digest: string;
  readonly made: readonly Made[];
  /** Permission bits of the file before. */
  readonly mode: number;
  /** Whether there was a file; its bytes are in `settings.before.json`. */
  readonly existed: boolean;
}

function recordFile(ownFolder: string): string {
  return join(ownFolder, 'record.json');
}

function backupFile(ownFolder: string): string {
  return join(ownFolder, 'settings.before.json');
}

/** Undefined: nothing was done, or nobody remembers. */
export function readRecord(ownFolder: string): ConnectRecord | undefined {
  const value = jsonIn(textOf(recordFile(ownFolder)));
  // Written by this program alone.
  return isObject(value) && Array.isArray(value.made) ? (value as unknown as ConnectRecord) : undefined;
}

/** What stood there before `connect`: byte for byte, or, where the settings changed since, without our own edits. */
export function beforeConnect(file: SettingsFile, record: ConnectRecord, ownFolder: string): Before {
  if (file.bytes && digestOf(file.bytes) === record.digest) {
    return { isExact: true, bytes: record.existed ? readFileSync(backupFile(ownFolder)) : undefined };
  }
  const text = record.made.toReversed().reduce(takeBack, file.text);
  return { isExact: false, bytes: file.bytes && Buffer.from(file.mark + text) };
}

export interface Before {
  readonly isExact: boolean;
  /** Undefined: there was no file. */
  readonly bytes: Buffer | undefined;
}

/** Keeps what is needed to undo the edits, before they are made. */
export function keepRecord(ownFolder: string, record: ConnectRecord, before: Buffer | undefined) {
  if (before) replaceFile(backupFile(ownFolder), before, 0o600);
  replaceFile(recordFile(ownFolder), JSON.stringify(record), 0o600);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
