import { createContext, useContext } from 'react';
import type { Entered } from '../interactive-element.ts';
import type { PageChannel } from '../page-state.ts';
import type { Person } from '../people.ts';

/** Where an element stands: a message, a modal, or (neither) the App Home. */
export interface Surface {
  readonly channel?: string;
  readonly ts?: string;
  readonly view_id?: string;
  /** What the inputs around it hold; undefined where they are not read together. */
  readonly entered?: () => Entered;
}

/** What was clicked or chosen, in the fields of `/workspace/actions`. */
interface Action {
  readonly action_id: string;
  readonly block_id: string | undefined;
  readonly value?: string | readonly string[];
}

/** Tells the app of an action; resolves when the app has acknowledged it. */
export type Act = (surface: Surface, action: Action) => Promise<unknown>;

/** Tells the workspace what the person does; undefined when it could not be done, which the page says. */
export type Tell = (path: string, body: object) => Promise<unknown>;

interface PageContext {
  readonly act: Act;
  readonly tell: Tell;
  readonly person: Person | undefined;
  readonly people: readonly Person[];
  readonly channels: readonly PageChannel[];
}

/** What every block may need, however deep it stands. */
export const SurfaceContext = createContext<PageContext>({
  act: () => Promise.resolve(),
  tell: () => Promise.resolve(),
  person: undefined,
  people: [],
  channels: [],
});

/** The page that a block stands on. */
export function usePage(): PageContext {
  return useContext(SurfaceContext);
}
