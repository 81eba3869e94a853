import type {
  App,
  BlockButtonAction,
  BlockOverflowAction,
  BlockStaticSelectAction,
  BlockTimepickerAction,
  ViewSubmitAction,
} from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { DeveloperId } from '../model/ids.ts';
import { type AdministrationDeps, createAdministration } from './administration.ts';
import { type AnswerDeps, createAnswerQuestion } from './answer-question.ts';
import { appHomeOpened } from './listeners/app-home-opened.ts';
import { disconnectConfirmed } from './listeners/disconnect-confirmed.ts';
import { forgetConfirmed } from './listeners/forget-confirmed.ts';
import { homeConnect } from './listeners/home-connect.ts';
import { homeMute } from './listeners/home-mute.ts';
import { homeNames } from './listeners/home-names.ts';
import { homeQuietHours } from './listeners/home-quiet-hours.ts';
import { homeQuietOff } from './listeners/home-quiet-off.ts';
import { homeUnmute } from './listeners/home-unmute.ts';
import { incidentAcknowledged } from './listeners/incident-acknowledged.ts';
import { incidentMore } from './listeners/incident-more.ts';
import { incidentSnoozed } from './listeners/incident-snoozed.ts';
import { leaversRevoked } from './listeners/leavers-revoked.ts';
import { namesConsent } from './listeners/names-consent.ts';
import { quotaCommand } from './listeners/quota-command.ts';
import { settingsSubmitted } from './listeners/settings-submitted.ts';
import { tokenRevoked } from './listeners/token-revoked.ts';
import { tokensPaged } from './listeners/tokens-paged.ts';
import { createNaming } from './naming.ts';
import { createRespondToIncident, type Respond } from './respond-to-incident.ts';
import { createShowDetails } from './show-details.ts';
import type { ShowHome } from './show-home.ts';
import { ACKNOWLEDGE_ACTION, MORE_ACTION, SNOOZE_ACTION } from './views/alert-controls.ts';
import { CONNECT_ACTION } from './views/app-home.ts';
import { CONSENT_ACTION, WITHDRAW_ACTION } from './views/connect-answer.ts';
import { DISCONNECT_ACTION } from './views/disconnect-answer.ts';
import { FORGET_ACTION } from './views/forget-me-answer.ts';
import {
  HOME_NAMES_ACTIONS,
  MUTE_ACTIONS,
  QUIET_ACTIONS,
  QUIET_OFF_ACTION,
  UNMUTE_ACTION,
} from './views/home-controls.ts';
import { SETTINGS_MODAL } from './views/settings-modal.ts';
import { REVOKE_ACTION, REVOKE_LEAVERS_ACTION, TOKENS_PAGE_ACTIONS } from './views/tokens-modal.ts';

export interface ListenerDeps extends Omit<AnswerDeps, 'administration'>, Omit<AdministrationDeps, 'openView'> {
  readonly store: AnswerDeps['store'];
  readonly people: AnswerDeps['people'] & AdministrationDeps['people'] & Parameters<typeof createNaming>[0]['people'];
  readonly roles: AdministrationDeps['roles'];
  readonly clock: AdministrationDeps['clock'];
  readonly log: AnswerDeps['log'] & AdministrationDeps['log'];
  /** Takes what people do with an incident. */
  readonly respond: Respond;
  readonly showHome: ShowHome;
  /** Something of this developer changed: their App Home shows it soon. */
  readonly touched: (developer: DeveloperId) => void;
  /** Opens a modal; must neither wait nor retry, because a trigger dies in three seconds. */
  readonly openView: (triggerId: string, view: ModalView) => Promise<void>;
}

/** Everything that people can do in Slack, one line each. */
export function registerListeners(app: Pick<App, 'command' | 'action' | 'event' | 'view'>, deps: ListenerDeps): void {
  const administration = createAdministration(deps);
  const withRights = { ...deps, isAdmin: deps.roles.isAdmin };
  const respondToIncident = createRespondToIncident(withRights);
  const showDetails = createShowDetails({ ...withRights, naming: createNaming(deps) });

  app.command('/quota', quotaCommand(createAnswerQuestion({ ...deps, administration })));

  app.action<BlockButtonAction>(ACKNOWLEDGE_ACTION, incidentAcknowledged(respondToIncident));
  app.action<BlockStaticSelectAction>(SNOOZE_ACTION, incidentSnoozed(respondToIncident));
  app.action<BlockOverflowAction>(
    MORE_ACTION,
    incidentMore({ respondToIncident, showDetails, openView: deps.openView }),
  );

  app.action<BlockButtonAction>(CONSENT_ACTION, namesConsent(deps, 'given'));
  app.action<BlockButtonAction>(WITHDRAW_ACTION, namesConsent(deps, 'withdrawn'));
  app.action<BlockButtonAction>(DISCONNECT_ACTION, disconnectConfirmed(deps));
  app.action<BlockButtonAction>(FORGET_ACTION, forgetConfirmed(administration.forget));

  app.view<ViewSubmitAction>(SETTINGS_MODAL, settingsSubmitted(administration.settings));
  app.action<BlockButtonAction>(REVOKE_ACTION, tokenRevoked(administration.tokens));
  app.action<BlockButtonAction>(REVOKE_LEAVERS_ACTION, leaversRevoked(administration.tokens));
  app.action<BlockButtonAction>(TOKENS_PAGE_ACTIONS.previous, tokensPaged(administration.tokens));
  app.action<BlockButtonAction>(TOKENS_PAGE_ACTIONS.next, tokensPaged(administration.tokens));

  app.event('app_home_opened', appHomeOpened(deps));
  app.action<BlockButtonAction>(CONNECT_ACTION, homeConnect(deps));
  app.action<BlockStaticSelectAction>(MUTE_ACTIONS.hour, homeMute(deps, 'hour'));
  app.action<BlockStaticSelectAction>(MUTE_ACTIONS.day, homeMute(deps, 'day'));
  app.action<BlockStaticSelectAction>(MUTE_ACTIONS.week, homeMute(deps, 'week'));
  app.action<BlockButtonAction>(UNMUTE_ACTION, homeUnmute(deps));
  app.action<BlockTimepickerAction>(QUIET_ACTIONS.from, homeQuietHours(deps, 'from'));
  app.action<BlockTimepickerAction>(QUIET_ACTIONS.until, homeQuietHours(deps, 'until'));
  app.action<BlockButtonAction>(QUIET_OFF_ACTION, homeQuietOff(deps));
  app.action<BlockButtonAction>(HOME_NAMES_ACTIONS.given, homeNames(deps, 'given'));
  app.action<BlockButtonAction>(HOME_NAMES_ACTIONS.withdrawn, homeNames(deps, 'withdrawn'));
}
