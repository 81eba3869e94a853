import type { IncomingMessage, RequestOptions } from 'node:http';
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
    const sent = request(collector.url + message.path, optionsFor(collector, message));
    sent.on('error', fail);
    sent.on('response', (response) => read(response, resolve, fail));
    // The whole exchange, however slowly it goes on: a socket's own timeout begins anew with each byte.
    const timer = setTimeout(() => sent.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
    sent.on('close', () => clearTimeout(timer));
    sent.end(message.body);
  });
}

/** The bytes that `post` would send, made by the same code on a connection that leads nowhere. */
export async function bytesOf({ url, token }: Collector, message: Message): Promise<Buffer> {
  const { Agent, request } = await import('node:http');
  const { Duplex } = await import('node:stream');
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const nowhere = new Duplex({
      read() {},
      write(chunk: Buffer | string, encoding, done) {
        chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
        done();
      },
    });
    const agent = Object.assign(new Agent(), { createConnection: () => nowhere });
    const sent = request(plain(url + message.path), { ...optionsFor({ url, token }, message), agent });
    sent.on('error', reject);
    sent.on('finish', () => {
      sent.removeListener('error', reject).on('error', () => {});
      sent.destroy();
      resolve(Buffer.concat(chunks));
    });
    sent.end(message.body);
  });
}

/** Encryption is below what is said. */
function plain(url: string): string {
  return url.replace(/^https:/, 'http:');
}

function optionsFor({ url, token }: Collector, { body }: Message): RequestOptions {
  return {
    method: 'POST',
    // One of its own: a process that sends now and then keeps no connection.
    agent: false,
    headers: {
      host: new URL(url).host,
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
  };
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
