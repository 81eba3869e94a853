import { RequestError } from './request-error.ts';
import type { Envelope, SocketMode } from './socket-mode.ts';

/** Slack tries an event again at once, after 1 and after 5 minutes; nobody here waits for the later ones. */
const FIRST_RETRY = { retry_attempt: 1, retry_reason: 'timeout' };

/**
 * Hands an envelope to the app and returns what it acknowledged with. An event that is not acknowledged is sent once
 * more; clicks and commands are not, as in Slack. Throws a RequestError for the person to read.
 */
export async function deliver(socketMode: SocketMode, envelope: Envelope): Promise<unknown> {
  const first = await socketMode.deliver(envelope);
  const isLost = first.outcome === 'not_acknowledged' && envelope.type === 'events_api';
  const delivery = isLost ? await socketMode.deliver({ ...envelope, ...FIRST_RETRY }) : first;
  switch (delivery.outcome) {
    case 'acknowledged':
      return delivery.payload;
    case 'not_connected':
      throw new RequestError(503, 'The app is not connected. Wait a moment, or look at its log.');
    case 'not_acknowledged':
      throw new RequestError(504, 'The app did not answer within 3 seconds. Its log may say why.');
  }
}
