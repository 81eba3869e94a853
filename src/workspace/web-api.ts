import { z } from 'zod';
import { findConversation } from './channels.ts';
import type { Emulator } from './emulator.ts';
import { type Answer, type Fields, refusal, textField } from './fields.ts';
import type { IdTranslation } from './id-translation.ts';
import type { Ledger } from './ledger.ts';
import { findPerson } from './people.ts';
import { withBlockIds } from './with-block-ids.ts';

/** The Web API as the app sees it: stable ids, channel names, and a memory. */
export interface WebApi {
  /** Throws only when the emulator or the disk fails. */
  call(method: string, args: Fields): Promise<Answer>;
}

/** Slack's refusal of a call that the emulator would carry out; undefined lets it pass. */
export type Refuse = (method: string, args: Fields) => Answer | undefined;

/** What has to happen once the emulator has agreed; the result is what the app is told. */
export type Effect = (args: Fields, answer: Answer) => Answer;

/** What the Web API is made of. */
export interface WebApiParts {
  readonly emulator: Emulator;
  readonly ids: IdTranslation;
  readonly ledger: Pick<Ledger, 'nextTs'>;
  readonly effects: Readonly<Record<string, Effect>>;
  readonly refuse: Refuse;
}

const Posted = z.union([
  z.looseObject({ ts: z.string() }),
  z.looseObject({ message_ts: z.string() }).transform(({ message_ts }) => ({ ts: message_ts })),
]);

/** These give a message a new `ts`. */
const POSTING_METHODS = new Set(['chat.postMessage', 'chat.postEphemeral']);

/** The emulator pages through at most this many; what the app asked for is cut out of it afterwards. */
const EVERYTHING = { limit: 1000, cursor: '' };
const LISTING_METHODS = new Set(['conversations.history', 'conversations.replies', 'conversations.list', 'users.list']);

/** Puts names, ids, validation and memory around the emulator. */
export function createWebApi({ emulator, ids, ledger, effects, refuse }: WebApiParts): WebApi {
  async function call(method: string, args: Fields): Promise<Answer> {
    const addressed = addressedById(args);
    const refused = refuse(method, addressed ?? args);
    if (refused) return refused;
    if (!addressed) return refusal('channel_not_found');

    const asked = withBlockIds(addressed);
    const listing = LISTING_METHODS.has(method) ? EVERYTHING : {};
    const answer = await emulator.call(method, { ...ids.toEmulator(asked), ...listing });
    if (!answer.ok) return answer;

    if (POSTING_METHODS.has(method)) ids.pair(ledger.nextTs(), Posted.parse(answer).ts);
    const told: Answer = { ...ids.toApp(answer), ok: true };
    return effects[method]?.(asked, told) ?? told;
  }

  return { call };
}

/** The same arguments with the channel's id for its name; undefined when there is no such channel. */
function addressedById(args: Fields): Fields | undefined {
  const channel = textField(args, 'channel');
  if (channel === undefined) return args;
  // Slack takes a user id too and means the direct message.
  const id = findConversation(channel) ?? findPerson(channel)?.directMessage;
  return id === undefined ? undefined : { ...args, channel: id };
}
