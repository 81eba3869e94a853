/**
 * Runs each variant once a round, in turn and back again, so that whatever else the machine does befalls all of them.
 * Answers what each of them gave, by round.
 */
export async function interleaved<Name extends string, T>(
  rounds: number,
  variants: Readonly<Record<Name, () => Promise<T>>>,
): Promise<Readonly<Record<Name, readonly T[]>>> {
  const names = Object.keys(variants) as Name[];
  const given = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, T[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) given[name].push(await variants[name]());
  }
  return given;
}
