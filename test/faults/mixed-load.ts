import { setTimeout as sleep } from 'node:timers/promises';
import { epochMs, HOUR_MS, SECOND_MS } from '../../src/model/time.ts';
import { limitText } from '../../src/simulation/limit-text.ts';
import type { Random } from '../../src/simulation/random.ts';
import { type Body, bodyOf, jsonBody, type Route, type ToldRequest } from './told-request.ts';

/** Somebody whose programs report, with one way of telling requests. */
export interface Reporter {
  readonly email: string;
  readonly token: string;
  readonly route: Route;
  /** Whether a session of theirs is broken. */
  readonly isBroken: boolean;
}

/** A window as its status lines and hooks told it. */
export interface ToldWindow {
  readonly email: string;
  readonly kind: string;
  readonly resetsAt: number;
  usedPercent: number;
  isRefused: boolean;
}

/** Everything that was ever handed over, acknowledged or not; in the end all of it is. */
export interface Told {
  readonly requests: Map<string, ToldRequest>;
  readonly markers: Set<string>;
  readonly windows: Map<string, ToldWindow>;
  /** How many turns of each broken session were told. */
  readonly brokenTurns: Map<string, number>;
}

export interface MixedLoadOptions {
  readonly url: string;
  readonly reporters: readonly Reporter[];
  readonly random: Random;
}

/** A body with what was promised once it is acknowledged. */
interface Letter {
  readonly body: Body;
  readonly requestIds: readonly string[];
}

/** The next letter, and how long its sender rests before it. */
type Writer = () => { letter: Letter; restMs: number };

const MODEL = 'claude-opus-5-5';
const TURNS_OF_SESSION = 40;
const TURNS_OF_PROMPT = 6;
const REQUESTS_AT_ONCE = 12;
const BROKEN_FLOOR_TOKENS = 14_000;
const BROKEN_CONTEXT_TOKENS = 90_000;

export type MixedLoad = ReturnType<typeof createMixedLoad>;

/**
 * Clients of several people that report as the real ones do: each of them in order, one body at a time, and each body again
 * until it is acknowledged. Paused at first.
 */
