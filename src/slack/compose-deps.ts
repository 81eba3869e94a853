import type { EpochMs } from '../model/time.ts';
import type { Notice } from '../store/notice.ts';
import type { Store } from '../store/store.ts';
import type { ChannelNames } from './display-name.ts';
import type { People } from './people.ts';
import type { Message } from './views/blocks.ts';

/** What it takes to say a notice. */
export interface ComposeDeps {
  readonly store: Pick<
    Store,
    | 'incidents'
    | 'developers'
    | 'notices'
    | 'windows'
    | 'versions'
    | 'events'
    | 'mutes'
    | 'digests'
    | 'adminReports'
    | 'reports'
    | 'pseudonymSecret'
  >;
  readonly people: Pick<People, 'slackUserOf'>;
  /** Where to post by now: admins can change it in Slack at any time. */
  readonly alertChannel: () => string;
  readonly summaryChannel: () => string;
  readonly channelNames: ChannelNames;
  /** The team's zone. */
  readonly zone: string;
  /** Undefined: there is nothing more to say. */
  readonly composeSummary: (notice: Notice, now: EpochMs) => Promise<Message | undefined>;
}
