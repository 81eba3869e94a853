/** `FAULTS_LONG=1`, as `npm run faults` sets it: minutes in place of seconds. */
const IS_LONG = process.env.FAULTS_LONG === '1';

/** How often something is tried: within a test run that everybody waits for, or in the long form. */
export const howOften = ({ bounded, long }: { bounded: number; long: number }): number => (IS_LONG ? long : bounded);

/** What was measured, for people: how fast a busy machine is proves nothing. */
export function tell(what: string) {
  console.info(`faults: ${what}`);
}

/** The middle one, and the largest. */
export function middleAndMost(values: readonly number[]): { middle: number; most: number } {
  const sorted = values.toSorted((one, other) => one - other);
  return { middle: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN };
}
