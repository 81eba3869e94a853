import { isSenderBusy, isTooEarly } from './sender-state.ts';
import type { Environment } from './subcommand.ts';

/** Whether a sender should begin: none is at it already, and the collector was not away just now. */
export function isTimeToSend(ownFolder: string, now: number): boolean {
  return !isSenderBusy(ownFolder, now) && !isTooEarly(ownFolder, now);
}

/** Starts a process of its own that sends what waits. */
export async function startSender(ownFolder: string, env: Environment) {
  const { spawn } = await import('node:child_process');
  // Options of a debugger or a tracer are for the program that they were set for.
  const { NODE_OPTIONS: _, ...rest } = env;
  const sender = spawn(process.execPath, [process.argv[1] ?? '', 'send', '--background'], {
    cwd: ownFolder,
    env: rest,
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
  });
  sender.on('error', () => {});
  sender.unref();
}
