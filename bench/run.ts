import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Measure, Setting } from './bench.ts';
import type { Measured } from './figures.ts';
import { describeMachine } from './machine.ts';
import { disk } from './measures/disk.ts';
import { ingest } from './measures/ingest.ts';
import { memory } from './measures/memory.ts';
import { notices } from './measures/notices.ts';
import { quota } from './measures/quota.ts';
import { replay } from './measures/replay.ts';
import { singlePosts } from './measures/single-posts.ts';
import { statusLine } from './measures/status-line.ts';
import { telemetry } from './measures/telemetry.ts';
import { reportText } from './report-text.ts';

const MEASURES: Readonly<Record<string, Measure>> = {
  ingest,
  'single-posts': singlePosts,
  telemetry,
  quota,
  notices,
  memory,
  disk,
  replay,
  'status-line': statusLine,
};

const USAGE = `Measures every goal as a ratio, side by side; bench/README.md says how to read it.

  npm run bench -- [--only NAME]… [--rounds N] [--seconds N] [--full] [--json]

--only     one of ${Object.keys(MEASURES).join(', ')}; may be given again.
--rounds   how often each load runs, 3 by default; the middle one counts.
--seconds  how long each load runs, 4 by default.
--full     /quota over 20 million requests instead of one million: needs 20 GB of disk and many minutes.
--json     everything measured, for machines.
`;

/** What was asked for cannot be measured; the message is a sentence for whoever typed it. */
class UnusableOption extends Error {}

try {
  await run();
} catch (error) {
  if (!(error instanceof UnusableOption)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 1;
}

async function run() {
  const { only, rounds, seconds, full: isFull, json } = readArguments();
  const folder = mkdtempSync(join(tmpdir(), 'quota-watch-bench-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const setting: Setting = {
    rounds,
    seconds,
    isFull,
    file: (name) => join(folder, name),
    remove: (path) => {
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    },
    tell: (what) => void process.stderr.write(`${what}\n`),
  };
  const machine = { ...describeMachine(setting.file('synced')), folder: tmpdir() };
  const measured: Measured[] = [];
  for (const measure of only) measured.push(await measure(setting));
  const report = {
    machine,
    rounds,
    seconds,
    isFull,
    results: measured.flatMap(({ results }) => results),
    figures: measured.flatMap(({ figures }) => figures),
  };
  process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : reportText(report));
}

function readArguments() {
  const { values } = parsed();
  const names = values.only ?? Object.keys(MEASURES);
  const only = names.map((name) => {
    const measure = MEASURES[name];
    if (!measure) throw new UnusableOption(`There is no measure ${name}.`);
    return measure;
  });
  const { full, json } = values;
  return {
    only,
    full,
    json,
    rounds: wholeNumber(values.rounds, 'rounds'),
    seconds: wholeNumber(values.seconds, 'seconds'),
  };
}

function parsed() {
  const options = {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    full: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ options });
  } catch (error) {
    throw new UnusableOption(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new UnusableOption(`--${name} must be a whole number from 1.`);
  return value;
}
