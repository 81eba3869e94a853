import type { AnswerQuestion } from '../answer-question.ts';
import { quotaQuestion } from '../quota-words.ts';
import type { Message } from '../views/blocks.ts';

/** What this listener reads of Bolt's arguments. */
interface QuotaCommand {
  readonly command: { readonly text: string; readonly user_id: string };
  readonly ack: () => Promise<void>;
  readonly respond: (answer: Message & { response_type: 'ephemeral' }) => Promise<unknown>;
}

/** `/quota …`: only the person who asks sees the answer. */
export function quotaCommand(answer: AnswerQuestion) {
  return async ({ command, ack, respond }: QuotaCommand): Promise<void> => {
    await ack();
    const message = await answer(quotaQuestion(command.text), command.user_id);
    await respond({ response_type: 'ephemeral', ...message });
  };
}
