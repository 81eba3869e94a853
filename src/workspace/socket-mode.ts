import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Fields } from './fields.ts';
import { BOT } from './people.ts';

/** How long Slack waits for an app. */
export const ACKNOWLEDGE_WITHIN_MS = 3000;

/** What Slack tells an app through its socket. */
export interface Envelope {
  readonly type: 'slash_commands' | 'interactive' | 'events_api';
  readonly payload: Fields;
  /** True where the acknowledgement may carry an answer. */
  readonly accepts_response_payload: boolean;
  /** Set when it was sent before. */
  readonly retry_attempt?: number;
  readonly retry_reason?: string;
}

/** What became of an envelope. */
type Delivery =
  | { readonly outcome: 'acknowledged'; readonly payload: unknown }
  | { readonly outcome: 'not_connected' }
  | { readonly outcome: 'not_acknowledged' };

/** The server side of Socket Mode. */
export interface SocketMode {
  /** The path and query of a new single-use address, for `apps.connections.open`. */
  invite(): string;
  /** Takes over an HTTP upgrade, or cuts it when the address is not one that was given out. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  isConnected(): boolean;
  deliver(envelope: Envelope): Promise<Delivery>;
  /** Takes the next acknowledgement for lost, though the app has done its work. */
  loseAcknowledgement(): void;
  /** Asks the app to reconnect. */
  disconnect(): void;
  /** Cuts all connections without a word. */
  cut(): void;
  /** Says goodbye, and cuts whoever does not answer in time. */
  close(): Promise<void>;
}

const GOODBYE_WITHIN_MS = 500;
/** An app that was connected a moment ago is about to be again: a busy machine is reason enough to reconnect. */
const BACK_WITHIN_MS = 1500;

const Acknowledgement = z.object({ envelope_id: z.string(), payload: z.unknown() });

/** Nobody is connected yet; `changed` is called when somebody comes or goes. */
export function createSocketMode(changed: () => void): SocketMode {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const waiting = new Map<string, (delivery: Delivery) => void>();
  const sockets: WebSocket[] = [];
  let lastSeenAt = Number.NEGATIVE_INFINITY;
  let welcomed = Promise.withResolvers<void>();
  let acknowledgementsToLose = 0;

  function welcome(socket: WebSocket): void {
    sockets.push(socket);
    welcomed.resolve();
    welcomed = Promise.withResolvers();
    socket.on('message', (data) => acknowledged(String(data)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      sockets.splice(sockets.indexOf(socket), 1);
      lastSeenAt = Date.now();
      changed();
    });
    send(socket, { type: 'hello', num_connections: sockets.length, connection_info: { app_id: BOT.appId } });
    changed();
  }

  function acknowledged(data: string): void {
    const { success, data: message } = Acknowledgement.safeParse(parsed(data));
    const settle = success && waiting.get(message.envelope_id);
    if (!settle) return;
    const isLost = acknowledgementsToLose > 0;
    if (isLost) acknowledgementsToLose -= 1;
    settle(isLost ? { outcome: 'not_acknowledged' } : { outcome: 'acknowledged', payload: message.payload });
  }

  /** The connection to use; undefined when there is none and none is expected. */
  async function connection(): Promise<WebSocket | undefined> {
    const patience = lastSeenAt + BACK_WITHIN_MS - Date.now();
    if (sockets.length === 0 && patience > 0) await Promise.race([welcomed.promise, sleep(patience)]);
    return sockets.at(-1);
  }

  return {
    invite() {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `/socket?ticket=${ticket}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
      if (!tickets.delete(ticket)) {
        socket.destroy();
        return;
      }
      server.handleUpgrade(request, socket, head, welcome);
    },
    isConnected: () => sockets.length > 0,
    async deliver(envelope) {
      const socket = await connection();
      if (!socket) return { outcome: 'not_connected' };
      const envelopeId = randomUUID();
      return new Promise((resolve) => {
        const settle = (delivery: Delivery) => {
          clearTimeout(timer);
          waiting.delete(envelopeId);
          resolve(delivery);
        };
        const timer = setTimeout(settle, ACKNOWLEDGE_WITHIN_MS, { outcome: 'not_acknowledged' });
        waiting.set(envelopeId, settle);
        send(socket, { ...envelope, envelope_id: envelopeId });
      });
    },
    loseAcknowledgement() {
      acknowledgementsToLose += 1;
    },
    disconnect() {
      for (const socket of sockets) send(socket, { type: 'disconnect', reason: 'refresh_requested' });
    },
    cut() {
      for (const socket of sockets) socket.terminate();
    },
    async close() {
      await Promise.all(sockets.map(sayGoodbye));
    },
  };
}

function sayGoodbye(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => socket.terminate(), GOODBYE_WITHIN_MS);
    socket.on('close', () => {
      clearTimeout(impatience);
      resolve();
    });
    socket.close(1001);
  });
}

function send(socket: WebSocket, message: object): void {
  socket.send(JSON.stringify(message));
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
