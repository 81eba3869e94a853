import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Measure } from '../bench.ts';
import { middle, result } from '../figures.ts';
import { interleaved } from '../interleaved.ts';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'dist/client/main.js');
const CAPTURED = join(ROOT, 'test/fixtures/captured/oauth/statusline-after-2-requests.json');

/** Draws of each variant in a round. The quickest counts: whatever else the machine does can only add to it. */
const DRAWS = 15;
/** What somebody's own status line costs here; its time is in the comparison, too. */
const WRAPPED = 'cat >/dev/null; printf mine';

/** What the status line takes beyond Node itself and the command that it wraps, whatever the collector does. */
export const statusLine: Measure = async (setting) => {
  setting.tell('status line: the program is packed');
  execFileSync(process.execPath, [join(ROOT, 'src/commands/pack-client.ts')]);
  const up = await serve('answers');
  const hanging = await serve('hangs');
  const empty = setting.file('empty.js');
  writeFileSync(empty, '');
  const ours = (name: string, url: string, wrapped?: string) => {
    const folder = setting.file(name);
    mkdirSync(join(folder, 'quota-watch'), { recursive: true });
    writeFileSync(join(folder, 'quota-watch/connection.json'), JSON.stringify({ url, token: 'qw_bench', wrapped }));
    return draw(`${process.execPath} ${MAIN} status-line`, folder);
  };

  setting.tell('status line: drawn in turn');
  const variants = {
    bare: draw(`${process.execPath} ${empty}; ${WRAPPED}`, setting.file('nowhere')),
    bareOwn: draw(`${process.execPath} ${empty}`, setting.file('nowhere')),
    'collector up': ours('up', up.url, WRAPPED),
    'collector hanging': ours('hanging', hanging.url, WRAPPED),
    // The port of discarded data: nobody listens.
    'collector refusing': ours('refusing', 'http://127.0.0.1:9', WRAPPED),
    'our own line': ours('own', up.url),
  };
  const rounds: Readonly<Record<keyof typeof variants, number>>[] = [];
  for (let round = 0; round < setting.rounds; round++) {
    const given = await interleaved(DRAWS, variants);
    rounds.push(mapValues(given, (times) => Math.min(...times)));
  }
  for (const server of [up, hanging]) server.stop();
  const of = (name: keyof typeof variants) => rounds.map((round) => round[name]);

  const compared = {
    'collector up': 'bare',
    'collector hanging': 'bare',
    'collector refusing': 'bare',
    'our own line': 'bareOwn',
  } as const;
  const names = Object.keys(compared) as (keyof typeof compared)[];
  return {
    results: names.map((name) =>
      result(
        {
          goal: `status line beyond Node and its command, ${name}`,
          unit: 'ms',
          rounds: rounds.map((round) => round[name] - round[compared[name]]),
        },
        { atMost: 15 },
      ),
    ),
    figures: [
      { what: 'Node alone and the wrapped command', value: middle(of('bare')), unit: 'ms' },
      { what: 'Node alone', value: middle(of('bareOwn')), unit: 'ms' },
      { what: 'status line around a command, collector up', value: middle(of('collector up')), unit: 'ms' },
    ],
  };
};

const captured: object = JSON.parse(readFileSync(CAPTURED, 'utf8'));

/** Draws a line and answers in how many milliseconds; each time of another moment, so that there is something to send. */
function draw(command: string, folder: string): () => Promise<number> {
  let moment = 0;
  return async () => {
    const input = JSON.stringify({ ...captured, version: `2.1.${moment++}` });
    const startedAt = performance.now();
    const env = { PATH: process.env.PATH, CLAUDE_CONFIG_DIR: folder };
    const child = spawn(command, { shell: true, env, stdio: ['pipe', 'ignore', 'inherit'] });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    await once(child, 'close');
    const took = performance.now() - startedAt;
    await senderEnds(folder);
    return took;
  };
}

function mapValues<Name extends string, From, To>(record: Readonly<Record<Name, From>>, change: (value: From) => To) {
  const names = Object.keys(record) as Name[];
  return Object.fromEntries(names.map((name) => [name, change(record[name])])) as Record<Name, To>;
}

/** A sender at work takes a core from the next draw; one that hangs only waits. */
async function senderEnds(folder: string) {
  await wait(SENDER_STARTS_MS);
  for (let waited = 0; waited < 10 && existsSync(join(folder, 'quota-watch/sender.lock')); waited++) await wait(20);
}

const SENDER_STARTS_MS = 150;

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
