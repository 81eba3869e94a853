import type { RespondToIncident } from '../respond-to-incident.ts';
import { handleOf } from '../views/alert-controls.ts';
import { answerAlone, type IncidentClick } from './incident-click.ts';

interface AcknowledgeClick extends IncidentClick {
  readonly action: { readonly value?: string | undefined };
}

/** Somebody says that they look after an incident. */
export function incidentAcknowledged(respondToIncident: RespondToIncident) {
  return async ({ body, action, ack, respond }: AcknowledgeClick): Promise<void> => {
    await ack();
    await answerAlone(respond, await respondToIncident(handleOf(action.value), 'acknowledge', body.user.id));
  };
}
