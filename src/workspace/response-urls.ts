import { randomUUID } from 'node:crypto';
import { type Answer, type Fields, isSet, refusal } from './fields.ts';
import type { Ledger } from './ledger.ts';
import type { WebApi } from './web-api.ts';
import type { PostedMessage } from './workspace-state.ts';

const USES = 5;
const VALID_FOR_MS = 30 * 60_000;

/** What a person did, for which the app gets a response URL. */
interface Occasion {
  readonly user: string;
  readonly channel: string;
  /** The clicked message; undefined for a slash command. */
  readonly origin?: PostedMessage | undefined;
  /** Told of every answer that the person gets. */
  readonly answered?: ((answer: Fields) => void) | undefined;
}

/** The id is the last part of the URL. */
interface OpenedUrl {
  readonly id: string;
  readonly url: string;
}

/** Slack's response URLs: an answer to what a person did, valid 5 times within 30 minutes. */
export interface ResponseUrls {
  open(occasion: Occasion): OpenedUrl;
  /** Carries out one use; refuses with `expired_url` or `used_url`. */
  use(id: string, body: Fields): Promise<Answer>;
  /** The same for an answer inside an acknowledgement, which counts as no use. */
  answer(id: string, body: Fields): Promise<Answer>;
}

interface OpenUrl {
  readonly occasion: Occasion;
  readonly openedAt: number;
  uses: number;
  /** The message that `replace_original` and `delete_original` mean. */
  original: PostedMessage | undefined;
  /** Uses are carried out one after the other: an app may acknowledge with an answer and replace it at once. */
  last: Promise<unknown>;
}

/** What response URLs need. */
export interface ResponseUrlParts {
  readonly webApi: WebApi;
  readonly ledger: Ledger;
  readonly urlOf: (id: string) => string;
}

/** No URL is open. */
export function createResponseUrls({ webApi, ledger, urlOf }: ResponseUrlParts): ResponseUrls {
  const urls = new Map<string, OpenUrl>();

  async function answer(id: string, body: Fields): Promise<Answer> {
    const url = urls.get(id);
    if (!url) return refusal('expired_url');
    const use = url.last.then(() => carryOut(url, body));
    url.last = use.catch(() => undefined);
    const given = await use;
    if (given.ok && !isSet(body.delete_original)) url.occasion.answered?.(body);
    return given;
  }

  async function carryOut(url: OpenUrl, body: Fields): Promise<Answer> {
    const { original } = url;
    if (isSet(body.delete_original)) return original ? remove(original) : refusal('message_not_found');
    if (isSet(body.replace_original) && original) return replace(original, body);
    return post(url, body);
  }

  async function post(url: OpenUrl, body: Fields): Promise<Answer> {
    const { channel, user } = url.occasion;
    const { text = '', blocks, thread_ts } = body;
    const content = { channel, text, ...(blocks ? { blocks } : {}), ...(thread_ts ? { thread_ts } : {}) };
    const isPublic = body.response_type === 'in_channel';
    const posted = isPublic
      ? await webApi.call('chat.postMessage', content)
      : await webApi.call('chat.postEphemeral', { ...content, user });
    if (posted.ok) url.original ??= ledger.find(channel, String(posted.ts ?? posted.message_ts));
    return posted;
  }

  async function replace(original: PostedMessage, body: Fields): Promise<Answer> {
    const { channel, ts } = original;
    const { text = '', blocks } = body;
    const content = { text, ...(blocks ? { blocks } : {}) };
    if (original.only_for === undefined) return webApi.call('chat.update', { channel, ts, ...content });
    // No Web API method edits an ephemeral message: post the new one, and let it take the old one's place.
    const posted = await webApi.call('chat.postEphemeral', { channel, user: original.only_for, ...content });
    if (!posted.ok) return posted;
    const successor = ledger.find(channel, String(posted.message_ts));
    ledger.remove(channel, String(posted.message_ts));
    ledger.change(channel, ts, { text: successor?.text ?? '', blocks: successor?.blocks });
    return posted;
  }

  async function remove({ channel, ts, only_for }: PostedMessage): Promise<Answer> {
    if (only_for === undefined) return webApi.call('chat.delete', { channel, ts });
    ledger.remove(channel, ts);
    return { ok: true };
  }

  return {
    open(occasion) {
      forgetExpired();
      const id = randomUUID();
      urls.set(id, { occasion, openedAt: Date.now(), uses: 0, original: occasion.origin, last: Promise.resolve() });
      return { id, url: urlOf(id) };
    },
    async use(id, body) {
      forgetExpired();
      const url = urls.get(id);
      if (!url) return refusal('expired_url');
      if (url.uses >= USES) return refusal('used_url');
      url.uses += 1;
      return answer(id, body);
    },
    answer,
  };

  function forgetExpired(): void {
    for (const [id, url] of urls) {
      if (Date.now() - url.openedAt > VALID_FOR_MS) urls.delete(id);
    }
  }
}
