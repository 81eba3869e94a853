import { z } from 'zod';
import type { Delivery } from '../../../src/collector/delivery.ts';

/** Text as the database, the log and Slack can hold it. */
const Text = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'must be well-formed and without control characters');
const Word = z.string().regex(/^[a-z][a-z0-9_]*$/);
const Time = z.int().min(0).max(253_402_300_799_999);
const Count = z.int().min(0);
const Tokens = Count.max(1_000_000_000);

const Request = z.strictObject({
  session: Text,
  origin: z.enum(['main', 'agent', 'background', 'unknown']),
  agent: Text.optional(),
  querySource: Text.optional(),
  model: Text,
  clientVersion: Text.optional(),
  promptId: Text.optional(),
  requestId: Text.optional(),
  clientRequestId: Text.optional(),
  sequence: Count.optional(),
  startedAt: Time,
  endedAt: Time,
  toldAt: Time.optional(),
  inputTokens: Tokens,
  outputTokens: Tokens,
  cacheReadTokens: Tokens,
  cacheCreationTokens: Tokens,
  cacheCreation5mTokens: Tokens.optional(),
  cacheCreation1hTokens: Tokens.optional(),
  costMicros: Count.optional(),
});

const CacheReport = z.strictObject({
  session: Text,
  at: Time,
  model: Text.optional(),
  requests: Count,
  misses: Count,
  expectedRebuilds: Count,
  missRecacheTokens: Count,
  lastMissAt: Time.optional(),
  lastMissCause: z
    .string()
    .regex(/^[a-z0-9_,]{1,190}$/)
    .optional(),
  ttl: z
    .string()
    .regex(/^\w{1,10}$/)
    .optional(),
  expiresAt: Time.optional(),
  recacheTokensIfCold: Tokens.optional(),
});

const Reading = z.strictObject({
  session: Text,
  kind: Word.max(64),
  scope: z.union([z.literal(''), Word]),
  usedPercent: z.number().min(0).max(1000),
  resetsAt: Time,
  at: Time,
  source: z.enum(['status_line', 'stop_failure']),
});

const Fact = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('request'), request: Request }),
  z.strictObject({
    is: z.literal('marker'),
    marker: z.strictObject({ session: Text, at: Time, kind: z.enum(['resume', 'compaction', 'clear']) }),
  }),
  z.strictObject({
    is: z.literal('error'),
    error: z.strictObject({ session: Text, at: Time, model: Text.optional(), statusCode: Count.max(999).optional() }),
  }),
  z.strictObject({
    is: z.literal('start'),
    start: z.strictObject({ session: Text, at: Time, startType: Text.optional() }),
  }),
  z.strictObject({ is: z.literal('reading'), reading: Reading }),
  z.strictObject({ is: z.literal('cache_report'), report: CacheReport }),
]);

/** Everything that may come out of a body, whatever was in it: no other field, and no other value. */
const Items = z.array(
  z.strictObject({
    email: z.email().max(254).lowercase().optional(),
    account: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional(),
    clientVersion: Text.optional(),
    fact: Fact,
  }),
);

/** What is wrong with the items of a delivery; undefined: nothing. */
export function faultInItems({ items }: Pick<Delivery, 'items'>): string | undefined {
  const { error } = Items.safeParse(items);
  return error && z.prettifyError(error);
}
