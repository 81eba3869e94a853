import type { RespondToIncident } from '../respond-to-incident.ts';
import { choiceOf, SNOOZE_OPTIONS } from '../views/alert-controls.ts';
import { answerAlone, type IncidentMenuClick } from './incident-click.ts';

/** Somebody wants to hear no more of a kind for a while. */
export function incidentSnoozed(respondToIncident: RespondToIncident) {
  return async ({ body, action, ack, respond }: IncidentMenuClick): Promise<void> => {
    await ack();
    const choice = choiceOf(action.selected_option.value, SNOOZE_OPTIONS);
    if (!choice) return;
    await answerAlone(respond, await respondToIncident(choice.handle, { snooze: choice.option }, body.user.id));
  };
}
