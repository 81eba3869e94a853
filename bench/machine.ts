import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import BetterSqlite3 from 'better-sqlite3';

const SYNC_FOR_MS = 1000;
const SYNCED_BYTES = 4096;

export type Machine = ReturnType<typeof describeMachine>;

/** What the measures ran on: without it their numbers say nothing. `file` may be written and is removed. */
export function describeMachine(file: string) {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    /** Others at work here make every number worse, and ratios rougher. */
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    node: process.versions.node,
    sqlite: sqliteVersion(),
    betterSqlite3: betterSqlite3Version(),
    syncsPerSecond: Math.round(syncsPerSecond(file)),
  };
}

function sqliteVersion(): string {
  const db = new BetterSqlite3(':memory:');
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
  db.close();
  return version;
}

function betterSqlite3Version(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../node_modules/better-sqlite3/package.json', import.meta.url), 'utf8'),
  );
  return String((manifest as { version?: unknown }).version);
}

/** How often 4 KiB can be written and synced: on a disk that cannot forget, this is the limit of a transaction each. */
function syncsPerSecond(file: string): number {
  const fd = openSync(file, 'w');
  const block = Buffer.alloc(SYNCED_BYTES, 1);
  const until = performance.now() + SYNC_FOR_MS;
  let syncs = 0;
  for (; performance.now() < until; syncs++) {
    writeSync(fd, block, 0, SYNCED_BYTES, (syncs % 1000) * SYNCED_BYTES);
    fdatasyncSync(fd);
  }
  closeSync(fd);
  rmSync(file);
  return (syncs * 1000) / SYNC_FOR_MS;
}
