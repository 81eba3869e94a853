import type { TeamTokens } from '../team-tokens.ts';
import type { TokensClick } from './tokens-paged.ts';

/** An admin takes a token back; the list shows it. Clicking twice changes nothing more. */
export function tokenRevoked({ revoke }: Pick<TeamTokens, 'revoke'>) {
  return async ({ ack, body, action, client }: TokensClick): Promise<void> => {
    await ack();
    const [id = '', hint = ''] = (action.value ?? '').split(':');
    const page = Number(body.view?.private_metadata ?? 0);
    const view = await revoke({ id: Number(id), hint, page }, body.user.id);
    if (view && body.view) await client.views.update({ view_id: body.view.id, view });
  };
}
