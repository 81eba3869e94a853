import type { ModalView } from '@slack/types';
import type { RespondToIncident } from '../respond-to-incident.ts';
import type { ShowDetails } from '../show-details.ts';
import { type Choice, choiceOf, MORE_OPTIONS, type MoreOption } from '../views/alert-controls.ts';
import type { Message } from '../views/blocks.ts';
import { answerAlone, type IncidentMenuClick } from './incident-click.ts';

interface MoreClick extends IncidentMenuClick {
  readonly body: IncidentMenuClick['body'] & { readonly trigger_id: string };
}

interface MoreDeps {
  readonly respondToIncident: RespondToIncident;
  readonly showDetails: ShowDetails;
  /** Within three seconds of the click: after that Slack forgets its trigger. */
  readonly openView: (triggerId: string, view: ModalView) => Promise<unknown>;
}

/** Somebody chooses from the small menu of an alert: a closer look, or what they think of it. */
export function incidentMore({ respondToIncident, showDetails, openView }: MoreDeps) {
  return async ({ body, action, ack, respond }: MoreClick): Promise<void> => {
    await ack();
    const choice = choiceOf(action.selected_option.value, MORE_OPTIONS);
    if (choice) await answerAlone(respond, await answerTo(choice, body));
  };

  async function answerTo(
    { option, handle }: Choice<MoreOption>,
    { user, trigger_id }: MoreClick['body'],
  ): Promise<Message | undefined> {
    if (option !== 'details') return await respondToIncident(handle, option, user.id);
    const shown = await showDetails(handle, user.id);
    if (shown.is === 'answer') return shown.message;
    await openView(trigger_id, shown.view);
    return undefined;
  }
}
