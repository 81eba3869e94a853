import { parseArgs } from 'node:util';
import { needConnection } from './connection.ts';
import { drain, drainUnattended } from './drain.ts';
import { dryRun } from './dry-run.ts';
import { ownFolder } from './folders.ts';
import type { Subcommand } from './subcommand.ts';

const options = {
  'dry-run': { type: 'boolean', default: false },
  /** As our own line and the hook start it: nobody reads what it says. */
  background: { type: 'boolean', default: false },
} as const;

/** Sends what waits, or prints byte for byte what would be sent. */
export const send: Subcommand = async (args, env) => {
  const { values } = parseArgs({ args: [...args], options });
  const own = ownFolder(env);
  const connection = needConnection(own);
  if (values['dry-run']) return dryRun(own, connection);
  const outcome = await (values.background ? drainUnattended : drain)(own, connection);
  process.stdout.write(`${outcome.text}\n`);
  return outcome.isDone ? 0 : 1;
};
