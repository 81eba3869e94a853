import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };
import { type Ask, type CollectorOptions, Ready, Told } from './collector-options.ts';

/** A collector that runs in a process of its own. */
export interface MeasuredCollector extends Ready {
  /** From the start of its process until it listens. */
  readonly startedMs: number;
  /** What it measured of itself since the last call. */
  tell(): Promise<Told>;
}

/** Starts a collector, lets `use` measure it, and ends it in order. Throws when it dies. */
export async function withCollector<T>(
  options: Partial<CollectorOptions> & Pick<CollectorOptions, 'database'>,
  use: (collector: MeasuredCollector) => Promise<T>,
): Promise<T> {
  const program = fileURLToPath(new URL('collector-process.ts', import.meta.url));
  const spawnedAt = performance.now();
  const child = spawn(process.execPath, [...process.execArgv, ...FLAGS, program, JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const died = ended.then(() => Promise.reject(new Error('the measured collector died')));
  died.catch(() => {});
  try {
    const ready = Ready.parse(await Promise.race([heard(child), died]));
    const startedMs = performance.now() - spawnedAt;
    const tell = async () => {
      ask(child, 'tell');
      return Told.parse(await Promise.race([heard(child), died]));
    };
    return await Promise.race([use({ ...ready, startedMs, tell }), died]);
  } finally {
    if (child.connected) ask(child, 'stop');
    await ended;
  }
}

/** The program runs with these. */
const FLAGS = manifest.scripts.start.split(' ').filter((word) => word.startsWith('--'));

function ask(child: ChildProcess, what: Ask) {
  child.send(what);
}

async function heard(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, 'message');
  return message;
}
