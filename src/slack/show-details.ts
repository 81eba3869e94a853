import type { ModalView } from '@slack/types';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import { type DetailsOfDeps, detailsOf } from './details-of.ts';
import { type IncidentRightDeps, incidentRight } from './incident-right.ts';
import type { Handle } from './views/alert-controls.ts';
import type { Message } from './views/blocks.ts';
import { type Refusal, refusalAnswer } from './views/response-answer.ts';

export interface ShowDetailsDeps extends IncidentRightDeps, DetailsOfDeps {
  readonly store: DetailsOfDeps['store'] & Pick<Store, 'audit'>;
  readonly clock: Pick<Clock, 'now'>;
  /** The team's, for people whose own Slack did not tell. */
  readonly zone: string;
}

/** What somebody who wants to look closer gets: the modal, or a sentence for them alone. */
export type Shown =
  | { readonly is: 'modal'; readonly view: ModalView }
  | { readonly is: 'answer'; readonly message: Message };

export type ShowDetails = ReturnType<typeof createShowDetails>;

/** Shows an incident to those who may see it; a look at somebody else's is written down. */
export function createShowDetails(deps: ShowDetailsDeps) {
  const { store, clock } = deps;

  return async (handle: Handle | undefined, slackUser: string): Promise<Shown> => {
    if (handle === 'sample') return refused('sample');
    const stored = handle === undefined ? undefined : store.incidents.find(handle);
    if (!stored) return refused('gone');
    const right = await incidentRight(deps, stored.incident, slackUser);
    if (right === undefined) return refused('not_allowed');
    const now = clock.now();
    if (right === 'admin') {
      const { developer } = stored.incident;
      store.audit.add({ at: now, by: slackUser, action: 'details_seen', developer, detail: `incident ${stored.id}` });
    }
    const zone = store.developers.findBySlackUser(slackUser)?.timeZone ?? deps.zone;
    return { is: 'modal', view: detailsOf(deps, stored, { slackUser, isOwner: right === 'owner', now, zone }) };
  };
}

function refused(refusal: Refusal): Shown {
  return { is: 'answer', message: refusalAnswer(refusal) };
}
