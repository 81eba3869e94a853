import type { EventEmitter } from 'node:events';
import autocannon from 'autocannon';

/** What a load did. */
export interface LoadResult {
  readonly seconds: number;
  /** Milliseconds from sending each body to its whole answer. */
  readonly answeredMs: readonly number[];
}

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  /** Each is sent once. */
  readonly bodies: readonly (string | Buffer)[];
}

/** Posts bodies as fast as the answers come. Throws when any was refused: that would measure something else. */
export async function load({ url, headers, connections, bodies }: Load): Promise<LoadResult> {
  const waiting = bodies.values();
  const answeredMs: number[] = [];
  let startedAt = 0;
  let endedAt = 0;
  const result = await autocannon({
    url,
    connections: Math.min(connections, bodies.length),
    amount: bodies.length,
    method: 'POST',
    headers: { ...headers },
    timeout: 30,
    setupClient(client) {
      // A body taken with an answer would be lost with each client's last one, and another client would send one again.
      (client as EventEmitter).on('request', () => {
        startedAt ||= performance.now();
        client.setBody(waiting.next().value ?? '');
      });
      client.on('response', (_status, _bytes, ms) => {
        endedAt = performance.now();
        answeredMs.push(ms);
      });
    },
  });
  const refused = result.non2xx + result.errors + result.timeouts;
  if (refused > 0) throw new Error(`${refused} of ${bodies.length} posts to ${url} were refused`);
  return { seconds: (endedAt - startedAt) / 1000, answeredMs };
}
