import { chosen } from './chosen.ts';
import { deliver } from './deliver.ts';
import { type Entered, findElement, stateOf } from './interactive-element.ts';
import type { Ledger } from './ledger.ts';
import type { Modals } from './modals.ts';
import { blockActions, type ClickedSurface, homeOpened } from './payloads.ts';
import type { Person } from './people.ts';
import { RequestError } from './request-error.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Triggers } from './triggers.ts';
import type { PostedMessage, View } from './workspace-state.ts';

/** A click or a choice. */
export interface Click {
  readonly person: Person;
  readonly on: { readonly message: PostedMessage } | { readonly view: View };
  readonly actionId: string;
  readonly blockId?: string | undefined;
  /** The chosen option, several for checkboxes; a button knows its own. */
  readonly value?: string | readonly string[] | undefined;
  /** What the other inputs around it hold; undefined where nobody touched them. */
  readonly entered?: Entered | undefined;
}

/** What clicks need. */
export interface ClickParts {
  readonly socketMode: SocketMode;
  readonly responseUrls: ResponseUrls;
  readonly triggers: Triggers;
  readonly ledger: Ledger;
  readonly modals: Modals;
}

/** Tells the app of clicks and of looks at its App Home. Throws a RequestError for the person to read. */
export function createClicks({ socketMode, responseUrls, triggers, ledger, modals }: ClickParts) {
  async function click({ person, on, actionId, blockId, value, entered = {} }: Click): Promise<void> {
    const blocks = 'view' in on ? on.view.blocks : (on.message.blocks ?? []);
    const found = findElement(blocks, actionId, blockId);
    const isWithout = value === undefined && found?.element.type !== 'button';
    const choice = found && !isWithout ? chosen(found.element, value) : undefined;
    if (!found || !choice) throw new RequestError(404, `There is no "${actionId}" here with that value.`);
    const action = { type: found.element.type, action_id: actionId, block_id: found.blockId, ...choice };
    const modal = 'view' in on && on.view.type === 'modal' ? on.view : undefined;
    const triggerId = await triggers.create(person, modal);
    const values = stateOf(blocks, {
      ...entered,
      ...(value === undefined ? {} : { [`${found.blockId}/${actionId}`]: value }),
    });
    const payload = blockActions({ person, surface: surfaceOf(person, on), action, values, triggerId });
    await deliver(socketMode, { type: 'interactive', payload, accepts_response_payload: true });
  }

  function surfaceOf(person: Person, on: Click['on']): ClickedSurface {
    if ('view' in on) return on;
    const { channel } = on.message;
    return { ...on, responseUrl: responseUrls.open({ user: person.id, channel, origin: on.message }).url };
  }

  async function openHome(person: Person): Promise<void> {
    const payload = homeOpened(person, ledger.home(person.id));
    await deliver(socketMode, { type: 'events_api', payload, accepts_response_payload: false });
  }

  /** The App Home, or with a view id that modal when it is on top. */
  function viewOf(person: Person, viewId: string | undefined): View {
    const view = viewId === undefined ? ledger.home(person.id) : modals.top(person.id);
    if (!view || (viewId !== undefined && view.id !== viewId)) throw new RequestError(404, 'That view is not open.');
    return view;
  }

  return { click, openHome, viewOf };
}
