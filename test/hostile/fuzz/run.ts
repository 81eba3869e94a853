import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../../../src/simulation/random.ts';
import { createAttack } from './attack.ts';
import { startCoverage } from './block-coverage.ts';
import { type Explored, explore } from './explore.ts';
import { corpusFile, corpusLine, corpusOf, type FuzzTarget, TARGETS } from './targets.ts';

const USAGE = `Attacks the parsers with changed bodies, and goes on from those that reach new code.

  node test/hostile/fuzz/run.ts [--seconds N | --inputs N] [--seed N] [--keep] [TARGET]...

Without TARGET all of ${TARGETS.map(({ name }) => name).join(', ')}. Each gets its share of the seconds (60), or as many inputs.
--keep adds what reached new code to test/hostile/corpus. Inputs that break something are written to fuzz-faults/.`;

/** A small body on a busy machine. */
const MOST_MS = 2000;

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    inputs: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

const targets = TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
if (values.help || targets.length === 0) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 1);
}

const coverage = await startCoverage();
let faults = 0;
for (const target of targets) {
  const explored = await fuzz(target);
  const found = `${explored.found.length} reached new code, ${explored.faults.length} broke something`;
  console.log(`${target.name}: ${explored.tried} inputs, ${found} (seed ${values.seed})`);
  if (values.keep) for (const input of explored.found) appendFileSync(corpusFile(target.name), corpusLine(input));
  for (const { input, fault } of explored.faults) {
    faults += 1;
    tell(`${target.name}-${faults}`, input, fault);
  }
}
process.exit(faults === 0 ? 0 : 1);

function fuzz(target: FuzzTarget): Promise<Explored> {
  const endsAt = performance.now() + (Number(values.seconds) * 1000) / targets.length;
  const most = Number(values.inputs);
  return explore({
    inputs: [...target.honest(), ...corpusOf(target)],
    attack: createAttack(target, MOST_MS),
    coverage,
    random: createRandom(Number(values.seed)),
    goOn: (tried) => (values.inputs === undefined ? performance.now() < endsAt : tried < most),
  });
}

function tell(name: string, input: Buffer, fault: string) {
  mkdirSync('fuzz-faults', { recursive: true });
  const file = join('fuzz-faults', name);
  writeFileSync(file, input);
  console.error(`${fault}\n  by the ${input.length} bytes in ${file}\n`);
}
