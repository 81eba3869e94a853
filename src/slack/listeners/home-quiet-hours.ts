import { minuteOfDay } from '../../model/minute-of-day.ts';
import type { QuietHours } from '../../model/settings.ts';
import { developerOf } from '../developer-of.ts';
import type { HomeClick, HomeClickDeps } from './home-click.ts';

interface TimeChosen extends HomeClick {
  readonly action: { readonly selected_time?: string | null | undefined };
}

/** What stands for the end that was not chosen yet: from ten in the evening until seven. */
const USUAL: QuietHours = { from: 22 * 60, until: 7 * 60 };

/** Somebody chooses when their quiet hours begin or end. Hours that end as they begin are none. */
export function homeQuietHours(deps: HomeClickDeps, end: keyof QuietHours) {
  return async ({ body: { user }, action, ack }: TimeChosen): Promise<void> => {
    await ack();
    const minute = minuteOfDay(action.selected_time ?? '');
    if (minute === undefined) return;
    const { id, quietHours } = await developerOf(deps, user.id);
    const chosen = { ...(quietHours ?? USUAL), [end]: minute };
    if (chosen.from === chosen.until) deps.store.developers.clearQuietHours(id);
    else deps.store.developers.setQuietHours(id, chosen);
    deps.store.notices.releaseHeld(deps.clock.now());
    await deps.showHome(user.id, 'changed');
  };
}
