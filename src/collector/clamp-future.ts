import { type EpochMs, epochMs, MINUTE_MS } from '../model/time.ts';
import { type Fact, momentOf, type UsageItem } from '../model/usage-item.ts';

/** How far a sender's clock may be ahead of ours and still be believed. */
const MAX_AHEAD_MS = 5 * MINUTE_MS;

/**
 * Pulls times that lie more than five minutes ahead of `receivedAt` back to it; durations stay, and so does what a request
 * told. `clamped` counts the items.
 */
export function clampFuture(items: readonly UsageItem[], receivedAt: EpochMs): ClampedItems {
  const latest = receivedAt + MAX_AHEAD_MS;
  let clamped = 0;
  const kept = items.map((item) => {
    if (latestTimeOf(item.fact) <= latest) return item;
    clamped += 1;
    return { ...item, fact: pulledBack(item.fact, receivedAt) };
  });
  return { items: kept, clamped };
}

interface ClampedItems {
  readonly items: readonly UsageItem[];
  readonly clamped: number;
}

function latestTimeOf(fact: Fact): number {
  const lastMissAt = fact.is === 'cache_report' ? fact.report.lastMissAt : undefined;
  return Math.max(momentOf(fact), lastMissAt ?? 0);
}

function pulledBack(fact: Fact, to: EpochMs): Fact {
  switch (fact.is) {
    case 'request': {
      const { endedAt: toldAt } = fact.request;
      const startedAt = epochMs(to - (toldAt - fact.request.startedAt));
      return { is: 'request', request: { ...fact.request, startedAt, endedAt: to, toldAt } };
    }
    case 'marker':
      return { is: 'marker', marker: { ...fact.marker, at: to } };
    case 'error':
      return { is: 'error', error: { ...fact.error, at: to } };
    case 'start':
      return { is: 'start', start: { ...fact.start, at: to } };
    case 'reading':
      return { is: 'reading', reading: { ...fact.reading, at: to } };
    case 'cache_report': {
      const { at, lastMissAt } = fact.report;
      const earlier = (time: EpochMs) => epochMs(Math.min(time, to));
      return {
        is: 'cache_report',
        report: { ...fact.report, at: earlier(at), lastMissAt: lastMissAt && earlier(lastMissAt) },
      };
    }
  }
}
