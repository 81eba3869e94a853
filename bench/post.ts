import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Told } from './collector-options.ts';
import type { Format } from './formats.ts';
import { type Load, load, postOf } from './load.ts';
import type { MeasuredCollector } from './start-collector.ts';
import type { Traffic } from './traffic.ts';

/** How requests come in. */
export interface Posting {
  readonly format: Format;
  readonly perPost: number;
  readonly connections: number;
}

/** How fast requests were taken in. */
export interface Speed {
  readonly requestsPerSecond: number;
  /** Processor time of all threads for each request. */
  readonly cpuMicrosPerRequest: number;
}

/** What a collector did with a load. */
export interface Posted extends Speed {
  /** Milliseconds from sending each request to its whole answer. */
  readonly answeredMs: readonly number[];
  readonly told: Told;
}

/**
 * Until code is compiled, caches are warm and everybody of the traffic is known: so long, and so many requests where that does
 * not take for ever. Posts of one request take 252, 153, 124 and 105 µs of processor in the first four ten thousands, and 103
 * to 135 in the six after them.
 */
const WARM_SECONDS = 1;
const WARM_REQUESTS = 40_000;
const WARM_SECONDS_AT_MOST = 10;
/** Posts of each connection at a time while it warms up. */
const WARM_POSTS = 4;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Loads a collector for about so many seconds, after warming it up. All requests are made before the clock runs. */
export async function post(
  collector: MeasuredCollector,
  posting: Posting & { readonly traffic: Traffic; readonly seconds: number },
): Promise<Posted> {
  const { connections, perPost, seconds } = posting;
  const postsPerSecond = await warmUp(collector, posting);
  await collector.tell();
  const posts = Math.max(connections, Math.ceil(postsPerSecond * seconds));
  const made = loadOf(collector, posting, posts);
  // What making them left would be collected while the clock runs, 14 to 33 ms at a time, in which all answers wait.
  collectGarbage();
  const result = await load(made);
  const told = await collector.tell();
  const requests = posts * perPost;
  return {
    requestsPerSecond: requests / result.seconds,
    cpuMicrosPerRequest: (told.cpuMs * 1000) / requests,
    answeredMs: result.answeredMs,
    told,
  };
}

/** Answers how many posts a second it took at last. */
async function warmUp(collector: MeasuredCollector, posting: Posting & { readonly traffic: Traffic }) {
  const startedAt = performance.now();
  const posts = posting.connections * WARM_POSTS;
  for (let requests = posts * posting.perPost; ; requests += posts * posting.perPost) {
    const { seconds } = await send(collector, posting, posts);
    const warmFor = (performance.now() - startedAt) / 1000;
    const isWarm = warmFor >= WARM_SECONDS && requests >= WARM_REQUESTS;
    if (isWarm || warmFor >= WARM_SECONDS_AT_MOST) return posts / seconds;
  }
}

/** Posts so many bodies. */
export const send = (collector: MeasuredCollector, posting: Posting & { readonly traffic: Traffic }, posts: number) =>
  load(loadOf(collector, posting, posts));

function loadOf(
  { url, token }: MeasuredCollector,
  { format, perPost, connections, traffic }: Posting & { readonly traffic: Traffic },
  posts: number,
): Load {
  const headers = { ...format.headers, authorization: `Bearer ${token}` };
  const next = () => postOf(`${url}${format.path}`, headers, format.body(traffic.next(perPost)));
  return { url, connections, requests: Array.from({ length: posts }, next) };
}
