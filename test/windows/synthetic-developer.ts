import { DAY_MS, epochMs, MINUTE_MS } from '../../src/model/time.ts';
import type { SettledReading } from '../../src/windows/exchange-rate.ts';
import { NOON } from '../support/builders.ts';

/** A developer whose windows fill at a known rate, read as whole percents. */
export interface SyntheticDeveloper {
  readonly seed: number;
  /** Points that a dollar really takes. */
  readonly pointsPerDollar: number;
  readonly days: number;
  readonly windowsPerDay: number;
  readonly requestsPerWindow: number;
  /** Chance that a request is followed by a reading; without one, several rises become one. */
  readonly readShare: number;
  /** Chance that another client fills a window at three times the pace, all along. */
  readonly sharedWindows: number;
  /** Chance that another client takes up to 15 points at once, somewhere in a window. */
  readonly bursts: number;
  /** Chance that a request's telemetry is lost. */
  readonly lost: number;
  /** Spread of what a dollar takes from window to window, as models and caches differ: standard deviation of the logarithm. */
  readonly spread: number;
}

const USUAL: SyntheticDeveloper = {
  seed: 1,
  pointsPerDollar: 0.76,
  days: 20,
  windowsPerDay: 2,
  requestsPerWindow: 60,
  readShare: 1,
  sharedWindows: 0,
  bursts: 0,
  lost: 0,
  spread: 0,
};

/** The readings of each window, with what was spent between them. The same seed gives the same readings. */
export function windowsOf(part: Partial<SyntheticDeveloper>): readonly (readonly SettledReading[])[] {
  const developer = { ...USUAL, ...part };
  const random = createRandom(developer.seed);
  return Array.from({ length: developer.days }, (_, day) =>
    Array.from({ length: developer.windowsPerDay }, (_, n) => oneWindow(developer, random, NOON + day * DAY_MS + n)),
  ).flat();
}

function oneWindow(developer: SyntheticDeveloper, random: Random, from: number): readonly SettledReading[] {
  const { pointsPerDollar, requestsPerWindow, readShare, sharedWindows, bursts, lost, spread } = developer;
  const rate = pointsPerDollar * Math.exp(spread * random.normal());
  const requests = Math.round(requestsPerWindow * Math.exp(0.6 * random.normal()));
  const others = random.uniform() < sharedWindows ? 3 : 1;
  const burstAt = random.uniform() < bursts ? Math.floor(random.uniform() * requests) : -1;
  let used = random.uniform() * 2;
  let spentMicros = 0;
  const readings: SettledReading[] = [{ at: epochMs(from), usedPercent: Math.floor(used), spentMicros: 0 }];
  for (let n = 0; n < requests && used < 100; n++) {
    const dollars = 0.15 * Math.exp(0.8 * random.normal());
    used += dollars * rate * others + (n === burstAt ? 15 * random.uniform() : 0);
    if (random.uniform() >= lost) spentMicros += Math.round(dollars * 1e6);
    const usedPercent = Math.min(100, Math.floor(used));
    if (random.uniform() > readShare || usedPercent <= (readings.at(-1)?.usedPercent ?? 0)) continue;
    readings.push({ at: epochMs(from + n * MINUTE_MS), usedPercent, spentMicros });
    spentMicros = 0;
  }
  return readings;
}

type Random = ReturnType<typeof createRandom>;

/** Mulberry32: small, and the same everywhere. */
function createRandom(seed: number) {
  let state = Math.imul(seed, 0x9e3779b9) >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}
