import type { LineFields, TextName } from './line-fields.ts';

/** A request as a transcript tells it, in the words of `POST /v1/usage`; nothing else is ever sent of it. */
export interface TranscriptRequest {
  readonly session: string;
  /** When its line was written, epoch ms. */
  readonly at: number;
  /** The API's id, or that of its answer. */
  readonly requestId: string | undefined;
  readonly promptId: string | undefined;
  /** Of a sub-agent; one name for all of them where the client gave them none. */
  readonly agent: string | undefined;
  readonly model: string;
  readonly clientVersion: string | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  readonly cacheCreation5mTokens: number | undefined;
  readonly cacheCreation1hTokens: number | undefined;
}

/** What a line is told by where it does not say so itself. */
export interface Surroundings {
  /** Of the file. */
  readonly session: string;
  readonly promptId: string | undefined;
}

/** As the collector takes them: a thousand times the largest context. */
const MAX_TOKENS = 1_000_000_000;

/** Ids and names of models and versions are words: whatever else stands there is none, and stays here. */
const WORD = /^[A-Za-z0-9][\w.:@/[\]-]{0,127}$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/** 2020-01-01T00:00Z: the collector takes nothing older. */
const EARLIEST = 1_577_836_800_000;

/** All tokens of an answer's line; undefined: it has none, or some that cannot be counted. */
export function totalOf(line: LineFields): number | undefined {
  const input = line.count('input');
  const output = line.count('output');
  if (input === undefined || output === undefined) return undefined;
  const read = line.count('read') ?? 0;
  const written = writtenOf(line);
  return isCount(input) && isCount(output) && isCount(read) && isCount(written) && isSplit(line)
    ? input + output + read + written
    : undefined;
}

/** Gateways in front of other models fill one of the two. */
function writtenOf(line: LineFields): number {
  return Math.max(line.count('written') ?? 0, (line.count('written5m') ?? 0) + (line.count('written1h') ?? 0));
}

function isSplit(line: LineFields): boolean {
  return isCount(line.count('written5m') ?? 0) && isCount(line.count('written1h') ?? 0);
}

/** Of a line whose tokens can be counted; undefined: no call to a model, or one that nobody can place. */
export function requestOf(line: LineFields, ids: LineIds, around: Surroundings): TranscriptRequest | undefined {
  const at = momentOf(line);
  const model = wordOf(line, 'model');
  if (at === undefined || model === undefined) return undefined;
  return {
    session: wordOf(line, 'sessionId') ?? around.session,
    at,
    requestId: wordIn(ids.requestId) ?? wordIn(ids.messageId),
    promptId: around.promptId,
    agent: wordOf(line, 'agentId') ?? (line.isSidechain ? 'sidechain' : undefined),
    model,
    clientVersion: wordOf(line, 'version'),
    inputTokens: line.count('input') ?? 0,
    outputTokens: line.count('output') ?? 0,
    cacheReadTokens: line.count('read') ?? 0,
    cacheCreationTokens: writtenOf(line),
    cacheCreation5mTokens: line.count('written5m'),
    cacheCreation1hTokens: line.count('written1h'),
  };
}

/** Epoch ms; undefined: not ISO 8601 with an offset, or before 2020. */
export function momentOf(line: LineFields): number | undefined {
  const text = line.text('timestamp');
  if (text === undefined || !MOMENT.test(text)) return undefined;
  const at = Date.parse(text);
  return at >= EARLIEST ? at : undefined;
}

/** The ids of a line are read before anything else of it: each is one text. */
export interface LineIds {
  readonly messageId: string | undefined;
  readonly requestId: string | undefined;
}

/** Most lines repeat what the line before said, and words that are kept for a month are kept once. */
const lastWords: Partial<Record<TextName, string>> = {};

/** A field that is a word; undefined where it is none. */
export function wordOf(line: LineFields, name: TextName): string | undefined {
  const text = line.text(name);
  const last = lastWords[name];
  if (text === last) return last;
  const word = wordIn(text);
  if (word !== undefined) lastWords[name] = word;
  return word;
}

function wordIn(text: string | undefined): string | undefined {
  return text !== undefined && WORD.test(text) ? text : undefined;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_TOKENS;
}
