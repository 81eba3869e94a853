import { RequestError } from './request-error.ts';
import type { Envelope, SocketMode } from './socket-mode.ts';

/** Hands an envelope to the app and returns what it acknowledged with. Throws a RequestError for the person to read. */
export async function deliver(socketMode: SocketMode, envelope: Envelope): Promise<unknown> {
  const delivery = await socketMode.deliver(envelope);
  switch (delivery.outcome) {
    case 'acknowledged':
      return delivery.payload;
    case 'not_connected':
      throw new RequestError(503, 'The app is not connected. Wait a moment, or look at its log.');
    case 'not_acknowledged':
      throw new RequestError(504, 'The app did not answer within 3 seconds. Its log may say why.');
  }
}
