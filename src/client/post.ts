import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Connection } from './connection.ts';
import { messageOf } from './refused.ts';

export interface Message {
  readonly path: string;
  /** JSON. */
  readonly body: string;
}

export type Answer =
  | {
      readonly is: 'answered';
      readonly status: number;
      readonly text: string;
      readonly retryAfterS: number | undefined;
    }
  | { readonly is: 'failed'; readonly why: string };

/** Longer than a collector that works ever takes. */
const PATIENCE_MS = 5_000;
/** The one line of a status bar is a tenth of this. */
const MAX_ANSWER_BYTES = 4096;

type Collector = Pick<Connection, 'url' | 'token'>;

/** Sends one message to the collector; redirections are not followed, so that the token goes nowhere else. */
export async function post(collector: Collector, message: Message): Promise<Answer> {
  const isPlain = collector.url.startsWith('http:');
  const { request } = isPlain ? await import('node:http') : await import('node:https');
  return new Promise((resolve) => {
    const fail = (error: unknown) => resolve({ is: 'failed', why: messageOf(error) });
    const sent = begin(request, collector, message);
    sent.on('error', fail);
    sent.on('response', (response) => read(response, resolve, fail));
    // The whole exchange, however slowly it goes on: a socket's own timeout begins anew with each byte.
    const timer = setTimeout(() => sent.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
    sent.on('close', () => clearTimeout(timer));
    sent.end(message.body);
  });
}

/** The bytes that `post` would send, made by the same code on a connection that leads nowhere. */
export async function bytesOf(collector: Collector, message: Message): Promise<Buffer> {
  const { request } = await import('node:http');
  const { Duplex } = await import('node:stream');
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const nowhere = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    const sent = begin(request, collector, message, () => nowhere);
    sent.on('error', reject);
    sent.on('finish', () => {
      resolve(Buffer.concat(chunks));
      sent.removeListener('error', reject).on('error', () => {});
      sent.destroy();
    });
    sent.end(message.body);
  });
}

type Request = (url: URL, options: RequestOptions) => ClientRequest;

// biome-ignore lint/complexity/useMaxParams: the connection differs in one place alone
function begin(request: Request, { url, token }: Collector, { path, body }: Message, connect?: () => Duplex) {
  const noAgent: Agent | false = false;
  return request(new URL(url + path), {
    method: 'POST',
    agent: noAgent,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
    ...(connect && { createConnection: connect }),
  });
}

function read(response: IncomingMessage, resolve: (answer: Answer) => void, fail: (error: unknown) => void) {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('error', fail);
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAX_ANSWER_BYTES) chunks.push(chunk);
    else response.destroy(new Error('the answer is too long'));
  });
  response.on('end', () => {
    const seconds = Number(response.headers['retry-after']);
    resolve({
      is: 'answered',
      status: response.statusCode ?? 0,
      text: Buffer.concat(chunks).toString('utf8'),
      retryAfterS: Number.isFinite(seconds) ? seconds : undefined,
    });
  });
}
