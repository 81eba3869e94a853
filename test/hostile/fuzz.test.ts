import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/simulation/random.ts';
import { howOften } from '../faults/how-long.ts';
import { createAttack } from './fuzz/attack.ts';
import { mutate } from './fuzz/mutate.ts';
import { corpusOf, TARGETS } from './fuzz/targets.ts';

/** Always the same ones, unless FAULTS_SEED says otherwise; `npm run fuzz` looks for new ones. */
const SEED = Number(process.env.FAULTS_SEED ?? 1);
const MUTANTS = howOften({ bounded: 60, long: 2000 });

// A busy machine parses slowly; how long it takes is no matter of correctness.
describe.each(TARGETS)('$name', { timeout: 300_000 }, (target) => {
  const inputs = [...target.honest(), ...corpusOf(target)];

  test('keeps nothing that it must not, and breaks at nothing that was ever found to reach new code', async () => {
    const attack = createAttack(target);
    for (const input of inputs) expect(await attack(input), shown(input)).toBeUndefined();
  });

  test(`nor at ${MUTANTS} others (seed ${SEED})`, async () => {
    const attack = createAttack(target);
    const random = createRandom(SEED);
    const any = () => inputs[random.whole(0, inputs.length - 1)] ?? Buffer.alloc(0);
    for (let nth = 0; nth < MUTANTS; nth++) {
      const input = mutate(any(), random, any());
      expect(await attack(input), shown(input)).toBeUndefined();
    }
  });
});

const shown = (input: Buffer) => JSON.stringify(input.toString('latin1'));
