import { readConnection } from './connection.ts';
import { drainUnattended } from './drain.ts';
import { ownFolder } from './folders.ts';
import { jsonIn } from './json-object.ts';
import { queueNews } from './queue-news.ts';
import { readInput } from './read-input.ts';
import { isTimeToSend } from './start-sender.ts';
import { statusFields } from './status-fields.ts';
import type { Subcommand } from './subcommand.ts';

/**
 * Runs beside the status line that somebody had before, and prints nothing: queues what that one is drawn from. Nobody waits
 * for it, so it sends by itself.
 */
export const statusNews: Subcommand = async (_args, env) => {
  // Where the shell could not take it out of the process group that Claude Code ends: that asks first, and leaves some time.
  process.on('SIGTERM', () => {});
  const fields = statusFields(jsonIn((await readInput()).toString('utf8')));
  const own = ownFolder(env);
  const now = Date.now();
  const connection = readConnection(own);
  if (!connection || !fields || !queueNews(own, fields, now) || !isTimeToSend(own, now)) return 0;
  await drainUnattended(own, connection);
  return 0;
};
