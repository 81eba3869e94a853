import type { ModalView } from '@slack/types';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Store } from '../../store/store.ts';
import { type DeveloperOfDeps, developerOf } from '../developer-of.ts';
import { connectModal } from '../views/connect-modal.ts';
import type { HomeClick } from './home-click.ts';

export interface HomeConnectDeps extends DeveloperOfDeps {
  readonly store: Pick<Store, 'developers' | 'tokens'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Logger, 'info'>;
  readonly publicUrl: string;
  /** Where npx finds the program for developers' machines; undefined: it was not built. */
  readonly clientUrl: string | undefined;
  /** Must not wait or retry: a trigger dies in 3 seconds. */
  readonly openView: (triggerId: string, view: ModalView) => Promise<unknown>;
}

interface ConnectClick extends HomeClick {
  readonly body: HomeClick['body'] & { readonly trigger_id: string };
}

/** Somebody wants to connect from App Home: a window shows a new token with its settings, this once. */
export function homeConnect(deps: HomeConnectDeps) {
  return async ({ body, ack }: ConnectClick): Promise<void> => {
    await ack();
    const developer = await developerOf(deps, body.user.id);
    const token = deps.store.tokens.create({ of: 'developer', developer: developer.id }, deps.clock.now());
    deps.log.info({ developer: developer.id }, 'personal token created');
    const { publicUrl, clientUrl } = deps;
    await deps.openView(body.trigger_id, connectModal({ publicUrl, clientUrl, token }));
  };
}
