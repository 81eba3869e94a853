import type { People } from '../people.ts';
import type { ShowHome } from '../show-home.ts';

interface HomeOpened {
  readonly event: { readonly user: string; readonly tab?: string | undefined };
}

interface HomeDeps {
  readonly people: Pick<People, 'developer'>;
  readonly showHome: ShowHome;
}

/** Somebody opens App Home: it shows what there is to see of them now. */
export function appHomeOpened({ people, showHome }: HomeDeps) {
  return async ({ event }: HomeOpened): Promise<void> => {
    if (event.tab !== undefined && event.tab !== 'home') return;
    // Their name, email and time zone as Slack knows them by now.
    await people.developer(event.user);
    await showHome(event.user, 'opened');
  };
}
