import { Session } from 'node:inspector/promises';

/** Knows which places of the program ever ran. */
export interface Coverage {
  /** Places that ran since the last call and are not known yet. */
  fresh(): Promise<readonly string[]>;
  learn(places: readonly string[]): void;
}

/** Where the parsers are, and all that their items go through. */
const WATCHED = /\/src\/(collector|model|store|detectors|incidents|windows|jobs)\//;

/** Blocks of code, as V8 counts them: one such count in a process. */
export async function startCoverage(): Promise<Coverage> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const known = new Set<string>();

  return {
    async fresh() {
      const { result } = await session.post('Profiler.takePreciseCoverage');
      return result
        .filter(({ url }) => WATCHED.test(url))
        .flatMap(({ url, functions }) =>
          functions.flatMap(({ ranges }) =>
            ranges.filter(({ count }) => count > 0).map((range) => `${url} ${range.startOffset} ${range.endOffset}`),
          ),
        )
        .filter((place) => !known.has(place));
    },
    learn(places) {
      for (const place of places) known.add(place);
    },
  };
}
