import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';

interface Totals {
  readonly input: number;
  readonly output: number;
  readonly read: number;
  readonly written: number;
}

/** One reading of all transcripts. */
export interface Run {
  readonly ms: number;
  /** Of the processor, by all its threads. */
  readonly cpuMs: number;
  readonly totals?: Totals | undefined;
  readonly peakBytes?: number | undefined;
}

/** What was measured of backfills of what was sent before. */
export interface Again {
  /** Of the one that sent it. */
  readonly peakBytes: number;
  readonly pairs: readonly { readonly bare: Run; readonly backfill: Run }[];
}

export interface ContendersOptions {
  /** Where things may be written. */
  readonly folder: string;
  /** Holds `projects`. */
  readonly claude: string;
  readonly ccusage: string | undefined;
}

const HERE = import.meta.dirname;
/** Tells how much memory a program took at most, when it ends. */
const TELLS_PEAK =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("\\npeak="+process.resourceUsage().maxRSS))';

/** Each reads the same transcripts in a process of its own; the client as it is packed: no types are stripped as it runs. */
export async function createContenders({ folder, claude, ccusage }: ContendersOptions) {
  const client = join(folder, 'client');
  const tsc = join(HERE, '../../node_modules/typescript/bin/tsc');
  await run([process.execPath, tsc, '-p', join(HERE, '../../tsconfig.client.json'), '--outDir', client]);
  writeFileSync(join(client, 'package.json'), '{"type":"commonjs"}');
  const programs = ['scan-transcripts.ts', 'parse-transcripts.ts'].map((name) => join(HERE, name));
  await build({
    entryPoints: programs,
    outdir: client,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    platform: 'node',
  });

  return {
    ours: () => node(join(client, 'scan-transcripts.mjs'), join(client, 'client'), claude),
    plain: () => node(join(client, 'parse-transcripts.mjs'), claude),
    /** The plain way, without what ccusage cannot read. */
    readable: () => node(join(client, 'parse-transcripts.mjs'), claude, '--readable'),
    bare,
    ccusage:
      ccusage === undefined
        ? undefined
        : async (): Promise<Run> => {
            const env = { CLAUDE_CONFIG_DIR: claude };
            const { stdout, ...spent } = await run([ccusage, 'claude', 'daily', '--offline', '--json'], env);
            // The format of another program; where it is another, the totals differ, and the run says so.
            const { totals } = JSON.parse(stdout) as { totals: Record<string, number> };
            const { inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheCreationTokens = 0 } = totals;
            return {
              ...spent,
              totals: { input: inputTokens, output: outputTokens, read: cacheReadTokens, written: cacheCreationTokens },
            };
          },
    again,
  };

  /** A whole backfill, then so many that find nothing new, each behind a Node that does nothing: how much memory the first took. */
  async function again(times: number): Promise<Again> {
    const collector = await startCollector();
    mkdirSync(join(claude, 'quota-watch'), { recursive: true });
    writeFileSync(
      join(claude, 'quota-watch/connection.json'),
      JSON.stringify({ url: collector.url, token: 'qw_bench' }),
    );
    const backfill = (...flags: readonly string[]) =>
      run([process.execPath, ...flags, join(client, 'client/main.js'), 'backfill'], { CLAUDE_CONFIG_DIR: claude });
    const { stderr } = await backfill('--import', TELLS_PEAK);
    const pairs: { readonly bare: Run; readonly backfill: Run }[] = [];
    for (let nth = 0; nth < times; nth++) pairs.push({ bare: await bare(), backfill: await backfill() });
    collector.close();
    return { peakBytes: Number(/peak=(\d+)/.exec(stderr)?.[1]) * 1024, pairs };
  }
}

function bare(): Promise<Run> {
  return run([process.execPath, '-e', '0']);
}

/** Takes everything, and keeps nothing. */
async function startCollector() {
  const server = createServer((request, response) => {
    const isAsked = request.method === 'GET';
    request
      .resume()
      .once('end', () => response.end(isAsked ? '{"of":"developer","sessions":[]}' : '{"accepted":0,"duplicates":0}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has one.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

async function node(...args: readonly string[]): Promise<Run> {
  const { stdout, ...spent } = await run([process.execPath, ...args]);
  const { peakKiB, ...told } = JSON.parse(stdout) as Pick<Run, 'totals'> & { peakKiB: number };
  return { ...spent, ...told, peakBytes: peakKiB * 1024 };
}

/** Throws where the program fails. */
async function run([command = '', ...args]: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const cpuBefore = cpuOfChildren();
  const startedAt = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...env } });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  const ms = performance.now() - startedAt;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr}`);
  return { stdout, stderr, ms, cpuMs: cpuOfChildren() - cpuBefore };
}

const TICK_MS = 10;

/** Of those that ended, by now; NaN where the system has no such file. */
function cpuOfChildren(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
  } catch {
    return Number.NaN;
  }
}
