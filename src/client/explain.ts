import { Refused } from './refused.ts';

/** Says what went wrong in a sentence; whatever is nobody's mistake is thrown again. Answers the exit code. */
export function explain(error: unknown): number {
  const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  // By its name: packed, each subcommand has a class of its own.
  const isRefused = error instanceof Error && error.name === Refused.name;
  if (!isUsage && !isRefused) throw error;
  process.stderr.write(`${error.message}\n`);
  if (isUsage) process.stderr.write('“quota-watch-client help” lists what there is.\n');
  return isUsage ? 2 : 1;
}
