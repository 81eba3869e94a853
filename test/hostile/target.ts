import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { systemClock } from '../../src/clock.ts';
import { openStore } from '../../src/store/store.ts';
import { ownUrl, type Program, startProgram } from '../faults/program.ts';
import { ALL_REQUESTS } from '../support/kept-requests.ts';
import { exchange, post } from './raw-http.ts';

/** The real program with a database of its own, to be attacked over loopback. */
export interface Target extends Pick<Program, 'pid'> {
  readonly url: URL;
  /** The attacker's own. */
  readonly token: string;
  readonly teamToken: string;
  /** How many requests of this session are in the database. */
  kept(session: string): number;
  /** Sends what the client of somebody else would, on a connection of its own. Throws unless it is acknowledged and in the database. */
  honest(): Promise<void>;
  /** The most memory that the process ever held. */
  peakBytes(): number;
  stop(): Promise<void>;
}

interface TargetOptions {
  /** What starts Node, with its arguments; left out: this process does. */
  readonly through?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** An honest client gives up after ten seconds, and so does everybody who waits for a status line. */
const PATIENCE_MS = 30_000;

export async function startTarget({ through = [], env = {} }: TargetOptions = {}): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'quota-watch-hostile-'));
  const file = join(folder, 'quota-watch.db');
  const { token, teamToken, honestToken } = makeTokens(file);
  const url = await ownUrl();
  const program = await startProgram({ folder, url, env, through });
  const db = new BetterSqlite3(file, { readonly: true });
  const count = db.prepare<[string], number>(`SELECT count(*) FROM ${ALL_REQUESTS} WHERE session = ?`).pluck();
  let sessions = 0;

  return {
    url: new URL(url),
    pid: program.pid,
    token,
    teamToken,
    kept: (session) => count.get(session) ?? 0,
    async honest() {
      sessions += 1;
      const session = `honest ${sessions}`;
      const body = JSON.stringify({ requests: [usageRequest({ session })] });
      const headers = { authorization: `Bearer ${honestToken}`, 'content-type': 'application/json' };
      // Whoever has a connection already has it easy.
      const { statuses } = await exchange(new URL(url), post({ headers, body }), { answers: 1, withinMs: PATIENCE_MS });
      if (statuses[0] !== 200) throw new Error(`an honest sender was answered ${statuses[0] ?? 'nothing'}`);
      if (count.get(session) !== 1) throw new Error('what an honest sender told was not kept');
    },
    peakBytes: () => peakBytes(program.pid),
    async stop() {
      db.close();
      await program.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A request of the webhook as it should be, now. */
export function usageRequest(told: object): object {
  return {
    session: 'hostile',
    at: Date.now(),
    model: 'claude-opus-5-5',
    inputTokens: 3,
    outputTokens: 42,
    cacheReadTokens: 15_273,
    cacheCreationTokens: 8_271,
    ...told,
  };
}

function makeTokens(file: string) {
  const now = systemClock.now();
  const store = openStore(file, now);
  const tokenOf = (email: string) =>
    store.tokens.create({ of: 'developer', developer: store.developers.forEmail(email, { now }) }, now);
  const tokens = {
    token: tokenOf('mallory@example.com'),
    teamToken: store.tokens.create({ of: 'team' }, now),
    honestToken: tokenOf('ada@example.com'),
  };
  store.close();
  return tokens;
}

/** Linux counts it; elsewhere nothing is measured. */
export const CAN_MEASURE_MEMORY = process.platform === 'linux';

function peakBytes(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}
