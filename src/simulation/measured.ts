import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import type { Quantiles } from './random.ts';

/**
 * How ordinary work looks. "All" means measured on 380 real sessions with 30,419 requests (client 2.0.64 to 2.1.218,
 * January to July 2026), "part" on the 219 of them that can be shared, "new" on the 62 of those from 2.1.78 on (before, logs held
 * placeholders instead of output tokens). Only the ends, at share 0 and 1, are made up. Tokens; times in ms.
 */
export const MEASURED = {
  /** First request of a session (all): 43 % read nothing, so that the median of all is the 12 % of the others. */
  firstReadsNothing: 0.43,
  firstRead: [
    [0, 8_000],
    [0.12, 13_700],
    [0.82, 25_400],
    [1, 31_000],
  ],
  firstWritten: [
    [0, 3_000],
    [0.1, 7_400],
    [0.5, 24_000],
    [0.9, 43_000],
    [1, 65_000],
  ],
  /** What a request of a warm conversation writes (all; its first decile: part). */
  written: [
    [0, 60],
    [0.1, 173],
    [0.5, 644],
    [0.9, 3_000],
    [0.99, 16_000],
    [0.999, 41_000],
    [1, 50_000],
  ],
  /** New. */
  output: [
    [0, 40],
    [0.1, 108],
    [0.5, 292],
    [0.9, 1_494],
    [0.99, 5_788],
    [1, 12_000],
  ],
  /** New; the hundredth that sends more is left out. */
  input: [
    [0, 1],
    [0.75, 2],
    [0.95, 6],
    [1, 20],
  ],
  /** From the end of one request of a prompt to the end of the next (part). */
  toolLoop: [
    [0, 2.5 * SECOND_MS],
    [0.1, 3.7 * SECOND_MS],
    [0.5, 7 * SECOND_MS],
    [0.9, 34 * SECOND_MS],
    [0.95, 79 * SECOND_MS],
    [0.99, 430 * SECOND_MS],
    [1, HOUR_MS],
  ],
  /** From the end of a prompt's last request to the end of the next prompt's first (part). */
  human: [
    [0, 10 * SECOND_MS],
    [0.1, 31 * SECOND_MS],
    [0.5, 141 * SECOND_MS],
    [0.9, 1_300 * SECOND_MS],
    [0.95, 2_740 * SECOND_MS],
    [1, 12 * HOUR_MS],
  ],
  /** Requests that one prompt causes (part). */
  requestsOfPrompt: [
    [0, 1],
    [0.1, 1],
    [0.5, 5],
    [0.75, 12],
    [0.9, 25],
    [1, 40],
  ],
  /** Requests of the conversation itself (part). */
  requestsOfSession: [
    [0, 3],
    [0.1, 7],
    [0.5, 40],
    [0.75, 102],
    [0.9, 184],
    [1, 260],
  ],
  /** Where automatic compaction sets in, and what the first request after it reads and writes (all, 86 compactions). */
  compactsAt: { from: 155_000, to: 167_000 },
  compactedRead: [
    [0, 12_000],
    [0.5, 28_000],
    [1, 40_000],
  ],
  compactedWritten: [
    [0, 9_000],
    [0.1, 13_800],
    [0.5, 23_000],
    [0.9, 44_800],
    [1, 60_000],
  ],
  /** Sub-agents (all, 195 streams): their first request, read as above, and how many requests they make (part). */
  agentReadsNothing: 0.4,
  agentRead: [
    [0, 7_700],
    [0.17, 9_800],
    [0.83, 20_700],
    [1, 29_000],
  ],
  agentWritten: [
    [0, 4_000],
    [0.1, 6_700],
    [0.5, 18_000],
    [0.9, 30_000],
    [1, 33_000],
  ],
  requestsOfAgent: [
    [0, 3],
    [0.1, 4],
    [0.5, 11],
    [0.9, 19],
    [1, 40],
  ],
} as const satisfies Readonly<Record<string, Quantiles | number | { readonly from: number; readonly to: number }>>;

/** The share of requests, by the idle time before them, that find less than half of their conversation in the cache (all). */
const MISS_SHARES = {
  '5m': [
    { below: MINUTE_MS, share: 0.002 },
    { below: 5 * MINUTE_MS, share: 0.027 },
    { below: 15 * MINUTE_MS, share: 0.85 },
    { below: Number.POSITIVE_INFINITY, share: 0.98 },
  ],
  '1h': [
    { below: MINUTE_MS, share: 0.005 },
    { below: 5 * MINUTE_MS, share: 0.023 },
    { below: 15 * MINUTE_MS, share: 0.056 },
    { below: 30 * MINUTE_MS, share: 0.023 },
    { below: HOUR_MS, share: 0.042 },
    { below: Number.POSITIVE_INFINITY, share: 0.96 },
  ],
} as const;

export function missShare(ttl: '5m' | '1h', idleMs: number): number {
  return MISS_SHARES[ttl].find(({ below }) => idleMs < below)?.share ?? 1;
}

/**
 * What broken caches were reported to still read: the issues 91865, 85326, 91514, 34629, 96163 and 40652 of
 * anthropics/claude-code, and the measured resumes of 2.1.79 to 2.1.143.
 */
export const REPORTED_FLOORS = [10_011, 11_072, 14_500, 17_247, 20_601, 29_542, 33_376, 38_701, 43_876] as const;
