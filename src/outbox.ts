import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { createDeliver } from './jobs/deliver.ts';
import { createHold } from './jobs/hold.ts';
import type { NoticeMeter } from './jobs/notice-outcome.ts';
import type { ReportToAdmins } from './jobs/report-to-admins.ts';
import { createTakeIntoDigest } from './jobs/take-into-digest.ts';
import type { DeveloperId } from './model/ids.ts';
import type { BoltSide } from './slack/bolt-app.ts';
import { createComposeNotice } from './slack/compose-notice.ts';
import { displayName, mayName } from './slack/display-name.ts';
import { createMessenger } from './slack/messenger.ts';
import type { People } from './slack/people.ts';
import { composeSummary } from './slack/weekly-report.ts';
import type { SlackPlace } from './slack-place.ts';
import type { Store } from './store/store.ts';

export interface OutboxDeps {
  readonly config: Pick<Config, 'zone' | 'channelNames'>;
  readonly store: Store;
  readonly slack: Pick<SlackPlace, 'alertChannel' | 'summaryChannel'>;
  readonly bolt: Pick<BoltSide, 'outboxClient'>;
  readonly people: People;
  readonly reportToAdmins: ReportToAdmins;
  readonly meter: NoticeMeter;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Everything that is said in Slack by itself: what, to whom, where and when. */
export function createOutbox({ config, store, slack, bolt, people, reportToAdmins, meter, clock, log }: OutboxDeps) {
  const { zone, channelNames } = config;
  const weekly = { store, displayName: nameOf, zone };
  const { deliverNext } = createDeliver({
    store,
    messenger: createMessenger(bolt.outboxClient),
    compose: createComposeNotice({
      store,
      people,
      alertChannel,
      summaryChannel: () => store.settings.current().summaryChannel ?? slack.summaryChannel,
      channelNames,
      zone,
      composeSummary: composeSummary(weekly),
    }),
    hold: createHold({ store, zone }),
    takeIntoDigest: createTakeIntoDigest({ store }),
    cannotPost: (channel, code) =>
      void reportToAdmins({ is: 'cannot_post', channel, code }).catch((err) =>
        log.warn({ err }, 'report to admins cannot be written'),
      ),
    meter,
    clock,
    log,
  });

  return { deliverNext, alertChannel, channelMayName, weekly };

  /** Admins can choose another one in Slack at any time. */
  function alertChannel(): string {
    return store.settings.current().alertChannel ?? slack.alertChannel;
  }

  function channelMayName(id: DeveloperId): boolean {
    const developer = store.developers.find(id);
    return developer !== undefined && mayName(developer, channelNames);
  }

  function nameOf(id: DeveloperId): string {
    return displayName(store.developers.find(id), channelNames);
  }
}
