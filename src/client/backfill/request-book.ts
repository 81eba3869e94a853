import type { LineFields } from './line-fields.ts';
import { requestOf, type Surroundings, type TranscriptRequest, totalOf } from './transcript-request.ts';

/** By what a line says which request it is of. */
export interface Ids {
  readonly messageId: string | undefined;
  readonly requestId: string | undefined;
  /** It is of a sub-agent, or of a side question, which repeats answers under new request ids. */
  readonly isSidechain: boolean;
}

/** A request that waits to be sent. */
export interface Pending extends Ids {
  readonly request: TranscriptRequest;
}

interface Entry extends Pending {
  request: TranscriptRequest;
  requestId: string | undefined;
  isSidechain: boolean;
  total: number;
  /** Another request with the same message id. */
  readonly next: Entry | undefined;
}

export interface Span {
  /** Epoch ms; requests of earlier are left out. */
  readonly from: number;
  /** Epoch ms; lines of later are not read yet. */
  readonly until: number;
}

export type RequestBook = ReturnType<typeof createRequestBook>;

/**
 * Keeps each request once, as `ccusage` does: two lines are of one request by message id and request id, or by message id alone
 * where one of them is a sidechain's. That of the main conversation wins, then that with more tokens, then the first.
 */
export function createRequestBook({ from, until }: Span, sent: { has(ids: Ids): boolean }) {
  const byMessage = new Map<string, Entry>();
  let entries: Entry[] = [];
  let last: Entry | undefined;

  return {
    /** Answers whether the line may be read by now. */
    add(line: LineFields, around: Surroundings): boolean {
      const total = totalOf(line);
      if (total === undefined) return true;
      const messageId = line.text('messageId');
      const requestId = line.text('requestId');
      const { isSidechain } = line;
      const known = messageId === undefined ? undefined : find(messageId, requestId, isSidechain);
      if (known && !isBetter(known, isSidechain, total)) return true;
      const request = requestOf(line, { messageId, requestId }, around);
      if (!request) return true;
      if (request.at > until) return false;
      if (request.at < from) return true;
      if (known) Object.assign(known, { request, total, requestId, isSidechain });
      else if (!sent.has({ messageId, requestId, isSidechain }))
        note({ request, total, messageId, requestId, isSidechain });
      return true;
    },

    get size() {
      return entries.length;
    },

    /** Everything so far, oldest first; the book is empty then. */
    take(): readonly Pending[] {
      const taken = entries.toSorted((a, b) => a.request.at - b.request.at);
      entries = [];
      byMessage.clear();
      last = undefined;
      return taken;
    },
  };

  function note(pending: Pending & { total: number }) {
    const { messageId } = pending;
    last = { ...pending, next: messageId === undefined ? undefined : byMessage.get(messageId) };
    if (messageId !== undefined) byMessage.set(messageId, last);
    entries.push(last);
  }

  /** Mostly the line before was of the same answer. */
  function find(messageId: string, requestId: string | undefined, isSidechain: boolean): Entry | undefined {
    if (last?.messageId === messageId && last.requestId === requestId) return last;
    let alike: Entry | undefined;
    for (let entry = byMessage.get(messageId); entry; entry = entry.next) {
      if (entry.requestId === requestId) return entry;
      if (isSidechain || entry.isSidechain) alike = entry;
    }
    return alike;
  }
}

function isBetter(known: Entry, isSidechain: boolean, total: number): boolean {
  return known.isSidechain === isSidechain ? total > known.total : known.isSidechain;
}
