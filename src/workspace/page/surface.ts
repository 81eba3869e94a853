import { createContext, useContext } from 'react';
import type { Person } from '../people.ts';

/** Where an element stands: a message, a modal, or (neither) the App Home. */
export interface Surface {
  readonly channel?: string;
  readonly ts?: string;
  readonly view_id?: string;
}

/** What was clicked or chosen, in the fields of `/workspace/actions`. */
interface Action {
  readonly action_id: string;
  readonly block_id: string | undefined;
  readonly value?: string | readonly string[];
}

/** Tells the app of an action; resolves when the app has acknowledged it. */
export type Act = (surface: Surface, action: Action) => Promise<unknown>;

interface PageContext {
  readonly act: Act;
  readonly people: readonly Person[];
  readonly channel: { readonly id: string; readonly name: string };
}

/** What every block may need, however deep it stands. */
export const SurfaceContext = createContext<PageContext>({
  act: () => Promise.resolve(),
  people: [],
  channel: { id: '', name: '' },
});

/** The page that a block stands on. */
export function usePage(): PageContext {
  return useContext(SurfaceContext);
}
