import { createHash } from 'node:crypto';
import type { HomeView } from '@slack/types';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { epochMs } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { outageOf, type SlackFailure, slackFailure } from './slack-answer.ts';
import { appHome } from './views/app-home.ts';
import type { HomeReport } from './views/home-report.ts';

export interface ShowHomeDeps {
  readonly store: Pick<Store, 'homes'>;
  /** What it shows to a Slack user now. May throw errors of Slack. */
  readonly homeOf: (slackUser: string) => Promise<HomeReport>;
  /** Neither retries nor waits: whoever calls decides when to try again. */
  readonly client: { readonly views: { publish(args: { user_id: string; view: HomeView }): Promise<unknown> } };
  /** Told of whoever looked or clicked while Slack was away. */
  readonly showLater: (slackUser: string) => void;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Logger, 'warn'>;
}

/** `same`: it already shows what there is to see. */
type Shown = { readonly is: 'shown' } | { readonly is: 'same' } | SlackFailure;

/** `opened`: somebody looks at it. `changed`: they changed something in it. `refresh`: something of theirs may have changed. */
type ShowReason = 'opened' | 'changed' | 'refresh';

export type ShowHome = (slackUser: string, reason: ShowReason) => Promise<Shown>;

/** Publishes somebody's App Home; one at a time for each person, so that what was gathered last is what stays. */
export function createShowHome({ store: { homes }, homeOf, client, showLater, clock, log }: ShowHomeDeps): ShowHome {
  const running = new Map<string, Promise<Shown>>();

  return async (slackUser, reason) => {
    const before = running.get(slackUser)?.catch(() => undefined) ?? Promise.resolve();
    const mine = before.then(() => show(slackUser, reason));
    running.set(slackUser, mine);
    try {
      return await mine;
    } finally {
      if (running.get(slackUser) === mine) running.delete(slackUser);
    }
  };

  async function show(slackUser: string, reason: ShowReason): Promise<Shown> {
    // Noted first: what Slack does not take now is brought up to date later.
    if (reason === 'opened') homes.opened(slackUser, NOTHING, clock.now());
    // They were forgotten meanwhile: whoever looked them up would write them down again.
    if (reason === 'refresh' && !homes.find(slackUser)) return { is: 'same' };
    try {
      const report = await homeOf(slackUser);
      const fingerprint = fingerprintOf(report);
      if (reason === 'refresh' && homes.find(slackUser)?.fingerprint === fingerprint) return { is: 'same' };
      await client.views.publish({ user_id: slackUser, view: appHome(report) });
      homes.published(slackUser, fingerprint, clock.now());
      return { is: 'shown' };
    } catch (error) {
      const failure = failureOfSlack(error);
      log.warn({ slackUser, reason, failure }, 'app home not shown');
      if (reason !== 'refresh' && outageOf(error)) showLater(slackUser);
      return failure;
    }
  }
}

/** Throws on what is no answer of Slack's, but our own mistake. */
function failureOfSlack(error: unknown): SlackFailure {
  const failure = slackFailure(error);
  if (failure.is === 'unknown' && !outageOf(error)) throw error;
  return failure;
}

/** The fingerprint of what no view shows. */
const NOTHING = '';

/** Tells two views apart; how old things are does not count, so it is taken as if no time passed. */
function fingerprintOf(report: HomeReport): string {
  const timeless = appHome({ ...report, quota: { ...report.quota, now: epochMs(0) } });
  return createHash('sha256').update(JSON.stringify(timeless)).digest('base64url');
}
