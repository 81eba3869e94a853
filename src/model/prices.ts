import { type ApiRequest, contextTokens } from './api-request.ts';
import { type EpochMs, epochMs } from './time.ts';

/** Dollars per million tokens, which is also micro-dollars per token. */
interface Rates {
  readonly input: number;
  readonly output: number;
  readonly write5m: number;
  readonly write1h: number;
  readonly read: number;
}

interface Price extends Rates {
  /** Model ids without date and bracket suffix. */
  readonly models: readonly string[];
  /** First moment at which this row holds; undefined: since the model exists. */
  readonly from?: EpochMs;
  /** Rates for the whole request once its context is larger than `above` tokens. */
  readonly large?: Rates & { readonly above: number };
}

const rates = (input: number, output: number, readShare = 0.1): Rates => ({
  input,
  output,
  // Published multipliers: a 5-minute write costs 1.25 and a 1-hour write 2 times the input price.
  write5m: input * 1.25,
  write1h: input * 2,
  read: input * readShare,
});

/** 2026-10-07T00:00Z: reads of the newest models fell below a tenth of the input price. */
const READ_CUT = epochMs(1_791_331_200_000);

/**
 * API list prices, as metered from client 2.1.330 on 2026-11-23 and published at
 * https://platform.claude.com/docs/en/about-claude/pricing. They serve requests that bring no cost of their own,
 * and what a rewrite cost beyond a hit. Later rows win.
 */
const PRICES: readonly Price[] = [
  { models: ['claude-fable-5-1', 'claude-fable-5'], ...rates(10, 50) },
  { models: ['claude-fable-5-1'], from: READ_CUT, ...rates(10, 50, 0.025) },
  { models: ['claude-opus-5-5'], ...rates(4, 20) },
  { models: ['claude-opus-5-5'], from: READ_CUT, ...rates(4, 20, 0.05) },
  {
    models: ['claude-opus-5', 'claude-opus-4-8', 'claude-opus-4-7', 'claude-opus-4-6', 'claude-opus-4-5'],
    ...rates(5, 25),
  },
  { models: ['claude-sonnet-5-5', 'claude-sonnet-5'], ...rates(2, 10) },
  { models: ['claude-sonnet-5-5'], from: READ_CUT, ...rates(2, 10, 0.05) },
  { models: ['claude-sonnet-4-6', 'claude-sonnet-4-5', 'claude-sonnet-4'], ...rates(3, 15) },
  { models: ['claude-haiku-5-5'], ...rates(0.1, 0.5), large: { above: 100_000, ...rates(0.5, 2.5) } },
  { models: ['claude-haiku-4-5'], ...rates(1, 5) },
];

/** What a request costs at API list prices, in micro-dollars; undefined for a model that the table does not know. */
export function costMicros(request: ApiRequest): number | undefined {
  const price = ratesFor(request);
  if (!price) return undefined;
  const written1h = request.cacheCreation1hTokens ?? 0;
  const written5m = request.cacheCreationTokens - written1h;
  return Math.round(
    request.inputTokens * price.input +
      request.outputTokens * price.output +
      request.cacheReadTokens * price.read +
      written5m * price.write5m +
      written1h * price.write1h,
  );
}

/** What writing `tokens` again cost beyond reading them, in micro-dollars; undefined for an unknown model. */
export function rewriteCostMicros(request: ApiRequest, tokens: number): number | undefined {
  const price = ratesFor(request);
  if (!price) return undefined;
  const write = (request.cacheCreation1hTokens ?? 0) > 0 ? price.write1h : price.write5m;
  return Math.round(tokens * (write - price.read));
}

function ratesFor(request: ApiRequest): Rates | undefined {
  const rows = PRICES_OF.get(request.model) ?? PRICES_OF.get(plainName(request.model));
  const price = rows?.find(({ from = 0 }) => from <= request.endedAt);
  return price?.large && contextTokens(request) > price.large.above ? price.large : price;
}

/** A model's name without date and bracket suffix. */
function plainName(model: string): string {
  return model.replace(/\[.*\]$/, '').replace(/-\d{8}$/, '');
}

/** The rows of each model, the newest first. */
const PRICES_OF: ReadonlyMap<string, readonly Price[]> = new Map(
  [...new Set(PRICES.flatMap(({ models }) => models))].map((model) => [
    model,
    PRICES.filter(({ models }) => models.includes(model)).toReversed(),
  ]),
);
