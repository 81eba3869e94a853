import type { ForgetMe } from '../forget-me.ts';
import type { Message } from '../views/blocks.ts';

interface ForgetClick {
  readonly ack: () => Promise<void>;
  readonly body: { readonly user: { readonly id: string } };
  readonly respond: (answer: Message & { response_type: 'ephemeral'; replace_original: boolean }) => Promise<unknown>;
}

/** Somebody confirmed that they want to be forgotten. The answer takes the place of the question. */
export function forgetConfirmed({ confirmed }: Pick<ForgetMe, 'confirmed'>) {
  return async ({ ack, body, respond }: ForgetClick): Promise<void> => {
    await ack();
    await respond({ response_type: 'ephemeral', replace_original: true, ...(await confirmed(body.user.id)) });
  };
}
