import { z } from 'zod';
import { type Answer, type Fields, isFields, textField } from './fields.ts';
import { historyPage, type ListedMessage, withTrueEdit } from './history-page.ts';
import type { IdTranslation } from './id-translation.ts';
import type { Ledger } from './ledger.ts';
import type { Modals } from './modals.ts';
import { BOT } from './people.ts';
import { completeUser } from './slack-user.ts';
import type { Effect } from './web-api.ts';
import { PostedMessage, View } from './workspace-state.ts';

/** What the effects read and write. */
export interface EffectParts {
  readonly ids: IdTranslation;
  readonly ledger: Ledger;
  readonly modals: Modals;
  /** Whose click a trigger id stands for; the answer of `views.open` does not tell. */
  readonly userOfTrigger: (triggerId: string) => string | undefined;
  /** IANA name of everybody's time zone. */
  readonly timeZone: string;
}

const Content = PostedMessage.pick({ text: true, blocks: true, metadata: true, thread_ts: true });
const Posted = z.object({ channel: z.string(), ts: z.string(), message: Content });
const Ephemeral = Content.extend({ channel: z.string(), user: z.string(), text: z.string().default('') });
const Listed = z.array(z.looseObject({ ts: z.string() }));

/** What the workspace remembers of a call that the emulator agreed to, and what it corrects in the answer, by method. */
export function createEffects(parts: EffectParts): Record<string, Effect> {
  const { ids, ledger, modals, timeZone } = parts;

  return {
    'chat.postMessage': (_args, answer) => {
      const { message, ...place } = Posted.parse(answer);
      ledger.add({ ...message, ...place });
      return answer;
    },
    'chat.update': (_args, answer) => {
      const { message, channel, ts } = Posted.parse(answer);
      const { text, blocks, metadata } = message;
      ledger.change(channel, ts, { text, blocks, metadata, edited: { user: BOT.userId, ts: ledger.nextTs() } });
      return answer;
    },
    'chat.delete': (_args, answer) => {
      ledger.remove(String(answer.channel), String(answer.ts));
      return answer;
    },
    'chat.postEphemeral': (args, answer) => {
      const { user, ...content } = Ephemeral.parse(args);
      ledger.add({ ...content, ts: String(answer.message_ts), only_for: user });
      return answer;
    },
    'views.publish': (args, answer) => {
      ledger.setHome(String(args.user_id), View.parse(answer.view));
      return answer;
    },
    'views.open': openModal,
    'views.push': openModal,
    'views.update': (_args, answer) => {
      modals.replace(View.parse(answer.view));
      return answer;
    },
    'conversations.history': (args, answer) => listed(args, answer, 'newest first'),
    'conversations.replies': (args, answer) => listed(args, answer, 'oldest first'),
    'conversations.list': (_args, answer) => ({ ...answer, channels: known(answer.channels) }),
    'conversations.members': (_args, answer) => ({ ...answer, members: known(answer.members) }),
    'conversations.archive': (args, answer) => {
      ledger.archive(String(args.channel));
      return answer;
    },
    'conversations.unarchive': (args, answer) => {
      ledger.unarchive(String(args.channel));
      return answer;
    },
    'users.list': (_args, answer) => ({
      ...answer,
      members: known(answer.members).map((user) => completeUser(user, timeZone)),
    }),
    'users.info': (_args, answer) => ({ ...answer, user: completeUser(answer.user, timeZone) }),
    'users.lookupByEmail': (_args, answer) => ({ ...answer, user: completeUser(answer.user, timeZone) }),
  };

  function openModal(args: Fields, answer: Answer): Answer {
    const user = parts.userOfTrigger(textField(args, 'trigger_id') ?? '');
    if (user !== undefined) modals.push(user, View.parse(answer.view));
    return answer;
  }

  function listed(args: Fields, answer: Answer, order: 'newest first' | 'oldest first'): Answer {
    const channel = String(args.channel);
    const sign = order === 'newest first' ? -1 : 1;
    const messages = Listed.parse(answer.messages)
      .map((message): ListedMessage => withTrueEdit(message, ledger.find(channel, message.ts)))
      .toSorted((one, other) => sign * one.ts.localeCompare(other.ts));
    return { ...answer, ...historyPage(messages, args) };
  }

  /** The emulator has a channel `general` and an admin of its own, which are not part of this workspace. */
  function known(list: unknown): unknown[] {
    if (!Array.isArray(list)) return [];
    return list.filter((item) => ids.knows(String(isFields(item) ? item.id : item)));
  }
}
