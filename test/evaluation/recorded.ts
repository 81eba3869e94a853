import type { Recorded, RecordedRequest } from '../../src/evaluation/recording.ts';
import type { MarkerKind } from '../../src/model/marker.ts';
import { NOON, seconds } from '../support/builders.ts';

/** A request of the main conversation by what it read and wrote, seconds after noon. */
export function told(at: number, read: number, written: number, part: Partial<RecordedRequest> = {}): RecordedRequest {
  return {
    session: 's1',
    at: seconds(at),
    requestId: `s1:${at}:${read}`,
    model: 'claude-opus-5-5',
    inputTokens: 4,
    outputTokens: 300,
    cacheReadTokens: read,
    cacheCreationTokens: written,
    ...part,
  };
}

export const mark = (at: number, kind: MarkerKind, word = `start:${kind}`) => ({ at: seconds(at), kind, word });

export function recorded(requests: readonly RecordedRequest[], part: Partial<Recorded> = {}): Recorded {
  return { session: 's1', startedAt: NOON, isMixed: false, requests, markers: [], ...part };
}

/** Three requests that each read only the floor and write everything again. */
export const BROKEN = [told(0, 14_000, 60_000), told(10, 14_000, 62_000), told(20, 14_000, 64_000)];
export const HEALTHY = [told(0, 14_000, 60_000), told(10, 74_000, 900), told(20, 74_900, 800)];
