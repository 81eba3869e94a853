import type { CacheEvidence } from './incident.ts';

/** What a broken cache wrote again. */
export interface CacheLoss {
  readonly misses: number;
  readonly rewrittenTokens: number;
}

/** The turns that the tokens show, or the client's own count where it knows of more; never both added up. */
export function cacheLoss({ misses, rewrittenTokens, clientCount }: CacheEvidence): CacheLoss {
  return {
    misses: Math.max(misses, clientCount?.misses ?? 0),
    rewrittenTokens: Math.max(rewrittenTokens, clientCount?.rewrittenTokens ?? 0),
  };
}
