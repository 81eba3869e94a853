import { z } from 'zod';

/** How the measured collector works. */
export const CollectorOptions = z.strictObject({
  database: z.string().min(1),
  /** What shares a transaction: all that waits, the requests of one body, or nothing. `none`: nobody keeps anything. */
  commit: z.enum(['group', 'body', 'each', 'none']).default('group'),
  synchronous: z.enum(['FULL', 'NORMAL']).default('FULL'),
  /** How often somebody asks `/quota`; left out: never. */
  quotaEveryMs: z.int().positive().optional(),
});
export type CollectorOptions = z.infer<typeof CollectorOptions>;

/** Where it listens, and the team's token. */
export const Ready = z.strictObject({ url: z.string(), token: z.string() });
export type Ready = z.infer<typeof Ready>;

/** What the collector measured of itself since it was asked last. */
export const Told = z.strictObject({
  /** Processor time of all its threads. */
  cpuMs: z.number(),
  /** The most memory that it held since it started. */
  maxRssBytes: z.number(),
  /** Each answer to `/quota`: the work alone, and the whole time since somebody asked. */
  quota: z.array(z.strictObject({ workMs: z.number(), wholeMs: z.number() })),
  /** From each commit that showed a broken cache to the notice written. */
  noticesMs: z.array(z.number()),
});
export type Told = z.infer<typeof Told>;

export const ASKS = ['tell', 'stop'] as const;
export type Ask = (typeof ASKS)[number];
