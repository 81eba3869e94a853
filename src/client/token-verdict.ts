import type { Connection } from './connection.ts';
import { post } from './post.ts';

export interface Verdict {
  readonly is: 'accepted' | 'refused' | 'unknown';
  /** In a sentence. */
  readonly text: string;
}

/** What the collector says to the token; nothing is kept of the question. One that does not answer may answer later. */
export async function tokenVerdict(connection: Pick<Connection, 'url' | 'token'>): Promise<Verdict> {
  const answer = await post(connection, { path: '/v1/traces', body: '{"resourceSpans":[]}' });
  if (answer.is === 'failed') return { is: 'unknown', text: `The collector does not answer: ${answer.why}` };
  if (answer.status === 200) return { is: 'accepted', text: 'The collector accepts the token' };
  if (answer.status === 401) return { is: 'refused', text: 'The collector does not accept the token' };
  return { is: 'unknown', text: `The collector answered ${answer.status}: is ${connection.url} its address?` };
}
