import { INCIDENT_KINDS } from '../../model/finding.ts';
import { DAY_MS, HOUR_MS, plus } from '../../model/time.ts';
import { developerOf } from '../developer-of.ts';
import type { MuteLength } from '../views/home-controls.ts';
import type { HomeClick, HomeClickDeps } from './home-click.ts';

interface KindChosen extends HomeClick {
  readonly action: { readonly selected_option: { readonly value: string } | null };
}

const LENGTHS_MS: Readonly<Record<MuteLength, number>> = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS };

/** Somebody does not want to hear of a kind for a while. Choosing it again counts from now. */
export function homeMute(deps: HomeClickDeps, length: MuteLength) {
  return async ({ body: { user }, action, ack }: KindChosen): Promise<void> => {
    await ack();
    const kind = INCIDENT_KINDS.find((known) => known === action.selected_option?.value);
    if (kind === undefined) return;
    const { id } = await developerOf(deps, user.id);
    const now = deps.clock.now();
    deps.store.mutes.set(id, { kind, until: plus(now, LENGTHS_MS[length]), by: user.id }, now);
    await deps.showHome(user.id, 'changed');
  };
}
