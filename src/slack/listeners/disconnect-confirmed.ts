import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Store } from '../../store/store.ts';
import type { Message } from '../views/blocks.ts';
import { disconnectedAnswer } from '../views/disconnect-answer.ts';

interface DisconnectClick {
  readonly body: { readonly user: { readonly id: string } };
  readonly ack: () => Promise<void>;
  readonly respond: (answer: Message & { response_type: 'ephemeral'; replace_original: boolean }) => Promise<unknown>;
}

export interface DisconnectDeps {
  readonly store: Pick<Store, 'developers' | 'tokens'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Logger, 'info'>;
}

/** Somebody takes their own tokens back. Clicking twice changes nothing more. */
export function disconnectConfirmed({ store, clock, log }: DisconnectDeps) {
  return async ({ body, ack, respond }: DisconnectClick): Promise<void> => {
    await ack();
    const developer = store.developers.findBySlackUser(body.user.id);
    const revoked = developer ? store.tokens.revokeOf(developer.id, clock.now()) : 0;
    if (revoked > 0) log.info({ developer: developer?.id, revoked }, 'own tokens revoked');
    await respond({ response_type: 'ephemeral', replace_original: true, ...disconnectedAnswer(revoked) });
  };
}
