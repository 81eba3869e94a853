import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to a server of this machine that can fall silent: connections stay open, and nothing comes through any more. */
export interface SlowLine {
  readonly port: number;
  /** Until then nobody is at its other end. */
  leadTo(serverPort: number): void;
  /** Whoever connects is taken, and never answered. */
  freeze(): void;
  /** Connections of before stay dead; new ones work. */
  thaw(): void;
  close(): Promise<void>;
}

/** Addresses that the server gives out lead over the line, too. */
export async function openSlowLine(): Promise<SlowLine> {
  const sockets = new Set<Socket>();
  let serverPort: number | undefined;
  let isFrozen = false;

  const server = createServer((from) => {
    keep(from);
    if (isFrozen) return;
    if (serverPort === undefined) {
      from.destroy();
      return;
    }
    const onward = keep(connect(serverPort, '127.0.0.1'));
    const end = () => {
      from.destroy();
      onward.destroy();
    };
    from.on('data', (data) => onward.write(data)).on('close', end);
    onward.on('data', (data) => from.write(readdressed(data))).on('close', end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    port,
    leadTo(to) {
      serverPort = to;
    },
    freeze() {
      isFrozen = true;
      for (const socket of sockets) socket.removeAllListeners('data').pause();
    },
    thaw() {
      isFrozen = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  }

  /** Ports that the kernel hands out have five digits, so that no length changes. */
  function readdressed(data: Buffer): Buffer {
    const text = data.toString('latin1').replaceAll(`127.0.0.1:${serverPort}`, `127.0.0.1:${port}`);
    return Buffer.from(text, 'latin1');
  }
}
