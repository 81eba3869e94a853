import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a server said on one connection. */
export interface Heard {
  readonly text: string;
  /** The status of each answer, in order. */
  readonly statuses: readonly number[];
  readonly isClosed: boolean;
}

interface Ending {
  /** After so many answers nothing more is waited for; left out: until the server closes. */
  readonly answers?: number;
  readonly withinMs?: number;
}

/** No answer of ours quotes such a line. */
const STATUS = /HTTP\/1\.1 (\d{3}) /g;

/** Writes these bytes as they are, and listens. */
export async function exchange(url: URL, bytes: string | Uint8Array, ending: Ending = {}): Promise<Heard> {
  const speaker = speak(url);
  speaker.socket.write(bytes);
  const heard = await speaker.hear(ending);
  speaker.socket.destroy();
  return heard;
}

/** A connection whose bytes are up to its owner. */
export interface Speaker {
  readonly socket: Socket;
  /** Waits for answers, for the end of the connection, or as long as it may; answers what was heard until then. */
  hear(ending?: Ending): Promise<Heard>;
}

export function speak(url: URL): Speaker {
  const socket = connect(Number(url.port), url.hostname);
  const chunks: Buffer[] = [];
  let isClosed = false;
  let changed = Promise.withResolvers<void>();
  const tell = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    tell();
  });
  // A server that is done with somebody may reset the connection.
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
    tell();
  });

  const heard = (): Heard => {
    const text = Buffer.concat(chunks).toString('latin1');
    return { text, statuses: [...text.matchAll(STATUS)].map(([, status]) => Number(status)), isClosed };
  };

  return {
    socket,
    async hear({ answers = Number.POSITIVE_INFINITY, withinMs = 10_000 } = {}) {
      const giveUpAt = performance.now() + withinMs;
      while (!isClosed && heard().statuses.length < answers) {
        const left = giveUpAt - performance.now();
        if (left <= 0) break;
        await Promise.race([changed.promise, sleep(left)]);
      }
      return heard();
    },
  };
}

interface RawRequest {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The bytes of a POST; `content-length` is right unless the headers say otherwise. */
export function post({ path = '/v1/usage', headers = {}, body = '' }: RawRequest): string {
  const all = { host: 'quota.example.com', 'content-length': String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`POST ${path} HTTP/1.1`, ...lines, '', body].join('\r\n');
}
