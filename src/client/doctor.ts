import { parseArgs } from 'node:util';
import { needConnection } from './connection.ts';
import { claudeFolder, ownFolder } from './folders.ts';
import type { Subcommand } from './subcommand.ts';

/** Says what works, what does not, and how to mend it. */
export const doctor: Subcommand = (args, env) => {
  parseArgs({ args: [...args], options: {} });
  const { url } = needConnection(ownFolder(env));
  process.stdout.write(`Claude Code in ${claudeFolder(env)} is connected to ${url}.\n`);
  return 0;
};
