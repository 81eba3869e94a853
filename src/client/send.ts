import { parseArgs } from 'node:util';
import { needConnection } from './connection.ts';
import { drain } from './drain.ts';
import { dryRun } from './dry-run.ts';
import { ownFolder } from './folders.ts';
import { SENDER_ENDS_WITHIN_MS } from './sender-state.ts';
import type { Subcommand } from './subcommand.ts';

const options = {
  'dry-run': { type: 'boolean', default: false },
  /** As the status line and the hook start it: nobody reads what it says. */
  background: { type: 'boolean', default: false },
} as const;

/** Sends what waits, or prints byte for byte what would be sent. */
export const send: Subcommand = async (args, env) => {
  const { values } = parseArgs({ args: [...args], options });
  const own = ownFolder(env);
  const connection = needConnection(own);
  if (values['dry-run']) return dryRun(own, connection);
  // Half of it: a lock must not grow old before its owner is gone.
  if (values.background) setTimeout(() => process.exit(0), SENDER_ENDS_WITHIN_MS / 2).unref();
  const outcome = await drain(own, connection);
  process.stdout.write(`${outcome.text}\n`);
  return outcome.isDone ? 0 : 1;
};
