import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { INCIDENT_KINDS } from '../../src/model/finding.ts';
import { SECOND_MS } from '../../src/model/time.ts';
import { workOn } from '../../src/simulation/breakage.ts';
import { brokenCache } from '../../src/simulation/cache-shapes.ts';
import { collectorCalls } from '../../src/simulation/collector-calls.ts';
import { createRandom } from '../../src/simulation/random.ts';
import { resumedSession } from '../../src/simulation/resume-shapes.ts';
import type { Scene, Simulated } from '../../src/simulation/scene.ts';
import { burnt } from '../../src/simulation/window-shapes.ts';
import { NOON } from '../support/builders.ts';
import { inWords, replayCalls } from './replay-calls.ts';

const Replay = z.discriminatedUnion('as', [
  z.strictObject({
    as: z.literal('broken_cache'),
    context: z.number(),
    floor: z.number(),
    misses: z.number(),
    hitsBetween: z.number().default(0),
    idleSeconds: z.tuple([z.number(), z.number()]),
  }),
  z.strictObject({
    as: z.literal('resume'),
    context: z.number(),
    floor: z.number(),
    rewrites: z.literal([1, 2]),
    awaySeconds: z.number(),
  }),
  z.strictObject({ as: z.literal('window'), fullWindowMinutes: z.number() }),
]);
type Replay = z.infer<typeof Replay>;

/** Figures that a public report tells, and what must be found in a session made after them. */
const Report = z.strictObject({
  /** An issue as `owner/repository#number`, or a name with a link of its own. */
  report: z.string(),
  link: z.url().optional(),
  kind: z.enum([...INCIDENT_KINDS, 'healthy']),
  clientVersion: z.string().optional(),
  figures: z.record(z.string(), z.unknown()),
  replay: Replay.optional(),
  incidents: z.array(z.string()).optional(),
  notReplayed: z.string().optional(),
});

const REPORTS = z.array(Report).parse(JSON.parse(readFileSync(join(import.meta.dirname, 'reports.json'), 'utf8')));
const REPLAYED = REPORTS.flatMap(({ report, replay, incidents = [] }) =>
  replay ? [{ report, replay, incidents }] : [],
);

describe('a session made after the figures of a public report', () => {
  test.each(REPLAYED)('$report is found for what it is', ({ replay, incidents }) => {
    const found = replayCalls(collectorCalls(sessionOf(replay).sessions, 'telemetry'));
    expect(found.map(inWords)).toEqual(incidents);
  });
});

test.each(REPORTS)(
  '$report has a link, and is either replayed or says why not',
  ({ report, link, replay, notReplayed }) => {
    expect(link ?? report).toMatch(/^https:\/\/|^[\w-]+\/[\w-]+#\d+$/);
    expect(replay === undefined).toBe(notReplayed !== undefined);
  },
);

test('reports of every kind that people write about are there', () => {
  const kinds = new Set(REPORTS.map(({ kind }) => kind));
  // Nobody reports a window that fills, or a feed that falls silent: these are facts, not troubles.
  expect(INCIDENT_KINDS.filter((kind) => !kinds.has(kind))).toEqual(['runaway', 'window_threshold', 'data_silence']);
});

function sessionOf(replay: Replay): Simulated {
  const scene: Scene = { random: createRandom(1), startsAt: NOON, run: 'report' };
  switch (replay.as) {
    case 'broken_cache':
      return brokenSession(scene, replay);
    case 'resume': {
      const { awaySeconds, ...resumed } = replay;
      return resumedSession(scene, { ...resumed, awayMs: awaySeconds * SECOND_MS });
    }
    case 'window':
      return burnt(scene, replay.fullWindowMinutes);
  }
}

function brokenSession(
  scene: Scene,
  { context, floor, misses, hitsBetween, idleSeconds }: Extract<Replay, { as: 'broken_cache' }>,
) {
  const [least, most] = idleSeconds;
  return brokenCache(scene, {
    context,
    floor,
    misses,
    idle: [least * SECOND_MS, most * SECOND_MS],
    between: ({ talk }) => workOn(scene, talk, hitsBetween),
  });
}
