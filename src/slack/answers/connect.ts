import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Developer } from '../../model/developer.ts';
import type { Store } from '../../store/store.ts';
import type { ChannelNames } from '../display-name.ts';
import type { Message } from '../views/blocks.ts';
import { connectAnswer } from '../views/connect-answer.ts';

export interface ConnectDeps {
  readonly store: Pick<Store, 'tokens'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Logger, 'info'>;
  readonly publicUrl: string;
  /** Where npx finds the program for developers' machines; undefined: it was not built. */
  readonly clientUrl: string | undefined;
  readonly channelNames: ChannelNames;
}

/** `/quota connect`: a new personal token with its settings. */
export function connectAnswerer({ store, clock, log, publicUrl, clientUrl, channelNames }: ConnectDeps) {
  return ({ id, hasConsentedToNames }: Developer): Message => {
    const token = store.tokens.create({ of: 'developer', developer: id }, clock.now());
    log.info({ developer: id }, 'personal token created');
    const hasConsented = channelNames === 'consent' ? hasConsentedToNames : undefined;
    return connectAnswer({ publicUrl, clientUrl, token, hasConsented });
  };
}
