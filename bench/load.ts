import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What a load did. */
export interface LoadResult {
  readonly seconds: number;
  /** Milliseconds from sending each request to its whole answer. */
  readonly answeredMs: readonly number[];
}

export interface Load {
  readonly url: string;
  readonly connections: number;
  /** The bytes of each, which is sent once. */
  readonly requests: readonly Buffer[];
}

/** The bytes of a POST. */
export function postOf(url: string, headers: Readonly<Record<string, string>>, body: string | Buffer): Buffer {
  const { host, pathname } = new URL(url);
  const all = { host, ...headers, 'content-length': Buffer.byteLength(body) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
}

/**
 * Posts as fast as the answers come. Throws when any was refused: that would measure something else.
 *
 * It writes bytes and reads no more of an answer than it must, because it runs on the processors of who is measured: a whole
 * HTTP client took 66 to 82 µs of one for each post (autocannon 9.0), this takes 26 to 34, and answers wait for it.
 */
export async function load({ url, connections, requests }: Load): Promise<LoadResult> {
  const { hostname, port } = new URL(url);
  const opened = Array.from({ length: Math.min(connections, requests.length) }, async () => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return socket;
  });
  const sockets = await Promise.all(opened);
  const waiting = requests.values();
  const answeredMs: number[] = [];
  const startedAt = performance.now();
  try {
    await Promise.all(sockets.map((socket) => postOneByOne(socket, waiting, answeredMs)));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return { seconds: (performance.now() - startedAt) / 1000, answeredMs };
}

const PATIENCE_MS = 30_000;

/** Sends what waits, each when the one before it is answered, and notes how long each took. */
function postOneByOne(socket: Socket, waiting: Iterator<Buffer>, answeredMs: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    let text = '';
    const next = () => {
      const request = waiting.next();
      if (request.done) return resolve();
      text = '';
      sentAt = performance.now();
      socket.write(request.value);
    };
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (!isWhole(text)) return;
      answeredMs.push(performance.now() - sentAt);
      if (!text.startsWith('HTTP/1.1 200 ')) return reject(new Error(`a post was refused: ${text}`));
      next();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('a connection was closed')));
    socket.setTimeout(PATIENCE_MS, () => reject(new Error(`a post was not answered, but with “${text}”`)));
    next();
  });
}

/** Whether this is all of an answer, which says how long its body is. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  return end >= 0 && text.length >= end + 4 + Number(/\r\ncontent-length: (\d+)\r\n/i.exec(text)?.[1]);
}
