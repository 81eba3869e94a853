import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Measure } from '../bench.ts';
import { middle, result } from '../figures.ts';
import { interleaved } from '../interleaved.ts';

const ROOT = join(import.meta.dirname, '../..');
const CAPTURED: object = JSON.parse(
  readFileSync(join(ROOT, 'test/fixtures/captured/oauth/statusline-after-2-requests.json'), 'utf8'),
);

/** Of each line in a round; in a row of as many, the ticks of 10 ms in which systems count become less than one. */
const DRAWS = 20;
/** Claude Code draws a line no sooner. What goes on beside the last one is over then, unless the collector hangs. */
const BETWEEN_MS = 300;
/** What somebody's own status line does here; it is in the comparison, too. */
const BEFORE = 'cat >/dev/null; printf mine';

/** A command as Claude Code runs it. */
interface Line {
  readonly command: string;
  /** Claude Code's folder. */
  readonly folder: string;
}

/**
 * How much longer than Node and the old command the status line takes that `connect` writes, whatever the collector does: from
 * the start of the shell until it has ended and all its pipes are closed, which is when Claude Code shows the line.
 */
export const statusLine: Measure = async (setting) => {
  setting.tell('status line: the program is packed and connected');
  execFileSync(process.execPath, [join(ROOT, 'src/commands/pack-client.ts')]);
  const folder = setting.file('status-line');
  mkdirSync(folder);
  execFileSync('tar', ['-xzf', join(ROOT, 'dist/quota-watch-client.tgz'), '-C', folder]);
  writeFileSync(join(folder, 'empty.js'), '');
  const node = `${process.execPath} ${join(folder, 'empty.js')}`;
  const [up, hanging] = [await serve('answers'), await serve('hangs')];
  const connected = (name: string, url: string, before?: string) => connect(join(folder, name), { url, before });
  const lines = {
    alone: { command: BEFORE, folder },
    node: { command: node, folder },
    both: { command: `${node}; ${BEFORE}`, folder },
    'collector up': await connected('up', up.url, BEFORE),
    'collector hanging': await connected('hanging', hanging.url, BEFORE),
    // The port of discarded data: nobody listens.
    'collector refusing': await connected('refusing', 'http://127.0.0.1:9', BEFORE),
    'our own line': await connected('own', up.url),
  };

  setting.tell('status line: drawn in turn');
  const rounds: Readonly<Record<keyof typeof lines, number>>[] = [];
  for (let round = 0; round < setting.rounds; round++) rounds.push(await drawnInTurn(lines));
  const beyond = (name: keyof typeof lines, bare: keyof typeof lines) => rounds.map((ms) => ms[name] - ms[bare]);
  const goal = (name: keyof typeof lines, bare: keyof typeof lines) =>
    result({ goal: `status line beyond Node and its command, ${name}`, unit: 'ms', rounds: beyond(name, bare) }, MOST);

  setting.tell('status line: processor time');
  const waited = { ...lines['collector up'], command: waitingFor(lines['collector up'].command) };
  const processor = await interleaved(setting.rounds, {
    both: () => processorMs(lines.both),
    around: () => processorMs(waited),
  });
  for (const server of [up, hanging]) server.stop();
  return {
    results: [
      goal('collector up', 'both'),
      goal('collector hanging', 'both'),
      goal('collector refusing', 'both'),
      goal('our own line', 'node'),
    ],
    figures: [
      { what: 'wall time of Node alone', value: middle(rounds.map((ms) => ms.node)), unit: 'ms' },
      { what: 'wall time of the old command alone', value: middle(rounds.map((ms) => ms.alone)), unit: 'ms' },
      {
        what: 'wall time beyond the old command alone, collector up',
        value: middle(beyond('collector up', 'alone')),
        unit: 'ms',
      },
      { what: 'processor time of Node and the old command', value: middle(processor.both), unit: 'ms' },
      {
        what: 'processor time of a line and all that goes on beside it, collector up',
        value: middle(processor.around),
        unit: 'ms',
      },
    ],
  };
};

const MOST = { atMost: 15 };

/** Connects a folder of Claude Code as people do, and answers the line that stands in its settings then. */
async function connect(folder: string, { url, before }: { url: string; before: string | undefined }): Promise<Line> {
  mkdirSync(folder);
  const settings = join(folder, 'settings.json');
  const known = before === undefined ? {} : { statusLine: { type: 'command', command: before } };
  writeFileSync(settings, JSON.stringify(known));
  const main = join(folder, '../package/main.js');
  await promisify(execFile)(process.execPath, [main, 'connect', '--url', url, '--token', 'qw_bench', '--yes'], {
    env: { ...process.env, CLAUDE_CONFIG_DIR: folder },
  });
  return { command: JSON.parse(readFileSync(settings, 'utf8')).statusLine.command, folder };
}

/** Milliseconds of each line, the middle of its draws. */
async function drawnInTurn<Name extends string>(
  lines: Readonly<Record<Name, Line>>,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(lines) as Name[];
  const draws = Object.fromEntries(names.map((name) => [name, () => wallMs(lines[name])]));
  const drawn = Object.entries(await interleaved(DRAWS, draws));
  return Object.fromEntries(drawn.map(([name, ms]) => [name, middle(ms)])) as Record<Name, number>;
}

async function wallMs({ command, folder }: Line): Promise<number> {
  const input = news();
  await pause(BETWEEN_MS);
  const startedAt = performance.now();
  const shell = spawn('sh', ['-c', command], { env: { ...process.env, CLAUDE_CONFIG_DIR: folder } });
  shell.stdin.on('error', () => {});
  shell.stdin.end(input);
  shell.stdout.resume();
  shell.stderr.resume();
  await once(shell, 'close');
  return performance.now() - startedAt;
}

/** The same command, but that the shell waits for what goes on beside it: nothing else is counted by its processor time. */
function waitingFor(command: string): string {
  return command.replace(' &) >/dev/null', ') >/dev/null');
}

/** Of a draw, in milliseconds: what the shell counts of those that it waited for. */
async function processorMs({ command, folder }: Line): Promise<number> {
  const inputs = Array.from({ length: DRAWS }, (_, draw) => join(folder, `${draw}.json`));
  for (const input of inputs) writeFileSync(input, news());
  const draws = inputs.map((input) => `sh -c "$LINE" <${input} >/dev/null`);
  const env = { ...process.env, CLAUDE_CONFIG_DIR: folder, LINE: command };
  const { stdout } = await promisify(execFile)('sh', ['-c', [...draws, 'times'].join('\n')], { env });
  const ofChildren = stdout.trim().split('\n').at(-1) ?? '';
  const parts = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => 60_000 * Number(m) + 1000 * Number(s));
  return parts.reduce((sum, ms) => sum + ms, 0) / DRAWS;
}

let told = 0;

/** What Claude Code tells, of another moment each time, so that each time there is something to send. */
function news(): string {
  told += 1;
  return JSON.stringify({ ...CAPTURED, version: `2.1.${told}` });
}

async function serve(manner: 'answers' | 'hangs') {
  const server = createServer((request, response) => {
    request.resume();
    if (manner === 'answers') request.on('end', () => response.end('5h 58% left'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
