import type { Measure } from '../bench.ts';
import { middle, p99, result } from '../figures.ts';
import { WEBHOOK } from '../formats.ts';
import { type Posted, post } from '../post.ts';
import { withCollector } from '../start-collector.ts';
import { createTraffic } from '../traffic.ts';

const BATCHES = { format: WEBHOOK, perPost: 100, connections: 16 };
/** A request of a broken session in each second post. */
const BROKEN_OF = 199;

/** How soon after its commit a broken cache has its notice, while the collector takes in all that it can. */
export const notices: Measure = async (setting) => {
  const rounds: Posted[] = [];
  for (let round = 0; round < setting.rounds; round++) rounds.push(await run());
  const delays = rounds.map(({ told }) => told.noticesMs);
  return {
    results: [
      result(
        { goal: 'from commit to the notice, during ingest, p99', unit: 'ms', rounds: delays.map(p99) },
        { atMost: 250 },
      ),
    ],
    figures: [
      { what: 'from commit to the notice, median', value: middle(delays.map(middle)), unit: 'ms' },
      { what: 'incidents that opened', value: delays.flat().length, unit: 'incidents' },
      {
        what: 'ingest meanwhile',
        value: middle(rounds.map(({ requestsPerSecond }) => requestsPerSecond)),
        unit: 'requests/s',
      },
    ],
  };

  async function run(): Promise<Posted> {
    setting.tell('notices: broken caches among ordinary work');
    const database = setting.file('notices.db');
    setting.remove(database);
    const traffic = createTraffic({ brokenOf: BROKEN_OF });
    return await withCollector({ database }, (collector) =>
      post(collector, { ...BATCHES, traffic, seconds: setting.seconds }),
    );
  }
};
