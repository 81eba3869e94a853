import { randomInt } from 'node:crypto';

/** A request as the webhook takes it. */
export interface TrafficRequest {
  readonly email: string;
  readonly session: string;
  readonly at: number;
  readonly durationMs: number;
  readonly requestId: string;
  readonly promptId: string;
  readonly model: string;
  readonly clientVersion: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  readonly cacheCreation5mTokens: number;
  readonly cacheCreation1hTokens: number;
}

export interface TrafficOptions {
  /** Who takes turns: each request is of the next one. */
  readonly developers?: number;
  /** Of how many requests one is of a session whose cache is broken; left out: none. */
  readonly brokenOf?: number;
}

interface Conversation {
  session: string;
  promptId: string;
  turn: number;
  cachedTokens: number;
}

/** Requests of a conversation until its developer starts another one, and those of one prompt. */
const TURNS = 60;
const TURNS_OF_PROMPT = 6;
/** A broken one needs two misses in a row to be an incident; with the others it grows. */
const BROKEN_TURNS = 5;
const BROKEN_FLOOR_TOKENS = 14_000;
/** So many requests in a ms of event time: about as fast as they can come, so that none lies in the future. */
const REQUESTS_A_MS = 20;
/** Ends before its developer's next one begins, which is all that detectors ask of it. */
const LONGEST_MS = 8;
const BEGAN_BEFORE_MS = 30_000;
const MODELS = ['claude-sonnet-5-5', 'claude-opus-5-1'] as const;
const CLIENT_VERSION = '2.1.330';
const BROKEN = 'b40ce11e';

/** Whether a session's cache is broken, by its id. */
export const isBroken = (session: string): boolean => session.startsWith(BROKEN);

export type Traffic = ReturnType<typeof createTraffic>;

/**
 * Work of many developers without end: each request reads what the one before it left in the cache and adds a little, so
 * that detectors have their ordinary work and nothing to say. Ids have the length of the real ones and rise with time.
 */
export function createTraffic({ developers = 500, brokenOf }: TrafficOptions = {}) {
  const conversations = Array.from({ length: developers }, (_, developer) => begin(developer % TURNS));
  const startedAt = Date.now() - BEGAN_BEFORE_MS;
  const run = randomInt(2 ** 47)
    .toString(36)
    .padStart(11, '0')
    .slice(0, 11);
  let count = 0;
  let broken = beginBroken();

  return {
    /** The next requests. */
    next: (requests: number): readonly TrafficRequest[] => Array.from({ length: requests }, one),
  };

  function one(): TrafficRequest {
    const number = count++;
    return brokenOf !== undefined && number % brokenOf === 0 ? brokenOne(number) : healthyOne(number);
  }

  function healthyOne(number: number): TrafficRequest {
    const developer = number % developers;
    const known = conversations[developer];
    const conversation = known && known.turn < TURNS ? known : begin();
    conversations[developer] = conversation;
    const added = 400 + ((number * 7919) % 1800);
    const cacheReadTokens = conversation.cachedTokens;
    conversation.cachedTokens += added;
    return toRequest(number, { developer, conversation, cacheReadTokens, cacheCreationTokens: added });
  }

  /** Reads the system prompt alone, and writes the whole conversation anew. Its version is its own: it is no regression. */
  function brokenOne(number: number): TrafficRequest {
    if (broken.turn === BROKEN_TURNS) broken = beginBroken();
    const isFirst = broken.turn === 0;
    const tokens = {
      cacheReadTokens: isFirst ? 0 : BROKEN_FLOOR_TOKENS,
      cacheCreationTokens: 80_000 - (isFirst ? 0 : BROKEN_FLOOR_TOKENS),
    };
    const clientVersion = `2.${broken.began}.0`;
    const conversation = broken;
    return { ...toRequest(number, { developer: broken.developer, conversation, ...tokens }), clientVersion };
  }

  function toRequest(
    number: number,
    { developer, conversation, cacheReadTokens, cacheCreationTokens }: Turn,
  ): TrafficRequest {
    if (conversation.turn % TURNS_OF_PROMPT === 0) conversation.promptId = crypto.randomUUID();
    conversation.turn += 1;
    const { session, promptId } = conversation;
    return {
      email: `developer${developer}@example.com`,
      session,
      at: startedAt + Math.floor(number / REQUESTS_A_MS),
      durationMs: 1 + (number % LONGEST_MS),
      requestId: `req_011C${number.toString(36).padStart(9, '0')}${run}`,
      promptId,
      model: MODELS[developer % MODELS.length] ?? MODELS[0],
      clientVersion: CLIENT_VERSION,
      inputTokens: 3,
      outputTokens: 100 + (number % 900),
      cacheReadTokens,
      cacheCreationTokens,
      cacheCreation5mTokens: 0,
      cacheCreation1hTokens: cacheCreationTokens,
    };
  }

  function begin(turn = 0): Conversation {
    return { session: crypto.randomUUID(), promptId: crypto.randomUUID(), turn, cachedTokens: 20_000 };
  }

  function beginBroken() {
    const session = `${BROKEN}${crypto.randomUUID().slice(BROKEN.length)}`;
    return { ...begin(), session, began: count, developer: count % developers };
  }
}

interface Turn {
  readonly developer: number;
  readonly conversation: Conversation;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
}
