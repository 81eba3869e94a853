import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backOffMs } from '../model/back-off.ts';
import { isObject, jsonIn } from './json-object.ts';

/** A sender ends within this, whatever hangs; an older lock is that of a machine that was switched off. */
export const SENDER_ENDS_WITHIN_MS = 60_000;

/** Why the collector is left alone for a while. */
export interface Trouble {
  readonly failures: number;
  /** Epoch ms. */
  readonly notBefore: number;
  readonly why: string;
}

export function isSenderBusy(ownFolder: string, now: number): boolean {
  const lock = statSync(lockFile(ownFolder), { throwIfNoEntry: false });
  return lock !== undefined && Math.abs(now - lock.mtimeMs) < SENDER_ENDS_WITHIN_MS;
}

export function isTooEarly(ownFolder: string, now: number): boolean {
  const { notBefore = 0 } = troubleIn(ownFolder) ?? {};
  // Further ahead than any pause: the clock was set back.
  return notBefore > now && notBefore - now <= LONGEST_PAUSE_MS;
}

const LONGEST_PAUSE_MS = 3_600_000;

/** Whether this process alone may send now. */
export function lock(ownFolder: string, now: number): boolean {
  if (!isSenderBusy(ownFolder, now)) rmSync(lockFile(ownFolder), { force: true });
  try {
    closeSync(openSync(lockFile(ownFolder), 'wx', 0o600));
    return true;
  } catch {
    return false;
  }
}

export function unlock(ownFolder: string) {
  rmSync(lockFile(ownFolder), { force: true });
}

/** Undefined: the last attempt went well. */
export function troubleIn(ownFolder: string): Trouble | undefined {
  try {
    const value = jsonIn(readFileSync(troubleFile(ownFolder), 'utf8'));
    if (!isObject(value)) return undefined;
    const { failures, notBefore, why } = value;
    return typeof failures === 'number' && typeof notBefore === 'number'
      ? { failures, notBefore, why: String(why) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Leaves the collector alone for longer each time, or for as long as it asked. */
export function noteTrouble(ownFolder: string, why: string, { now, atLeastMs }: { now: number; atLeastMs: number }) {
  const failures = (troubleIn(ownFolder)?.failures ?? 0) + 1;
  const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(backOffMs(failures), atLeastMs));
  writeFileSync(troubleFile(ownFolder), JSON.stringify({ failures, notBefore: now + pauseMs, why }), { mode: 0o600 });
}

export function forgetTrouble(ownFolder: string) {
  rmSync(troubleFile(ownFolder), { force: true });
}

function lockFile(ownFolder: string): string {
  return join(ownFolder, 'sender.lock');
}

function troubleFile(ownFolder: string): string {
  return join(ownFolder, 'sender.trouble.json');
}
