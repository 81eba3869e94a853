import type { Random } from '../../../src/simulation/random.ts';
import type { Coverage } from './block-coverage.ts';
import { mutate } from './mutate.ts';

export interface Exploration {
  /** Where to begin: what honest clients send, and what was found before. */
  readonly inputs: readonly Buffer[];
  /** What went wrong; undefined: nothing. */
  readonly attack: (input: Buffer) => Promise<string | undefined>;
  readonly coverage: Coverage;
  readonly random: Random;
  /** Asked before each round, with how many inputs were tried. */
  readonly goOn: (tried: number) => boolean;
}

export interface Explored {
  readonly tried: number;
  /** Inputs that reached what none before them had reached. */
  readonly found: readonly Buffer[];
  readonly faults: readonly { readonly input: Buffer; readonly fault: string }[];
}

/** So many at once, because asking what ran takes longer than to run it. */
const ROUND = 40;
const ENOUGH_FAULTS = 5;
/** What is kept for others to read is no larger. */
const MOST_KEPT_BYTES = 3000;

/** Changes inputs at random, and goes on from those that reach new places of the program. */
export async function explore({ inputs, attack, coverage, random, goOn }: Exploration): Promise<Explored> {
  const population = [...inputs];
  const found: Buffer[] = [];
  const faults: { input: Buffer; fault: string }[] = [];
  let tried = 0;

  const attempt = async (input: Buffer) => {
    tried += 1;
    const fault = await attack(input);
    if (fault !== undefined) faults.push({ input, fault });
  };

  for (const input of inputs) await attempt(input);
  coverage.learn(await coverage.fresh());
  while (goOn(tried) && faults.length < ENOUGH_FAULTS) {
    const round = Array.from({ length: ROUND }, () => mutate(anyOf(population), random, anyOf(population)));
    for (const input of round) await attempt(input);
    const fresh = await coverage.fresh();
    if (fresh.length > 0) await keepWhatReached(round);
    // What none of them reaches again came by chance, and is not looked for again.
    coverage.learn(fresh);
  }
  return { tried, found, faults };

  async function keepWhatReached(round: readonly Buffer[]) {
    for (const input of round) {
      await attack(input);
      const places = await coverage.fresh();
      if (places.length === 0 || input.length > MOST_KEPT_BYTES) continue;
      coverage.learn(places);
      population.push(input);
      found.push(input);
    }
  }

  function anyOf(all: readonly Buffer[]): Buffer {
    const recent = all.length - 1 - Math.floor(random.whole(0, all.length - 1) * (random.chance(0.5) ? 0.2 : 1));
    return all[recent] ?? Buffer.alloc(0);
  }
}
