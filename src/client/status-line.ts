import { writeSync } from 'node:fs';
import { readConnection } from './connection.ts';
import { ownFolder } from './folders.ts';
import { jsonIn } from './json-object.ts';
import { queueNews } from './queue-news.ts';
import { readInput } from './read-input.ts';
import { lastLine } from './session-memory.ts';
import { isTimeToSend, startSender } from './start-sender.ts';
import { type StatusFields, statusFields } from './status-fields.ts';
import type { Environment, Subcommand } from './subcommand.ts';

/**
 * Draws the status line: the collector's last answer, or, where no POSIX shell does that, the line that was there before.
 * What it is drawn from is queued, and sent by a process of its own. Whatever goes wrong, the line is drawn and the exit code
 * is 0: any other blanks it.
 */
export const statusLine: Subcommand = async (_args, env) => {
  const input = await readInput();
  const own = ownFolder(env);
  const now = Date.now();
  const wrapped = env[INSIDE] === undefined ? readConnection(own)?.wrapped : undefined;
  const fields = statusFields(jsonIn(input.toString('utf8')));
  // First of all: a line that is drawn anew ends this process.
  const isDue = fields !== undefined && queueNews(own, fields, now) && isTimeToSend(own, now);
  if (wrapped === undefined) print(ownLine(own, fields, now));
  if (isDue) await startSender(own, env);
  if (wrapped !== undefined) await run(wrapped, input, env);
  return 0;
};

/** Set for the command that we run: should it be ourselves, it must not run itself again. */
const INSIDE = 'QUOTA_WATCH_STATUS_LINE';

/** The output goes where ours would, as it comes. Waiting for it takes Node half as long as listening to it. */
async function run(command: string, input: Buffer, env: Environment) {
  const { spawnSync } = await import('node:child_process');
  spawnSync(command, { shell: true, input, stdio: ['pipe', 'inherit', 'inherit'], env: { ...env, [INSIDE]: '1' } });
}

/** Older than this, a line says of when it is. */
const FRESH_MS = 5 * 60_000;

function ownLine(own: string, fields: StatusFields | undefined, now: number): string {
  const line = fields && lastLine(own, fields.session_id);
  if (!line) return 'Quota Watch: waiting for the collector';
  if (now - line.at < FRESH_MS) return line.text;
  return `${line.text} (as of ${new Date(line.at).toTimeString().slice(0, 5)})`;
}

/** Nobody may be there to read it any more. */
function print(line: string) {
  try {
    writeSync(1, `${line}\n`);
  } catch {}
}
