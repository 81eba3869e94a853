import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Developer } from '../../model/developer.ts';
import type { Store } from '../../store/store.ts';
import { type DeveloperOfDeps, developerOf } from '../developer-of.ts';
import { type ChannelNames, displayName } from '../display-name.ts';
import type { People } from '../people.ts';
import { reportOf } from '../report-of.ts';
import type { Roles } from '../roles.ts';
import type { Message } from '../views/blocks.ts';
import { quotaAnswer } from '../views/quota-answer.ts';
import { notConnectedAnswer, notSharedAnswer } from '../views/refusals.ts';

export interface QuotaDeps extends DeveloperOfDeps {
  readonly store: Store;
  readonly people: Pick<People, 'developer' | 'person'>;
  readonly roles: Pick<Roles, 'isAdmin'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Logger, 'info'>;
  readonly channelNames: ChannelNames;
  /** The team's zone, for people whose own Slack did not tell. */
  readonly zone: string;
}

/** `/quota` and `/quota @user`. */
export function quotaAnswerer(deps: QuotaDeps) {
  const { store, people, roles, clock, log, channelNames } = deps;

  return {
    own: (developer: Developer): Message => quotaAnswer(report(developer, undefined, developer)),

    /**
     * A colleague's, where they agreed, and for admins: with a row of the audit. A refusal is the same whether or not
     * anything is known of them.
     */
    async ofColleague(slackUser: string, asker: string): Promise<Message> {
      const known = store.developers.findBySlackUser(slackUser);
      const isShared = channelNames === 'consent' && known?.hasConsentedToNames === true;
      if (!isShared && !(await roles.isAdmin(asker))) return notSharedAnswer(slackUser, canShare());
      const developer = known ?? (await knownByEmail(slackUser));
      if (!developer) return notConnectedAnswer(slackUser);
      const reader = await developerOf(deps, asker);
      store.audit.add({ at: clock.now(), by: asker, action: 'quota_seen', developer: developer.id });
      log.info({ asker: reader.id, developer: developer.id }, 'quota of a colleague shown');
      return quotaAnswer(report(developer, displayName({ ...developer, slackUser }, 'always'), reader));
    },
  };

  function report(developer: Developer, who: string | undefined, reader: Developer) {
    return reportOf(store, developer, { who, now: clock.now(), zone: reader.timeZone ?? deps.zone });
  }

  function canShare(): 'can_share' | 'cannot_share' {
    return channelNames === 'consent' ? 'can_share' : 'cannot_share';
  }

  /** Whom only telemetry has named so far. Nobody comes into being by being asked about. */
  async function knownByEmail(slackUser: string): Promise<Developer | undefined> {
    const { email } = await people.person(slackUser);
    const isKnown = email !== undefined && store.developers.findByEmail(email) !== undefined;
    return isKnown ? await people.developer(slackUser) : undefined;
  }
}
