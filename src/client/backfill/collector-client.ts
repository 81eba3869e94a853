import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Connection } from '../connection.ts';
import { Refused } from '../refused.ts';

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

const TIMEOUT_MS = 30_000;
const TRIES = 6;
const FIRST_WAIT_MS = 1_000;
/** A collector that restarts or whose disk is full is back sooner, or not before somebody looks after it. */
const LONGEST_WAIT_MS = 30_000;

const compress = promisify(gzip);

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
      const answer = await ask(`/v1/coverage?from=${from}&to=${to}`, { headers });
      if (answer.status === 404) return undefined;
      const told: { of?: unknown; sessions?: readonly Coverage[] } = await read(answer);
      if (told.of === 'team' && email === undefined)
        throw new Refused('This token is the team’s: say whose usage it is, as in --email dev@example.com.');
      return told.of === 'developer' ? told.sessions : undefined;
    },

    /** A body of `POST /v1/usage`; it is compressed on its way. */
    async send(body: string): Promise<Receipt> {
      const compressed = await compress(body);
      const type = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      return read(await ask('/v1/usage', { method: 'POST', headers: { ...headers, ...type }, body: compressed }));
    },
  };

  async function ask(path: string, init: RequestInit): Promise<Response> {
    for (let nth = 1; ; nth++) {
      const answer = await fetch(url + path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
        () => undefined,
      );
      const isOver = answer !== undefined && answer.status !== 503 && answer.status !== 429;
      if (isOver) return answer;
      if (nth === TRIES)
        throw new Refused(`${url} cannot be reached, or takes nothing now. Run the same again to go on.`);
      await wait(waitMs(answer, nth));
    }
  }

  async function read<T>(answer: Response): Promise<T> {
    if (answer.status === 401)
      throw new Refused('The collector does not know this token: “/quota connect” in Slack gives another.');
    if (!answer.ok) throw new Refused(`The collector answered ${answer.status}. Is this its address: ${url}?`);
    // What our own collector answers; of any other server it is of no use.
    return (await answer.json()) as T;
  }
}

function waitMs(answer: Response | undefined, nth: number): number {
  const asked = Number(answer?.headers.get('retry-after')) * 1000;
  return Math.min(asked > 0 ? asked : FIRST_WAIT_MS * 2 ** (nth - 1), LONGEST_WAIT_MS);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
