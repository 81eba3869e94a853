import type { ModalView } from '@slack/types';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import type { ChannelNames } from './display-name.ts';
import { createForgetMe, type ForgetMeDeps } from './forget-me.ts';
import type { People } from './people.ts';
import type { Roles } from './roles.ts';
import { createTeamSettings } from './team-settings.ts';
import { createTeamTokens } from './team-tokens.ts';
import type { Message } from './views/blocks.ts';
import { connectTeamAnswer } from './views/connect-team-answer.ts';
import { adminsOnlyAnswer } from './views/refusals.ts';
import type { DefaultChannels } from './views/settings-modal.ts';

export interface AdministrationDeps extends Pick<ForgetMeDeps, 'publishHome' | 'onForgotten'> {
  readonly store: Pick<Store, 'settings' | 'tokens' | 'audit' | 'developers' | 'homes' | 'notices' | 'transaction'>;
  readonly people: Pick<People, 'person' | 'developer' | 'leavers' | 'forget'>;
  readonly roles: Roles;
  /** Opens a modal; the trigger lives for three seconds. */
  readonly openView: (triggerId: string, view: ModalView) => Promise<void>;
  readonly publicUrl: string;
  readonly channelNames: ChannelNames;
  /** Those of the environment. */
  readonly channels: DefaultChannels;
  /** The team's zone. */
  readonly zone: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/** Answers a command of administration; undefined: a modal was opened instead. */
type AdministrationAnswer = (asker: string, triggerId: string) => Promise<Message | undefined>;

export type Administration = ReturnType<typeof createAdministration>;

/** What admins do in Slack, and how somebody is forgotten. */
export function createAdministration(deps: AdministrationDeps) {
  const { store, roles, openView, publicUrl, channelNames, clock, log } = deps;
  const settings = createTeamSettings(deps);
  const tokens = createTeamTokens(deps);
  const forget = createForgetMe(deps);

  const connectTeam: AdministrationAnswer = async (asker) => {
    if (!(await roles.isAdmin(asker))) return await refusal('/quota connect team');
    const now = clock.now();
    const token = store.transaction(() => {
      store.audit.add({ at: now, by: asker, action: 'team_token_created' });
      return store.tokens.create({ of: 'team' }, now);
    });
    log.info({ by: asker }, 'team token created');
    return connectTeamAnswer({ publicUrl, token, channelNames });
  };

  const openTokens: AdministrationAnswer = async (asker, triggerId) => {
    if (!(await roles.isAdmin(asker))) return await refusal('/quota tokens');
    store.audit.add({ at: clock.now(), by: asker, action: 'tokens_seen' });
    await openView(triggerId, await tokens.page(0));
    return undefined;
  };

  const openSettings: AdministrationAnswer = async (asker, triggerId) => {
    if (!(await roles.isAdmin(asker))) return await refusal('/quota settings');
    await openView(triggerId, settings.form());
    return undefined;
  };

  const forgetMe: AdministrationAnswer = async (asker) => await forget.ask(asker);

  return { connectTeam, openTokens, openSettings, forgetMe, settings, tokens, forget };

  /** Slack may not tell who the admins are: the answer must not depend on it. */
  async function refusal(command: string): Promise<Message> {
    try {
      return adminsOnlyAnswer(command, await roles.admins());
    } catch (err) {
      log.warn({ err }, 'nobody knows who the admins are');
      return adminsOnlyAnswer(command);
    }
  }
}
