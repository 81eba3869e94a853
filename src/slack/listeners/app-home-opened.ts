import type { HomeView } from '@slack/types';
import type { Developer } from '../../model/developer.ts';
import type { People } from '../people.ts';
import { appHome } from '../views/app-home.ts';
import type { QuotaReport } from '../views/quota-report.ts';

interface HomeOpened {
  readonly event: { readonly user: string; readonly tab?: string | undefined };
  readonly client: { readonly views: { publish(args: { user_id: string; view: HomeView }): Promise<unknown> } };
}

interface HomeDeps {
  readonly people: Pick<People, 'developer'>;
  readonly reportOf: (developer: Developer) => QuotaReport;
}

/** Somebody opens App Home: it shows what `/quota` would answer them now. */
export function appHomeOpened({ people, reportOf }: HomeDeps) {
  return async ({ event, client }: HomeOpened): Promise<void> => {
    if (event.tab !== undefined && event.tab !== 'home') return;
    const developer = await people.developer(event.user);
    await client.views.publish({ user_id: event.user, view: appHome(reportOf(developer)) });
  };
}
