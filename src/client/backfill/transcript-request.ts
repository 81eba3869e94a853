import type { LineFields, TextName } from './line-fields.ts';

/** A request as a transcript tells it, in the words of `POST /v1/usage`; nothing else is ever sent of it. */
export interface TranscriptRequest {
  readonly session: string;
  /** When its line was written, epoch ms. */
  readonly at: number;
  /** The API's id, or that of its answer. */
  readonly requestId?: string;
  readonly promptId?: string;
  /** Of a sub-agent; one name for all of them where the client gave them none. */
  readonly agent?: string;
  readonly model: string;
  readonly clientVersion?: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  readonly cacheCreation5mTokens?: number;
  readonly cacheCreation1hTokens?: number;
}

/** What a line is told by where it does not say so itself. */
export interface Surroundings {
  /** Of the file. */
  readonly session: string;
  readonly promptId: string | undefined;
}

export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly read: number;
  readonly written: number;
  readonly written5m: number | undefined;
  readonly written1h: number | undefined;
}

/** As the collector takes them: a thousand times the largest context. */
const MAX_TOKENS = 1_000_000_000;

/** Ids and names of models and versions are words: whatever else stands there is no id, and stays here. */
const WORD = /^[A-Za-z0-9][\w.:@/[\]-]{0,127}$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/** 2020-01-01T00:00Z: the collector takes nothing older. */
const EARLIEST = 1_577_836_800_000;

/** The tokens of an answer's line; undefined: it has none, or none that could be counted. */
export function tokensOf(line: LineFields): Tokens | undefined {
  const input = line.count('input');
  const output = line.count('output');
  if (input === undefined || output === undefined) return undefined;
  const written5m = line.count('written5m');
  const written1h = line.count('written1h');
  const split = (written5m ?? 0) + (written1h ?? 0);
  const tokens = { input, output, read: line.count('read') ?? 0, written5m, written1h };
  // Gateways in front of other models fill one of the two.
  const written = Math.max(line.count('written') ?? 0, split);
  const all = [input, output, tokens.read, written, written5m ?? 0, written1h ?? 0];
  return all.every(isCount) ? { ...tokens, written } : undefined;
}

export function totalOf({ input, output, read, written }: Tokens): number {
  return input + output + read + written;
}

/** Undefined: no call to a model, or one that nobody can place. */
export function requestOf(line: LineFields, tokens: Tokens, around: Surroundings): TranscriptRequest | undefined {
  const at = momentOf(line);
  const model = wordOf(line, 'model');
  if (at === undefined || model === undefined) return undefined;
  const requestId = wordOf(line, 'requestId') ?? wordOf(line, 'messageId');
  const agent = wordOf(line, 'agentId') ?? (line.isSidechain ? 'sidechain' : undefined);
  const clientVersion = wordOf(line, 'version');
  const { written5m, written1h } = tokens;
  return {
    session: wordOf(line, 'sessionId') ?? around.session,
    at,
    ...(requestId !== undefined && { requestId }),
    ...(around.promptId !== undefined && { promptId: around.promptId }),
    ...(agent !== undefined && { agent }),
    model,
    ...(clientVersion !== undefined && { clientVersion }),
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    cacheReadTokens: tokens.read,
    cacheCreationTokens: tokens.written,
    ...(written5m !== undefined && { cacheCreation5mTokens: written5m }),
    ...(written1h !== undefined && { cacheCreation1hTokens: written1h }),
  };
}

/** Epoch ms; undefined: not ISO 8601 with an offset, or before 2020. */
export function momentOf(line: LineFields): number | undefined {
  const text = line.text('timestamp');
  if (text === undefined || !MOMENT.test(text)) return undefined;
  const at = Date.parse(text);
  return at >= EARLIEST ? at : undefined;
}

/** A field that is a word; undefined where it is none. */
export function wordOf(line: LineFields, name: TextName): string | undefined {
  const text = line.text(name);
  return text !== undefined && WORD.test(text) ? text : undefined;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_TOKENS;
}
