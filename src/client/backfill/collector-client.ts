import { gzipSync } from 'node:zlib';
import type { Connection } from '../connection.ts';
import { Refused } from '../refused.ts';
import { type Answer, exchange, type Question } from './exchange.ts';

/** What telemetry told of a session in some stretch of time; times in epoch ms. */
export interface Coverage {
  readonly session: string;
  readonly from: number;
  readonly to: number;
  /** How many requests that a transcript tells too. */
  readonly requests: number;
}

/** What became of a batch. */
export interface Receipt {
  readonly accepted: number;
  readonly duplicates: number;
}

export type CollectorClient = ReturnType<typeof createCollectorClient>;

const TRIES = 6;
const FIRST_WAIT_MS = 1_000;
/** A collector that restarts or whose disk is full is back sooner, or not before somebody looks after it. */
const LONGEST_WAIT_MS = 30_000;

export interface CollectorClientOptions {
  /** Whose usage is sent, where the token is the team's. */
  readonly email?: string | undefined;
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
}

/** Speaks to the collector. Throws `Refused` where it cannot be reached, or does not take what is sent. */
export function createCollectorClient(
  { url, token }: Connection,
  { email, wait = sleep }: CollectorClientOptions = {},
) {
  const headers = { authorization: `Bearer ${token}` };

  return {
    /** Undefined: this token is the team’s, or this collector does not know the question yet. */
    async coverage(from: number, to: number): Promise<readonly Coverage[] | undefined> {
      const answer = await ask(`/v1/coverage?from=${from}&to=${to}`, { method: 'GET', headers });
      if (answer.status === 404) return undefined;
      const told: { of?: unknown; sessions?: readonly Coverage[] } = read(answer);
      if (told.of === 'team' && email === undefined)
        throw new Refused('This token is the team’s: say whose usage it is, as in --email dev@example.com.');
      return told.of === 'developer' ? told.sessions : undefined;
    },

    /** A body of `POST /v1/usage`; it is compressed on its way. */
    async send(body: string): Promise<Receipt> {
      const type = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      return read(await ask('/v1/usage', { method: 'POST', headers: { ...headers, ...type }, body: gzipSync(body) }));
    },
  };

  async function ask(path: string, question: Question): Promise<Answer> {
    for (let nth = 1; ; nth++) {
      const answer = await exchange(url + path, question);
      if (answer && answer.status !== 503 && answer.status !== 429) return answer;
      if (nth === TRIES) {
        throw new Refused(`${url} cannot be reached, or takes nothing now. Run the same again to go on.`);
      }
      await wait(waitMs(answer, nth));
    }
  }

  function read<T>({ status, body }: Answer): T {
    if (status === 401)
      throw new Refused('The collector does not know this token: “/quota connect” in Slack gives another.');
    if (status !== 200) throw new Refused(`The collector answered ${status}. Is this its address: ${url}?`);
    try {
      // What our own collector answers; of any other server it is of no use.
      return JSON.parse(body) as T;
    } catch {
      throw new Refused(`No collector answers at ${url}.`);
    }
  }
}

function waitMs(answer: Answer | undefined, nth: number): number {
  const asked = Number(answer?.retryAfter) * 1000;
  return Math.min(asked > 0 ? asked : FIRST_WAIT_MS * 2 ** (nth - 1), LONGEST_WAIT_MS);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
