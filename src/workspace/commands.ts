import { deliver } from './deliver.ts';
import { escapeMentions } from './escape-mentions.ts';
import { type Fields, isFields } from './fields.ts';
import type { Modals } from './modals.ts';
import { slashCommand } from './payloads.ts';
import type { Person } from './people.ts';
import { RequestError } from './request-error.ts';
import type { ResponseUrls } from './response-urls.ts';
import { ACKNOWLEDGE_WITHIN_MS, type SocketMode } from './socket-mode.ts';
import type { Triggers } from './triggers.ts';

/** A slash command as somebody typed it into a conversation. */
export interface TypedCommand {
  readonly person: Person;
  readonly channel: string;
  /** `/quota incidents` */
  readonly line: string;
}

/** What a command needs. */
export interface CommandParts {
  readonly socketMode: SocketMode;
  readonly responseUrls: ResponseUrls;
  readonly triggers: Triggers;
  readonly modals: Pick<Modals, 'opened'>;
}

/**
 * Runs slash commands. The result waits for the first answer or modal, at most 3 seconds, and holds what the person has
 * seen by then: `text`, `blocks`, `response_type`. Throws a RequestError when there is no app to answer.
 */
export function createCommands({ socketMode, responseUrls, triggers, modals }: CommandParts) {
  return async function run({ person, channel, line }: TypedCommand): Promise<readonly Fields[]> {
    const [command = '', ...words] = line.trim().split(' ');
    const answers: Fields[] = [];
    const firstAnswer = Promise.withResolvers<void>();
    modals.opened(person.id).then(firstAnswer.resolve);
    const giveUp = setTimeout(firstAnswer.resolve, ACKNOWLEDGE_WITHIN_MS);
    const answered = (answer: Fields) => {
      answers.push({ response_type: 'ephemeral', ...answer });
      firstAnswer.resolve();
    };

    const response = responseUrls.open({ user: person.id, channel, answered });
    const text = escapeMentions(words.join(' ').trim());
    const triggerId = await triggers.create(person);
    const payload = slashCommand({ person, channel, command, text, triggerId, responseUrl: response.url });
    try {
      const body = await deliver(socketMode, { type: 'slash_commands', payload, accepts_response_payload: true });
      await answerAtOnce(response.id, typeof body === 'string' ? { text: body } : body);
      await firstAnswer.promise;
      return answers;
    } finally {
      clearTimeout(giveUp);
    }
  };

  async function answerAtOnce(responseId: string, body: unknown): Promise<void> {
    if (!isFields(body) || !(body.text || body.blocks)) return;
    const answer = await responseUrls.answer(responseId, body);
    if (!answer.ok) throw new RequestError(502, `Slack would refuse the app's answer: ${JSON.stringify(answer)}`);
  }
}
