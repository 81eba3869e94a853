import { isSenderBusy, isTooEarly } from './sender-state.ts';
import type { Environment } from './subcommand.ts';

/** Starts a process of its own that sends what waits, unless one is at it already or the collector was away just now. */
export async function startSender(ownFolder: string, env: Environment, now: number) {
  if (isSenderBusy(ownFolder, now) || isTooEarly(ownFolder, now)) return;
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
