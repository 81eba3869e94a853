import type { Connection } from './connection.ts';
import { post } from './post.ts';
import { Refused } from './refused.ts';

/**
 * What the collector says to the token, in a sentence; nothing is kept of the question. Throws `Refused` where the token is
 * not accepted. A collector that does not answer may answer later.
 */
export async function tokenVerdict(connection: Pick<Connection, 'url' | 'token'>): Promise<string> {
  const answer = await post(connection, { path: '/v1/traces', body: '{"resourceSpans":[]}' });
  if (answer.is === 'failed')
    return `The collector does not answer now (${answer.why}); what is measured meanwhile waits.`;
  if (answer.status === 200) return 'The collector accepts the token.';
  if (answer.status === 401)
    throw new Refused('The collector does not accept the token. “/quota connect” gives a new one.');
  return `The collector answered ${answer.status}: is ${connection.url} its address?`;
}
