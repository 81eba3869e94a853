import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { isShape, SHAPES, type ShapeName, simulate } from '../simulation/shapes.ts';

/** What was asked for cannot be made up; the message is a sentence for whoever typed it. */
class UnusableOption extends Error {}

const USAGE = `Makes up sessions of Claude Code, one JSON line each, for replay, eval and load.

  npm run --silent simulate -- [--shape NAME] [--sessions N] [--seed N]
  npm run --silent simulate -- --list

--shape     what happens in them; ordinary work by default. --list names them all.
--sessions  how many, 1 by default. A shape of several sessions is never cut, so there may be a few more.
--seed      1 by default. The same seed makes the same sessions; each further case takes the next one.
`;

try {
  const { values } = readArguments();
  if (values.list) process.stdout.write(`${Object.keys(SHAPES).join('\n')}\n`);
  else
    await print(readShape(values.shape), { count: wholeNumber(values, 'sessions'), seed: wholeNumber(values, 'seed') });
} catch (error) {
  if (!(error instanceof UnusableOption)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function readArguments() {
  const options = {
    shape: { type: 'string', default: 'ordinary' },
    sessions: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ options });
  } catch (error) {
    throw new UnusableOption(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function readShape(name: string): ShapeName {
  if (!isShape(name)) throw new UnusableOption(`There is no shape ${name}; --list names those that there are.`);
  return name;
}

function wholeNumber(
  values: { readonly sessions: string; readonly seed: string },
  option: 'sessions' | 'seed',
): number {
  const number = Number(values[option]);
  if (values[option].trim() === '' || !Number.isSafeInteger(number) || number < (option === 'sessions' ? 1 : 0)) {
    throw new UnusableOption(
      `--${option} must be a whole number${option === 'sessions' ? ' above 0' : ''}, not ${values[option]}`,
    );
  }
  return number;
}

/** Waits for whoever reads the lines, so that however many there are, few are in memory. */
async function print(shape: ShapeName, options: { readonly count: number; readonly seed: number }) {
  await pipeline(Readable.from(lines(shape, options)), process.stdout).catch((error: NodeJS.ErrnoException) => {
    // Whoever reads may have had enough, as `head` does.
    if (error.code !== 'EPIPE') throw error;
  });
}

function* lines(shape: ShapeName, { count, seed }: { readonly count: number; readonly seed: number }) {
  let printed = 0;
  for (let nth = seed; printed < count; nth++) {
    for (const session of simulate(shape, nth).sessions) {
      yield `${JSON.stringify(session)}\n`;
      printed++;
    }
  }
}
