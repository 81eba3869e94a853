import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './subcommand.ts';

/** Where Claude Code keeps its settings and transcripts: `CLAUDE_CONFIG_DIR`, or `~/.claude`. */
export function claudeFolder(env: Environment): string {
  return env.CLAUDE_CONFIG_DIR || join(homedir(), '.claude');
}

/** Where this program keeps all that it keeps, beside what it belongs to; `disconnect` removes it. */
export function ownFolder(env: Environment): string {
  return join(claudeFolder(env), 'quota-watch');
}
