import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Measure } from '../bench.ts';
import { middle, result } from '../figures.ts';
import { interleaved } from '../interleaved.ts';

const ROOT = join(import.meta.dirname, '../..');
const CAPTURED = join(ROOT, 'test/fixtures/captured/oauth/statusline-after-2-requests.json');

/** In a row, so that ticks of 10 ms, in which systems count, become less than one. */
const DRAWS = 20;
/** What somebody's own status line does here; it is in the comparison, too. */
const WRAPPED = 'cat >/dev/null; printf mine';

/**
 * What a status line takes of a processor beyond Node itself and the command that it wraps, whatever the collector does. It
 * waits for nothing else, so that on a machine with a core to spare this is the time that it takes. What the sender takes is
 * not in it: it is another process, for which nobody waits.
 */
export const statusLine: Measure = async (setting) => {
  setting.tell('status line: the program is packed');
  execFileSync(process.execPath, [join(ROOT, 'src/commands/pack-client.ts')]);
  const folder = setting.file('status-line');
  mkdirSync(folder);
  execFileSync('tar', ['-xzf', join(ROOT, 'dist/quota-watch-client.tgz'), '-C', folder]);
  writeFileSync(join(folder, 'empty.js'), '');
  writeInputs(folder);
  const [up, hanging] = [await serve('answers'), await serve('hangs')];
  const ours = (name: string, url: string, wrapped?: string) => {
    const claude = join(folder, name);
    mkdirSync(join(claude, 'quota-watch'), { recursive: true });
    const connection = { url, token: 'qw_bench', wrapped };
    writeFileSync(join(claude, 'quota-watch/connection.json'), JSON.stringify(connection));
    return () => processorMs(`CLAUDE_CONFIG_DIR=${claude} ${process.execPath} package/main.js status-line`, folder);
  };

  setting.tell('status line: drawn in turn');
  const { node, around, ...drawn } = await interleaved(setting.rounds, {
    node: () => processorMs(`${process.execPath} empty.js`, folder),
    around: () => processorMs(`sh -c '${process.execPath} empty.js; ${WRAPPED}'`, folder),
    'collector up': ours('up', up.url, WRAPPED),
    'collector hanging': ours('hanging', hanging.url, WRAPPED),
    // The port of discarded data: nobody listens.
    'collector refusing': ours('refusing', 'http://127.0.0.1:9', WRAPPED),
    'our own line': ours('own', up.url),
  });
  for (const server of [up, hanging]) server.stop();
  return {
    results: Object.entries(drawn).map(([name, rounds]) => {
      const bare = name === 'our own line' ? node : around;
      const goal = `status line beyond Node and its command, ${name}`;
      return result({ goal, unit: 'ms', rounds: rounds.map((ms, round) => ms - (bare[round] ?? 0)) }, { atMost: 15 });
    }),
    figures: [
      { what: 'processor time of Node alone', value: middle(node), unit: 'ms' },
      { what: 'processor time of Node alone and the wrapped command', value: middle(around), unit: 'ms' },
    ],
  };
};

/** Each is of another moment, so that each has something to send. */
function writeInputs(folder: string) {
  const captured: object = JSON.parse(readFileSync(CAPTURED, 'utf8'));
  for (let draw = 0; draw < DRAWS; draw++) {
    writeFileSync(join(folder, `${draw}.json`), JSON.stringify({ ...captured, version: `2.1.${draw}` }));
  }
}

/** Of one run of a shell command that reads an input: what the shell counts of those that it waited for. */
async function processorMs(command: string, folder: string): Promise<number> {
  const draws = Array.from({ length: DRAWS }, (_, draw) => `${command} <${draw}.json >/dev/null; sleep 0.1`);
  const { stdout } = await promisify(execFile)('sh', ['-c', [...draws, 'times'].join('\n')], { cwd: folder });
  const ofChildren = stdout.trim().split('\n').at(-1) ?? '';
  const parts = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => 60_000 * Number(m) + 1000 * Number(s));
  return parts.reduce((sum, ms) => sum + ms, 0) / DRAWS;
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
