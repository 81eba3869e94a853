import { join } from 'node:path';
import { Refused } from './refused.ts';
import type { Environment } from './subcommand.ts';

/** Where Claude Code keeps its settings and transcripts: `CLAUDE_CONFIG_DIR`, or `~/.claude`. Throws `Refused`. */
export function claudeFolder(env: Environment): string {
  return env.CLAUDE_CONFIG_DIR || join(home(env), '.claude');
}

/** Where this program keeps all that it keeps, beside what it belongs to; `disconnect` removes it. */
export function ownFolder(env: Environment): string {
  return join(claudeFolder(env), 'quota-watch');
}

/** As Node tells it: to load what tells it takes a tenth of what the status line may take. Throws `Refused`. */
function home({ HOME = '', USERPROFILE = HOME }: Environment): string {
  const folder = process.platform === 'win32' ? USERPROFILE : HOME;
  if (folder === '') throw new Refused('HOME is not set, so nobody knows where Claude Code keeps its settings.');
  return folder;
}
