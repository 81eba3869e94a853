import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Measure } from '../bench.ts';
import type { Told } from '../collector-options.ts';
import { middle, p99, ratios, result } from '../figures.ts';
import { WEBHOOK } from '../formats.ts';
import { growDatabase } from '../grow-database.ts';
import { historyOf, historySize } from '../history.ts';
import { interleaved } from '../interleaved.ts';
import { post } from '../post.ts';
import { type MeasuredCollector, withCollector } from '../start-collector.ts';
import { createTraffic } from '../traffic.ts';

const BATCHES = { format: WEBHOOK, perPost: 100, connections: 16 };
const WARM_MS = 1000;
const EVERY_MS_IDLE = 5;
const EVERY_MS_BUSY = 20;
/** With all that is kept beside them, and room for the load. */
const BYTES_OF_REQUEST = 800;

type Watched = Told & Pick<MeasuredCollector, 'startedMs'>;

/** How long `/quota` takes in a large team, also while the collector takes in all that it can. */
export const quota: Measure = async (setting) => {
  const { developers, requestsOfEach, times } = historySize(setting);
  const requests = developers * requestsOfEach * times;
  requireRoom(setting.file(''), requests * BYTES_OF_REQUEST);
  const small = historyOf(setting);
  const large = setting.file('large.db');
  setting.tell(`the same past ${times} times: ${requests.toLocaleString('en')} requests`);
  growDatabase({ from: small, into: large, times });
  const { few, many, busy } = await interleaved(setting.rounds, {
    few: () => idle(small),
    many: () => idle(large),
    busy: () => ingesting(),
  });
  setting.remove(large);

  const at = `/quota over ${requests / 1e6} M requests`;
  const startsMs = many.map(({ startedMs }) => startedMs);
  const wholeP99 = ({ quota }: Told) => p99(quota.map(({ wholeMs }) => wholeMs));
  const workOf = (value: (ms: readonly number[]) => number) => (told: Told) =>
    value(told.quota.map(({ workMs }) => workMs));
  return {
    results: [
      result({ goal: `${at}, idle, p99`, unit: 'ms', rounds: many.map(wholeP99) }, { atMost: 5 }),
      result({ goal: `${at}, during ingest, p99`, unit: 'ms', rounds: busy.map(wholeP99) }, { atMost: 50 }),
      result(
        { goal: `${at}, against 0.2 M, p99`, unit: 'times', rounds: ratios(many, few, workOf(p99)) },
        { atMost: 2 },
      ),
    ],
    figures: [
      { what: `from start to ready, over ${requests / 1e6} M requests`, value: middle(startsMs), unit: 'ms' },
      { what: `${at}, the work alone, median`, value: middle(many.map(workOf(middle))), unit: 'ms' },
      { what: `${at}, the work alone, p99`, value: middle(many.map(workOf(p99))), unit: 'ms' },
      { what: '/quota over 0.2 M requests, the work alone, p99', value: middle(few.map(workOf(p99))), unit: 'ms' },
      { what: `${at}, against 0.2 M, median`, value: middle(ratios(many, few, workOf(middle))), unit: 'times' },
      { what: `${at}, during ingest, the work alone, p99`, value: middle(busy.map(workOf(p99))), unit: 'ms' },
    ],
  };

  async function idle(database: string): Promise<Watched> {
    setting.tell(`quota: idle, ${database === small ? 'few' : 'many'} requests`);
    return await withCollector({ database, quotaEveryMs: EVERY_MS_IDLE }, async (collector) => {
      await sleep(WARM_MS);
      await collector.tell();
      await sleep(setting.seconds * 1000);
      return { ...(await collector.tell()), startedMs: collector.startedMs };
    });
  }

  async function ingesting(): Promise<Watched> {
    setting.tell('quota: during ingest');
    return await withCollector({ database: large, quotaEveryMs: EVERY_MS_BUSY }, async (collector) => {
      const { told } = await post(collector, { ...BATCHES, traffic: createTraffic(), seconds: setting.seconds });
      return { ...told, startedMs: collector.startedMs };
    });
  }
};

function requireRoom(folder: string, bytes: number) {
  const { bavail, bsize } = statfsSync(dirname(folder));
  if (bavail * bsize < bytes) throw new Error(`${folder} needs ${Math.ceil(bytes / 1e9)} GB of free disk; set TMPDIR`);
}
