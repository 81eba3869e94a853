import type { AnswerQuestion } from '../answer-question.ts';
import { quotaQuestion } from '../quota-words.ts';
import type { Message } from '../views/blocks.ts';

/** What this listener reads of Bolt's arguments. */
interface QuotaCommand {
  readonly command: { readonly text: string; readonly user_id: string; readonly trigger_id: string };
  readonly ack: () => Promise<void>;
  readonly respond: Respond;
}

type Respond = (answer: Omit<Message, 'plainer'> & { response_type: 'ephemeral' }) => Promise<unknown>;

/** `/quota …`: only the person who asks sees the answer. */
export function quotaCommand(answer: AnswerQuestion) {
  return async ({ command, ack, respond }: QuotaCommand): Promise<void> => {
    await ack();
    const asker = { slackUser: command.user_id, triggerId: command.trigger_id };
    const message = await answer(quotaQuestion(command.text), asker);
    if (message) await tell(respond, message);
  };
}

/** The fullest form that Slack takes. */
async function tell(respond: Respond, { plainer, ...message }: Message): Promise<void> {
  try {
    await respond({ response_type: 'ephemeral', ...message });
  } catch (error) {
    if (!plainer) throw error;
    await tell(respond, plainer);
  }
}
