/** How likely chance alone brings `count` independent events or more where `expected` are to be expected. */
export function poissonTail(count: number, expected: number): number {
  let fewer = 0;
  for (let events = 0, likely = Math.exp(-expected); events < count; events++) {
    fewer += likely;
    likely *= expected / (events + 1);
  }
  return Math.max(0, 1 - fewer);
}
