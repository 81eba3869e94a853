import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type RunningApp, startApp } from './app.ts';
import { systemClock } from './clock.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { createLog } from './log.ts';
import { RefusedToken } from './slack/refused-token.ts';
import { DatabaseUnusable } from './store/database.ts';
import { DatabaseTooNew } from './store/migrate.ts';

export interface Served {
  readonly app: RunningApp;
  readonly config: Config;
  readonly log: Logger;
}

/** Stopping takes at most this long; whatever hangs then is cut off. */
const STOP_WITHIN_MS = 15_000;

/**
 * Starts the app from the settings and stops it on a signal. Where it cannot start, it says why and ends the process.
 * @param check throws a `ConfigError` for settings that this command must not run with
 */
export async function serve(check: (config: Config) => void = () => {}): Promise<Served> {
  try {
    const config = readSettings();
    check(config);
    const log = createLog(config.logLevel);
    const die = dieOf(log);
    // A program would look alive and do half its work.
    process.on('unhandledRejection', (error) => die('unhandled rejection', error));
    const app = await startApp({
      config,
      clock: systemClock,
      log,
      version: packageVersion(),
      onRefused: endWithSentence,
      // Asked again, a disk may say that it holds what it lost: PostgreSQL learnt so, and ends itself too.
      onDiskFailed: (error) => die('the disk failed: start again to see what it holds', error),
    });
    stopOnSignal(app);
    return { app, config, log };
  } catch (error) {
    if (!isForPeople(error)) throw error;
    endWithSentence(error);
  }
}

function endWithSentence(error: Error): never {
  process.stderr.write(`${sentenceFor(error)}\n`);
  // Parts that had started already would keep the process alive.
  process.exit(1);
}

/** The environment, and `.env` beside it for what the environment does not set. */
export function readSettings(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return readConfig(process.env);
}

/** What somebody can mend needs a sentence, not a stack. */
export function isForPeople(error: unknown): error is Error {
  if ([ConfigError, DatabaseTooNew, DatabaseUnusable, RefusedToken].some((kind) => error instanceof kind)) return true;
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function sentenceFor(error: Error): string {
  if (!('code' in error && error.code === 'EADDRINUSE')) return error.message;
  return `${error.message}: another program (or another Quota Watch) has this port. Stop it, or set PORT.`;
}

/** Ends the process after what nobody can mend while it runs. */
function dieOf(log: Logger) {
  return (what: string, error: unknown): never => {
    log.fatal({ err: error }, what);
    process.exit(1);
  };
}

function stopOnSignal(app: RunningApp) {
  const stop = () => {
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    void app.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function packageVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
  );
  return version;
}
