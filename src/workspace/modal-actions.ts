import { z } from 'zod';
import { deliver } from './deliver.ts';
import type { Fields } from './fields.ts';
import { type Entered, missingInputs, stateOf } from './interactive-element.ts';
import type { Modals } from './modals.ts';
import { viewEvent } from './payloads.ts';
import type { Person } from './people.ts';
import { RequestError } from './request-error.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Triggers } from './triggers.ts';
import type { WebApi } from './web-api.ts';
import type { View } from './workspace-state.ts';

/** What modals need. */
export interface ModalParts {
  readonly socketMode: SocketMode;
  readonly triggers: Triggers;
  readonly modals: Modals;
  readonly webApi: WebApi;
}

/** Slack's own words. */
const REQUIRED = 'Please complete this required field.';

const SubmissionAnswer = z.object({
  response_action: z.enum(['errors', 'update', 'push', 'clear']).optional(),
  errors: z.record(z.string(), z.string()).default({}),
  view: z.looseObject({}).optional(),
});

/** Submits and closes the modal on top. Throws a RequestError when there is none, or no app to answer. */
export function createModalActions({ socketMode, triggers, modals, webApi }: ModalParts) {
  /** What is wrong with the inputs, by block id; empty when they were accepted. */
  async function submit(person: Person, entered: Entered): Promise<Fields> {
    const view = topOf(person);
    // Slack asks for what is missing by itself: the app hears nothing of it.
    const missing = missingInputs(view.blocks, entered);
    if (missing.length > 0) return Object.fromEntries(missing.map((blockId) => [blockId, REQUIRED]));

    const filled = { ...view, state: { values: stateOf(view.blocks, entered) } };
    const acknowledged = await tell(viewEvent('view_submission', person, filled));
    const answer = SubmissionAnswer.parse(acknowledged ?? {});
    switch (answer.response_action) {
      case 'errors':
        return answer.errors;
      case 'update':
        await show('views.update', { view_id: view.id, view: answer.view });
        return {};
      case 'push':
        await show('views.push', { trigger_id: await triggers.create(person, view), view: answer.view });
        return {};
      case 'clear':
        modals.clear(person.id);
        return {};
      case undefined:
        modals.pop(person.id);
        return {};
    }
  }

  async function close(person: Person): Promise<void> {
    const view = topOf(person);
    modals.pop(person.id);
    if (view.notify_on_close) await tell(viewEvent('view_closed', person, view));
  }

  async function show(method: string, args: Fields): Promise<void> {
    const answer = await webApi.call(method, args);
    if (!answer.ok) throw new RequestError(502, `Slack would refuse the app's view: ${JSON.stringify(answer)}`);
  }

  function tell(payload: Fields): Promise<unknown> {
    return deliver(socketMode, { type: 'interactive', payload, accepts_response_payload: true });
  }

  function topOf(person: Person): View {
    const view = modals.top(person.id);
    if (!view) throw new RequestError(404, 'No modal is open.');
    return view;
  }

  return { submit, close };
}