export function createMixedLoad({ url, reporters, random }: MixedLoadOptions) {
  const told: Told = { requests: new Map(), markers: new Set(), windows: new Map(), brokenTurns: new Map() };
  const acknowledged = new Set<string>();
  let answers = 0;
  let onAnswer: (answers: number) => void = () => {};
  let resent = 0;
  let isOver = false;
  let gate = Promise.withResolvers<void>();
  let network = new AbortController();

  const clients = reporters.flatMap((reporter) => writersOf(reporter).map((next) => report(reporter.token, next)));

  return {
    told,
    /** Ids of requests whose bodies were answered with 200. */
    acknowledged,
    /** How many bodies had to be sent again. */
    resent: () => resent,
    /** Lets the clients report; `watch` is called in the very turn in which an answer comes, with how many came since. */
    resume(watch: (answers: number) => void = () => {}) {
      answers = 0;
      onAnswer = watch;
      gate.resolve();
    },
    /** What is under way is still answered, or lost. */
    pause() {
      gate = Promise.withResolvers();
    },
    /** No answer that was not read by now arrives. */
    cut() {
      network.abort();
      network = new AbortController();
    },
    /** Ends when everything that was handed over is acknowledged. */
    async finish(): Promise<void> {
      isOver = true;
      gate.resolve();
      await Promise.all(clients);
    },
  };

  async function report(token: string, next: Writer): Promise<void> {
    for (;;) {
      await gate.promise;
      if (isOver) return;
      const { letter, restMs } = next();
      await deliver(token, letter);
      await sleep(restMs);
    }
  }

  async function deliver(token: string, { body, requestIds }: Letter): Promise<void> {
    for (let attempt = 0; !(await post(token, body)); attempt++) {
      resent += 1;
      await gate.promise;
      await sleep(Math.min(attempt, 20) * 5);
    }
    for (const id of requestIds) acknowledged.add(id);
    answers += 1;
    onAnswer(answers);
  }

  async function post(token: string, { path, headers, bytes }: Body): Promise<boolean> {
    try {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { ...headers, authorization: `Bearer ${token}` },
        body: new Uint8Array(bytes),
        signal: network.signal,
      });
      if (answer.status >= 400 && answer.status < 500) throw new Refused(`${path} answered ${await answer.text()}`);
      // The status alone is the promise: the rest of the answer may be lost.
      if (answer.ok) void answer.arrayBuffer().catch(() => {});
      return answer.ok;
    } catch (error) {
      if (error instanceof Refused) throw error;
      return false;
    }
  }

  function writersOf(reporter: Reporter): readonly Writer[] {
    const session = `${reporter.email} open`;
    return [
      healthyWriter(reporter, session),
      healthyWriter(reporter, `${reporter.email} other`),
      statusLineWriter(reporter, session),
      ...(reporter.isBroken ? [brokenWriter(reporter)] : [hookWriter(reporter, session)]),
    ];
  }

  /** A conversation after the other: each request reads what the one before it left in the cache. */
  function healthyWriter(reporter: Reporter, first: string): Writer {
    let sessions = 0;
    let session = first;
    let turn = TURNS_OF_SESSION;
    let cached = 0;
    let at = 0;

    const one = (): ToldRequest => {
      if (turn >= TURNS_OF_SESSION) {
        session = sessions === 0 ? first : `${first} ${sessions}`;
        sessions += 1;
        turn = 0;
        cached = 20_000;
        at = Date.now() - SECOND_MS;
      }
      turn += 1;
      at = Math.max(at + 1, Math.min(Date.now(), at + random.whole(0, 40)));
      const isAgent = turn % 7 === 0;
      const added = random.whole(300, 1200);
      const tokens = isAgent
        ? { cacheReadTokens: 4000, cacheCreationTokens: 900 }
        : { cacheReadTokens: cached, cacheCreationTokens: added };
      if (!isAgent) cached += added;
      return request(reporter, { session, turn, at, ...tokens, ...(isAgent && { agent: 'agent-1' }) });
    };

    return () => {
      const requests = Array.from({ length: random.whole(1, REQUESTS_AT_ONCE) }, one);
      const letter = letterOf(reporter, requests);
      const isMarked = reporter.route === 'webhook' && random.chance(0.2);
      return { letter: isMarked ? withMarker(letter, requests, session) : letter, restMs: random.whole(0, 10) };
    };
  }

  /** Reads the system prompt alone, and writes the whole conversation anew, turn by turn. */
  function brokenWriter(reporter: Reporter): Writer {
    const session = `${reporter.email} broken`;
    let turn = 0;
    return () => {
      turn += 1;
      told.brokenTurns.set(session, turn);
      const read = turn === 1 ? 0 : BROKEN_FLOOR_TOKENS;
      const tokens = { cacheReadTokens: read, cacheCreationTokens: BROKEN_CONTEXT_TOKENS - read };
      const requests = [request(reporter, { session, turn, at: Date.now(), ...tokens })];
      return { letter: letterOf(reporter, requests), restMs: 60 };
    };
  }

  /** Percentages that rise, with stale ones between them. */
  function statusLineWriter({ email }: Reporter, session: string): Writer {
    const resetsAt = Math.floor(Date.now() / HOUR_MS) * HOUR_MS + 4 * HOUR_MS;
    const used = { five_hour: 40, seven_day: 20 };
    return () => {
      for (const kind of ['five_hour', 'seven_day'] as const) {
        if (random.chance(0.2)) used[kind] = Math.min(99, used[kind] + 1);
      }
      const shown = random.chance(0.3) ? { five_hour: used.five_hour - 3, seven_day: used.seven_day } : used;
      for (const kind of ['five_hour', 'seven_day'] as const) read(email, { kind, resetsAt, usedPercent: shown[kind] });
      const window = (kind: keyof typeof used) => ({ used_percentage: shown[kind], resets_at: resetsAt / SECOND_MS });
      const rate_limits = { five_hour: window('five_hour'), seven_day: window('seven_day') };
      const body = jsonBody('/v1/status-line', { session_id: session, version: '2.1.330', rate_limits });
      return { letter: { body, requestIds: [] }, restMs: 20 };
    };
  }

  /** Rarely: a limit is hit. Mostly: something that nobody needs. */
  function hookWriter({ email }: Reporter, session: string): Writer {
    const resetsAt = Math.floor(Date.now() / HOUR_MS) * HOUR_MS + 4 * HOUR_MS;
    return () => {
      const isHit = random.chance(0.02);
      if (isHit) read(email, { kind: 'five_hour', resetsAt, usedPercent: 100, isRefused: true });
      const failure = { error: 'rate_limit', last_assistant_message: limitText('five_hour', epochMs(resetsAt)) };
      const event = isHit ? { hook_event_name: 'StopFailure', ...failure } : { hook_event_name: 'Stop' };
      const body = jsonBody('/v1/hooks', { session_id: session, ...event });
      return { letter: { body, requestIds: [] }, restMs: 40 };
    };
  }

  function read(
    email: string,
    {
      kind,
      resetsAt,
      usedPercent,
      isRefused = false,
    }: Omit<ToldWindow, 'email' | 'isRefused'> & { isRefused?: boolean },
  ) {
    const key = `${email} ${kind}`;
    const window = told.windows.get(key) ?? { email, kind, resetsAt, usedPercent, isRefused };
    window.usedPercent = Math.max(window.usedPercent, usedPercent);
    window.isRefused ||= isRefused;
    told.windows.set(key, window);
  }

  function letterOf({ route }: Reporter, requests: readonly ToldRequest[]): Letter {
    for (const one of requests) told.requests.set(idOf(one), one);
    return { body: bodyOf(route, requests), requestIds: requests.map(idOf) };
  }

  function withMarker(letter: Letter, requests: readonly ToldRequest[], session: string): Letter {
    const at = (requests.at(-1)?.at ?? 0) + 1;
    told.markers.add(`${session} ${at}`);
    const content = JSON.parse(Buffer.from(letter.body.bytes).toString());
    return { ...letter, body: jsonBody('/v1/usage', { ...content, markers: [{ session, at, kind: 'clear' }] }) };
  }
}

/** Here each has one. */
const idOf = ({ requestId = '' }: ToldRequest): string => requestId;

class Refused extends Error {}

let count = 0;

type Turn = Pick<ToldRequest, 'session' | 'at' | 'agent' | 'cacheReadTokens' | 'cacheCreationTokens'> & {
  turn: number;
};

function request({ email }: Reporter, { turn, ...told }: Turn): ToldRequest {
  count += 1;
  const requestId = `req_${String(count).padStart(12, '0')}`;
  return {
    email,
    durationMs: 5,
    requestId,
    clientRequestId: crypto.randomUUID(),
    promptId: `${told.session} prompt ${Math.floor(turn / TURNS_OF_PROMPT)}`,
    sequence: turn,
    model: MODEL,
    clientVersion: '2.1.330',
    inputTokens: 3,
    outputTokens: 10 + turn,
    costMicros: 1000 + turn,
    ...told,
  };
}
