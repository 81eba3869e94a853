import type { Clock } from '../../clock.ts';
import type { DeveloperId } from '../../model/ids.ts';
import type { Store } from '../../store/store.ts';
import type { People } from '../people.ts';
import type { Message } from '../views/blocks.ts';
import { consentAnswer } from '../views/connect-answer.ts';

interface ConsentClick {
  readonly body: { readonly user: { readonly id: string } };
  readonly ack: () => Promise<void>;
  readonly respond: (answer: Message & { response_type: 'ephemeral'; replace_original: boolean }) => Promise<unknown>;
}

interface ConsentDeps {
  readonly store: Pick<Store, 'developers'>;
  readonly people: Pick<People, 'developer'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Something of this developer changed: their App Home shows it soon. */
  readonly touched: (developer: DeveloperId) => void;
}

/** Somebody agrees to be named in the channel, or takes that back. Clicking twice changes nothing more. */
export function namesConsent({ store, people, clock, touched }: ConsentDeps, consent: 'given' | 'withdrawn') {
  return async ({ body, ack, respond }: ConsentClick): Promise<void> => {
    await ack();
    const { id } = await people.developer(body.user.id);
    if (consent === 'given') store.developers.consentToNames(id, clock.now());
    else store.developers.withdrawConsent(id);
    touched(id);
    // The answer above holds the token, which its reader may not have copied yet.
    await respond({ response_type: 'ephemeral', replace_original: false, ...consentAnswer(consent === 'given') });
  };
}
