import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { messageOf, Refused } from '../refused.ts';

/** Puts a file in the place of another whole, or not at all. Throws `Refused` where it cannot be written. */
export function replaceFile(path: string, bytes: Uint8Array | string, mode: number) {
  const temporary = `${path}.${process.pid}.quota-watch`;
  try {
    const file = openSync(temporary, 'wx', mode);
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Refused(`${path} cannot be written: ${messageOf(error)}`);
  }
}
