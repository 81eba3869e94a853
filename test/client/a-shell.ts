import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';

/** Those that are here, by what starts them. */
export const SHELLS = ['sh', 'dash', 'bash', 'bash --posix', 'busybox sh', 'ksh', 'zsh'].filter(
  (shell) => spawnSync(`${shell} -c :`, { shell: true }).status === 0,
);

/** Not on macOS. */
export const HAS_SETSID = spawnSync('command -v setsid', { shell: true }).status === 0;

export interface Drawn {
  /** Null: a signal ended the shell. */
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

/** Draws a status line as Claude Code does: a shell in a process group of its own runs the command, and its pipes are read until all of them are closed. */
export function draw(shell: string, command: string, { input, env }: { input: string | Buffer; env: object }) {
  const [program = '', ...args] = shell.split(' ');
  const child = spawn(program, [...args, '-c', command], { env: { ...env }, detached: true });
  // Not every command reads.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return { child, drawn: ended(child) };
}

/** Ends a line with its process group, as Claude Code does when it draws the next. */
export function end({ pid }: ChildProcessWithoutNullStreams) {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<Drawn> {
  const [out, err] = await Promise.all([buffer(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, out, err };
}
