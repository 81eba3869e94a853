import type { Connection } from './connection.ts';
import { limitFields } from './hook.ts';
import { isObject, jsonIn } from './json-object.ts';
import { messageFor } from './message-for.ts';
import { bytesOf } from './post.ts';
import { readInput } from './read-input.ts';
import { allWaiting, type Waiting } from './spool.ts';
import { statusFields } from './status-fields.ts';

/**
 * Prints byte for byte the requests that would leave the machine now: what waits, or what becomes of the JSON that comes in.
 */
export async function dryRun(own: string, connection: Connection): Promise<number> {
  const now = Date.now();
  const piped = process.stdin.isTTY ? [] : fromInput(await readInput(), now);
  const waiting = piped.length > 0 ? piped : allWaiting(own);
  const messages = waiting.map((one) => messageFor(one, now)).filter((message) => message !== undefined);
  for (const message of messages) process.stdout.write(Buffer.concat([await bytesOf(connection, message), END]));
  if (messages.length === 0) process.stderr.write(NOTHING);
  return 0;
}

/** Between two requests, so that people can read them. */
const END = Buffer.from('\n\n');

const NOTHING = `Nothing would be sent: nothing waits. To see what becomes of a status line or of a hook, pipe its JSON in:
  quota-watch-client send --dry-run < status-line.json
Claude Code’s own telemetry does not pass through here; docs/connect.md lists it field by field.
`;

function fromInput(input: Buffer, now: number): readonly Waiting[] {
  const value = jsonIn(input.toString('utf8'));
  if (isObject(value) && 'hook_event_name' in value) {
    const fields = limitFields(value);
    return fields ? [{ at: now, path: '/v1/hooks', fields }] : [];
  }
  const fields = statusFields(value);
  return fields ? [{ at: now, path: '/v1/status-line', fields }] : [];
}
