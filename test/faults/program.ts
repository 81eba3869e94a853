import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/running-app.ts';
import type { ServedWorkspace } from '../support/workspace-server.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const READY_WITHIN_MS = 60_000;
const POLL_MS = 5;

/** The real program in a process of its own. */
export interface Program {
  readonly pid: number;
  /** From its launch until it was ready. */
  readonly startMs: number;
  isRunning(): boolean;
  /** As the machine, the kernel or an impatient admin does: without a word. */
  kill(): Promise<void>;
  /** As an admin does who is patient. */
  stop(): Promise<void>;
}

export interface ProgramOptions {
  /** Where its database is. */
  readonly folder: string;
  readonly url: string;
  /** Settings, for which Slack to talk to among others. */
  readonly env: Readonly<Record<string, string>>;
  /** What starts Node, with its arguments; left out: this process does. */
  readonly through?: readonly string[];
  /** Whether its complaints are read; left out: they are shown. */
  readonly stderr?: 'pipe';
}

/** An address that nobody has, for a program that comes back to it after each death. */
export async function ownUrl(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}

/** Settings by which a program talks to this stand-in of Slack, which outlives it. */
export function talkingTo(slack: ServedWorkspace): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.slackApiUrl,
    ALERT_CHANNEL: slack.channel,
    TEAM_TIME_ZONE: 'Europe/Berlin',
  };
}

/** Launches the program; it is not ready yet. */
export function launch({ folder, url, env, through = [], stderr }: ProgramOptions): ChildProcess {
  const [command = process.execPath, ...args] = [...through, process.execPath, MAIN];
  return spawn(command, args, {
    cwd: folder,
    env: {
      ...process.env,
      PORT: new URL(url).port,
      DATABASE_PATH: join(folder, 'quota-watch.db'),
      LOG_LEVEL: 'fatal',
      ...env,
    },
    stdio: ['ignore', 'ignore', stderr ?? 'inherit'],
  });
}

/** Starts the program and waits until it says that it is ready. Throws when it ends before. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const startedAt = performance.now();
  const child = launch(options);
  await ready(child, options.url, startedAt + READY_WITHIN_MS);
  return {
    pid: child.pid ?? 0,
    startMs: performance.now() - startedAt,
    isRunning: () => isRunning(child),
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
  };
}

async function ready(child: ChildProcess, url: string, giveUpAt: number): Promise<void> {
  for (;;) {
    if (!isRunning(child)) throw new Error('the program ended before it was ready');
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    if (performance.now() > giveUpAt) {
      await end(child, 'SIGKILL');
      throw new Error(`the program is not ready after ${READY_WITHIN_MS} ms: ${await answer?.text()}`);
    }
    await sleep(POLL_MS);
  }
}

/** Ends a process that this test started. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!isRunning(child)) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
