import type { ModalView } from '@slack/types';
import type { TeamTokens } from '../team-tokens.ts';

/** What a click in the list of tokens carries. */
export interface TokensClick {
  readonly ack: () => Promise<void>;
  readonly body: {
    readonly user: { readonly id: string };
    readonly view?: { readonly id: string; readonly private_metadata: string } | undefined;
  };
  readonly action: { readonly value?: string | undefined };
  readonly client: { readonly views: { update(args: { view_id: string; view: ModalView }): Promise<unknown> } };
}

/** An admin turns a page of the list of tokens. */
export function tokensPaged({ turn }: Pick<TeamTokens, 'turn'>) {
  return async ({ ack, body, action, client }: TokensClick): Promise<void> => {
    await ack();
    const view = await turn(Number(action.value ?? 0), body.user.id);
    if (view && body.view) await client.views.update({ view_id: body.view.id, view });
  };
}
