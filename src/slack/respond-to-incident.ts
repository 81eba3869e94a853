import type { Clock } from '../clock.ts';
import type { DeveloperId, IncidentId } from '../model/ids.ts';
import type { Incident } from '../model/incident.ts';
import type { EpochMs } from '../model/time.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Store } from '../store/store.ts';
import { type IncidentRightDeps, incidentRight } from './incident-right.ts';
import { doerFor } from './naming.ts';
import type { Handle } from './views/alert-controls.ts';
import type { Message } from './views/blocks.ts';
import { type Response, refusalAnswer, unchangedAnswer } from './views/response-answer.ts';

/** Writes down what somebody did; `over` and `already` changed nothing. */
export type Respond = (
  id: IncidentId,
  what: { readonly response: Response; readonly by: string },
  now: EpochMs,
) => {
  readonly is: 'done' | 'already' | 'over' | 'gone';
  readonly incident?: Incident | undefined;
  readonly until?: EpochMs | undefined;
};

export interface RespondDeps extends IncidentRightDeps {
  readonly store: Pick<Store, 'incidents' | 'developers'>;
  readonly respond: Respond;
  /** Something of this developer changed: their App Home shows it soon. */
  readonly touched: (developer: DeveloperId) => void;
  readonly clock: Pick<Clock, 'now'>;
  /** The team's, for people whose own Slack did not tell. */
  readonly zone: string;
}

export type RespondToIncident = ReturnType<typeof createRespondToIncident>;

/** Does what somebody clicked, if they may. What changed shows in the alert itself; else the answer, for them alone, says why not. */
export function createRespondToIncident(deps: RespondDeps) {
  const { store, clock } = deps;

  return async (handle: Handle | undefined, response: Response, by: string): Promise<Message | undefined> => {
    if (handle === 'sample') return refusalAnswer('sample');
    const stored = handle === undefined ? undefined : store.incidents.find(handle);
    if (!stored) return refusalAnswer('gone');
    const right = await incidentRight(deps, stored.incident, by);
    if (right === undefined) return refusalAnswer('not_allowed');
    const now = clock.now();
    const { is, incident, until } = deps.respond(stored.id, { response, by }, now);
    if (is === 'done') return touch(stored);
    if (is === 'gone' || !incident) return refusalAnswer('gone');
    const zone = store.developers.findBySlackUser(by)?.timeZone ?? deps.zone;
    return unchangedAnswer({ is, response, incident, until, nameOf: doerFor(by), now, zone });
  };

  function touch({ incident }: StoredIncident): undefined {
    if (incident.developer !== undefined) deps.touched(incident.developer);
  }
}
