import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { mainFile, shellCommand } from '../../src/client/program.ts';
import { carryOut, prepare } from '../../src/client/settings/connect-settings.ts';
import type { Wishes } from '../../src/client/settings/own-edits.ts';
import { eventually } from '../support/running-app.ts';

const MAIN = join(import.meta.dirname, '../../src/client/main.ts');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A developer's machine of its own: an empty Claude folder, and the program as its sources. */
export function aClient() {
  const folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  const own = join(folder, 'quota-watch');
  const env = { PATH: process.env.PATH, CLAUDE_CONFIG_DIR: folder };
  return {
    folder,
    own,
    env,
    /** As `connect` leaves it, without the settings. */
    connected(url: string, wrapped?: string) {
      mkdirSync(own, { recursive: true });
      writeFileSync(join(own, 'connection.json'), JSON.stringify({ url, token: 'qw_secret', wrapped }));
    },
    /** The settings' command for a status line that was there, as `connect` writes it; the program stands where it puts it. */
    statusCommand(url: string, before: string, wishes: Partial<Wishes> = {}): string {
      this.connected(url, before);
      mkdirSync(join(own, 'program'), { recursive: true });
      writeFileSync(mainFile(own), `import(${JSON.stringify(MAIN)})`);
      const settings = join(folder, 'settings.json');
      writeFileSync(settings, JSON.stringify({ statusLine: { type: 'command', command: before } }));
      const command: Wishes['command'] = (subcommand) => shellCommand(own, subcommand, env);
      carryOut(prepare(settings, own, { url, token: 'qw_secret', command, isPosix: true, ...wishes }), own);
      return JSON.parse(readFileSync(settings, 'utf8')).statusLine.command;
    },
    async run(args: readonly string[], input: unknown = '', more: Record<string, string> = {}): Promise<Ran> {
      const child = spawn(process.execPath, [MAIN, ...args], { env: { ...env, ...more } });
      child.stdin.on('error', () => {});
      child.stdin.end(typeof input === 'string' ? input : JSON.stringify(input));
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
      if (child.exitCode === null) await new Promise((resolve) => child.once('close', resolve));
      return { code: child.exitCode, out, err };
    },
    /** What waits to be sent, in all its files. */
    spooled(): string {
      return ['sending', 'older', 'newest'].map((name) => textOf(join(own, `spool.${name}.jsonl`))).join('');
    },
    /** Until no sender is at work; its folder may be removed then. */
    async idle() {
      await eventually(() => {
        if (textOf(join(own, 'sender.lock')) !== undefined) throw new Error('a sender is at work');
      });
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
