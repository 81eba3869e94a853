import type { Clock } from '../../clock.ts';
import type { Developer } from '../../model/developer.ts';
import type { Store } from '../../store/store.ts';
import type { ChannelNames } from '../display-name.ts';
import type { Message } from '../views/blocks.ts';
import { disconnectAnswer } from '../views/disconnect-answer.ts';
import { privacyAnswer } from '../views/privacy-answer.ts';

export interface LeavingDeps {
  readonly store: Pick<Store, 'tokens'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly channelNames: ChannelNames;
}

/** `/quota privacy` and `/quota disconnect`. */
export function leavingAnswerer({ store, clock, channelNames }: LeavingDeps) {
  return {
    /** Undefined: somebody of whom nothing is known. */
    privacy(developer: Developer | undefined): Message {
      if (channelNames !== 'consent') return privacyAnswer(channelNames);
      return privacyAnswer(developer?.hasConsentedToNames ? 'agreed' : 'not_agreed');
    },

    /** Says what to remove; nothing changes before the button. */
    disconnect: ({ id }: Developer): Message =>
      disconnectAnswer({ tokens: store.tokens.of(id), hasTeamToken: store.tokens.isForTeam(), now: clock.now() }),
  };
}
