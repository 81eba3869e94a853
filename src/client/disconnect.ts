import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ownFolder } from './folders.ts';
import { Refused } from './refused.ts';
import { readRecord } from './settings/record.ts';
import { undo } from './settings/undo.ts';
import type { Subcommand } from './subcommand.ts';

/** Undoes `connect`: the settings are byte for byte as before, or, where they changed since, without what was ours. */
export const disconnect: Subcommand = (args, env) => {
  parseArgs({ args: [...args], options: {} });
  const own = ownFolder(env);
  const record = readRecord(own);
  if (!record) throw new Refused('This program did not connect this machine: there is nothing to undo.');
  const isExact = undo(record, own);
  rmSync(own, { recursive: true, force: true });
  process.stdout.write(`${record.path} ${isExact ? AS_BEFORE : WITHOUT_OURS}\n${RESTART}`);
  return 0;
};

const AS_BEFORE = 'is as it was before, byte for byte.';
const WITHOUT_OURS = 'changed since: what was ours is taken out, the rest stays.';
const RESTART = 'Restart Claude Code. The token still works: “/quota disconnect” in Slack takes it back.\n';
