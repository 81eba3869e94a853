import type { TeamTokens } from '../team-tokens.ts';
import type { TokensClick } from './tokens-paged.ts';

/** An admin takes back all tokens of people who left; the list shows it. */
export function leaversRevoked({ revokeLeavers }: Pick<TeamTokens, 'revokeLeavers'>) {
  return async ({ ack, body, client }: TokensClick): Promise<void> => {
    await ack();
    const view = await revokeLeavers(body.user.id);
    if (view && body.view) await client.views.update({ view_id: body.view.id, view });
  };
}
