import { type OutgoingHttpHeaders, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { text } from 'node:stream/consumers';

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

const TIMEOUT_MS = 30_000;

/** One question and its answer; undefined: none came. `fetch` would take a third of the memory that there is. */
export async function exchange(url: string, { method, headers, body }: Question): Promise<Answer | undefined> {
  const request = url.startsWith('https:') ? requestSecure : requestPlain;
  const length = body === undefined ? {} : { 'content-length': body.length };
  return new Promise((resolve) => {
    const asked = request(url, { method, headers: { ...headers, ...length }, timeout: TIMEOUT_MS }, async (answer) => {
      const { statusCode: status = 0 } = answer;
      const retryAfter = answer.headers['retry-after'];
      resolve(
        await text(answer).then(
          (told) => ({ status, retryAfter, body: told }),
          () => undefined,
        ),
      );
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(undefined));
    asked.end(body);
  });
}
