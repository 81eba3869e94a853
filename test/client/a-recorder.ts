import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** How a recorder answers. */
export type Manner = 'hang' | { readonly status: number; readonly text: string; readonly headers?: string };

/** A server that keeps every byte that reaches it, and knows nothing of HTTP but when a request is whole. */
export async function aRecorder(manner: Manner = { status: 200, text: '5h 58% left' }) {
  let answering = manner;
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let bytes = '';
    socket.on('data', (chunk) => {
      bytes += chunk.toString('latin1');
      const [head = '', ...rest] = bytes.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (rest.length === 0 || rest.join('\r\n\r\n').length < length) return;
      requests.push(bytes);
      bytes = '';
      if (answering === 'hang') return;
      const { status, text, headers = '' } = answering;
      socket.end(`HTTP/1.1 ${status} X\r\nContent-Length: ${Buffer.byteLength(text)}\r\n${headers}\r\n${text}`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    /** Every request so far, byte for byte. */
    requests: requests as readonly string[],
    bodies: () => requests.map((request): unknown => JSON.parse(request.slice(request.indexOf('\r\n\r\n')))),
    answer(next: Manner) {
      answering = next;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
