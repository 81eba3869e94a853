import { INCIDENT_KINDS } from '../../model/finding.ts';
import { developerOf } from '../developer-of.ts';
import type { HomeClick, HomeClickDeps } from './home-click.ts';

interface Unmuted extends HomeClick {
  readonly action: { readonly value?: string | undefined };
}

/** Somebody wants to hear of a kind again, before the mute ends by itself. */
export function homeUnmute(deps: HomeClickDeps) {
  return async ({ body: { user }, action, ack }: Unmuted): Promise<void> => {
    await ack();
    const kind = INCIDENT_KINDS.find((known) => known === action.value);
    if (kind === undefined) return;
    const { id } = await developerOf(deps, user.id);
    deps.store.mutes.lift(id, kind);
    deps.store.notices.releaseHeld(deps.clock.now());
    await deps.showHome(user.id, 'changed');
  };
}
