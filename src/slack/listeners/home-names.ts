import { developerOf } from '../developer-of.ts';
import type { HomeClick, HomeClickDeps } from './home-click.ts';

/** Somebody agrees in App Home to be named in the channel, or takes that back. Clicking twice changes nothing more. */
export function homeNames(deps: HomeClickDeps, consent: 'given' | 'withdrawn') {
  return async ({ body: { user }, ack }: HomeClick): Promise<void> => {
    await ack();
    const { id } = await developerOf(deps, user.id);
    if (consent === 'given') deps.store.developers.consentToNames(id, deps.clock.now());
    else deps.store.developers.withdrawConsent(id);
    await deps.showHome(user.id, 'changed');
  };
}
