import { chmodSync, rmSync } from 'node:fs';
import { refuseChanged } from './connect-settings.ts';
import { beforeConnect, type ConnectRecord } from './record.ts';
import { replaceFile } from './replace-file.ts';
import { readSettingsFile } from './settings-file.ts';

/** Brings back what was there before `connect`. Answers whether it is so byte for byte. Throws `Refused`. */
export function undo(record: ConnectRecord, ownFolder: string): boolean {
  const file = readSettingsFile(record.path);
  const { bytes, isExact } = beforeConnect(file, record, ownFolder);
  refuseChanged(file);
  if (!bytes) {
    rmSync(file.path, { force: true });
    return isExact;
  }
  replaceFile(file.path, bytes, record.mode);
  // The umask had its say when the file was made.
  chmodSync(file.path, record.mode);
  return isExact;
}
