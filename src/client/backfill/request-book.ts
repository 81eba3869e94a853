import type { LineFields } from './line-fields.ts';
import type { SentIds } from './sent-ids.ts';
import { requestOf, type Surroundings, type TranscriptRequest, tokensOf, totalOf } from './transcript-request.ts';

/** A request as one of its lines tells it. */
interface Entry {
  request: TranscriptRequest;
  total: number;
  requestId: string | undefined;
  isSidechain: boolean;
  readonly messageId: string | undefined;
  /** Another request with the same message id. */
  next: Entry | undefined;
}

export interface Span {
  /** Epoch ms; requests of earlier are left out. */
  readonly from: number;
  /** Epoch ms; lines of later are not read yet. */
  readonly until: number;
}

/** What of a pending request is remembered once it is sent. */
export interface Ids {
  readonly messageId: string | undefined;
  readonly requestId: string | undefined;
  readonly isSidechain: boolean;
}

export type RequestBook = ReturnType<typeof createRequestBook>;

/**
 * Keeps each request once, as ccusage counts them: lines are the same request by message id and request id, or by message id
 * alone where one of them is of a side conversation, which repeats answers under new request ids. The one of the main
 * conversation wins, then the one with more tokens, then the first.
 */
export function createRequestBook({ from, until }: Span, sent: Pick<SentIds, 'has'>) {
  const byMessage = new Map<string, Entry>();
  const entries: Entry[] = [];
  const texts = new Map<string, string>();

  return {
    /** Answers whether the line may be read by now. */
    add(line: LineFields, around: Surroundings): boolean {
      const tokens = tokensOf(line);
      if (!tokens) return true;
      const messageId = line.text('messageId');
      const requestId = line.text('requestId');
      const { isSidechain } = line;
      const total = totalOf(tokens);
      const known = messageId === undefined ? undefined : find(messageId, { requestId, isSidechain });
      if (known && !isBetter({ isSidechain, total }, known)) return true;
      const request = requestOf(line, tokens, around);
      if (!request) return true;
      if (request.at > until) return false;
      if (request.at < from) return true;
      if (known) Object.assign(known, { request: small(request), total, requestId, isSidechain });
      else if (!sent.has({ messageId, requestId, isSidechain }))
        note({ request, total, messageId, requestId, isSidechain });
      return true;
    },

    get size() {
      return entries.length;
    },

    /** Everything so far, in the order of time; the book is empty then. */
    take(): readonly { readonly request: TranscriptRequest; readonly ids: Ids }[] {
      const taken = entries.splice(0);
      byMessage.clear();
      texts.clear();
      return taken
        .toSorted((a, b) => a.request.at - b.request.at)
        .map((entry) => ({ request: entry.request, ids: entry }));
    },
  };

  function note({ request, ...ids }: Ids & { request: TranscriptRequest; total: number }) {
    const { messageId } = ids;
    const entry: Entry = {
      ...ids,
      request: small(request),
      next: messageId === undefined ? undefined : byMessage.get(messageId),
    };
    if (messageId !== undefined) byMessage.set(messageId, entry);
    entries.push(entry);
  }

  function find(
    messageId: string,
    { requestId, isSidechain }: Pick<Ids, 'requestId' | 'isSidechain'>,
  ): Entry | undefined {
    let other: Entry | undefined;
    for (let entry = byMessage.get(messageId); entry; entry = entry.next) {
      if (entry.requestId === requestId) return entry;
      if (isSidechain || entry.isSidechain) other = entry;
    }
    return other;
  }

  /** Requests of a session share most of their texts: each is kept once. */
  function small(request: TranscriptRequest): TranscriptRequest {
    const shared = { ...request, session: once(request.session), model: once(request.model) };
    if (request.promptId !== undefined) shared.promptId = once(request.promptId);
    if (request.agent !== undefined) shared.agent = once(request.agent);
    if (request.clientVersion !== undefined) shared.clientVersion = once(request.clientVersion);
    return shared;
  }

  function once(text: string): string {
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, text);
    return text;
  }
}

type Rank = Pick<Entry, 'isSidechain' | 'total'>;

function isBetter(one: Rank, other: Rank): boolean {
  if (one.isSidechain !== other.isSidechain) return other.isSidechain;
  return one.total > other.total;
}
