import type { Clock } from '../../clock.ts';
import type { Store } from '../../store/store.ts';
import type { DeveloperOfDeps } from '../developer-of.ts';
import type { ShowHome } from '../show-home.ts';

/** What the listeners of App Home need. */
export interface HomeClickDeps extends DeveloperOfDeps {
  readonly store: Pick<Store, 'developers' | 'mutes' | 'notices'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly showHome: ShowHome;
}

/** What they read of Bolt's arguments. */
export interface HomeClick {
  readonly body: { readonly user: { readonly id: string } };
  readonly ack: () => Promise<void>;
}
