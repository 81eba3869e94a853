import { developerOf } from '../developer-of.ts';
import type { HomeClick, HomeClickDeps } from './home-click.ts';

/** Somebody wants no quiet hours any more. */
export function homeQuietOff(deps: HomeClickDeps) {
  return async ({ body: { user }, ack }: HomeClick): Promise<void> => {
    await ack();
    const { id } = await developerOf(deps, user.id);
    deps.store.developers.clearQuietHours(id);
    deps.store.notices.releaseHeld(deps.clock.now());
    await deps.showHome(user.id, 'changed');
  };
}
