import { bareLoop } from '../bare-loop.ts';
import type { Measure } from '../bench.ts';
import type { CollectorOptions } from '../collector-options.ts';
import { type Figure, middle, ratios, result } from '../figures.ts';
import { WEBHOOK } from '../formats.ts';
import { interleaved } from '../interleaved.ts';
import { post, type Speed } from '../post.ts';
import { withCollector } from '../start-collector.ts';
import { createTraffic } from '../traffic.ts';

const BATCHES = { format: WEBHOOK, perPost: 100, connections: 16 };

const VARIANTS = {
  ours: { commit: 'group', synchronous: 'FULL' },
  normal: { commit: 'group', synchronous: 'NORMAL' },
  body: { commit: 'body', synchronous: 'FULL' },
  each: { commit: 'each', synchronous: 'FULL' },
} as const satisfies Record<string, Pick<CollectorOptions, 'commit' | 'synchronous'>>;

/** What comes in each second in bodies of 100 requests, and what that is of what the database can do. */
export const ingest: Measure = async (setting) => {
  const database = setting.file('ingest.db');
  const bare = setting.file('bare.db');
  const speeds = await interleaved(setting.rounds, {
    ours: () => run('ours'),
    // Next to ours in every round, with the rows of the last one.
    bare: async () => {
      setting.tell('ingest: the bare loop');
      setting.remove(bare);
      return bareLoop(database, bare);
    },
    normal: () => run('normal'),
    body: () => run('body'),
    each: () => run('each'),
  });
  const against = (other: keyof typeof speeds) =>
    ratios(speeds.ours, speeds[other], ({ requestsPerSecond }) => requestsPerSecond);
  return {
    results: [
      result(
        { goal: 'durable ingest, 100 in a post, against a bare loop', unit: 'times', rounds: against('bare') },
        { atLeast: 0.45 },
      ),
      result(
        { goal: 'the same, against a transaction per request', unit: 'times', rounds: against('each') },
        { atLeast: 2 },
      ),
      result({ goal: 'the same, FULL against NORMAL', unit: 'times', rounds: against('normal') }, { atLeast: 0.95 }),
    ],
    figures: [
      ...speedFigures('durable ingest, 100 in a post', speeds.ours),
      ...speedFigures('a bare loop, 1,000 in a transaction', speeds.bare),
      ...speedFigures('100 in a post, NORMAL', speeds.normal),
      ...speedFigures('100 in a post, a transaction per post', speeds.body),
      ...speedFigures('100 in a post, a transaction per request', speeds.each),
      { what: 'durable ingest against a transaction per post', value: middle(against('body')), unit: 'times' },
      {
        what: 'durable ingest against a bare loop, by processor time',
        value: middle(ratios(speeds.bare, speeds.ours, ({ cpuMicrosPerRequest }) => cpuMicrosPerRequest)),
        unit: 'times',
      },
    ],
  };

  async function run(variant: keyof typeof VARIANTS): Promise<Speed> {
    setting.tell(`ingest: ${variant}`);
    const file = variant === 'ours' ? database : setting.file(`ingest-${variant}.db`);
    setting.remove(file);
    const options = { database: file, ...VARIANTS[variant] };
    return await withCollector(options, (collector) =>
      post(collector, { ...BATCHES, traffic: createTraffic(), seconds: setting.seconds }),
    );
  }
};

/** How fast it was, and what of a processor it took. */
export function speedFigures(what: string, speeds: readonly Speed[]): readonly Figure[] {
  return [
    { what, value: middle(speeds.map(({ requestsPerSecond }) => requestsPerSecond)), unit: 'requests/s' },
    { what, value: middle(speeds.map(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest)), unit: 'µs of processor each' },
  ];
}
