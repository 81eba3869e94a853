import type { Measure } from '../bench.ts';
import { middle, result } from '../figures.ts';
import { WEBHOOK } from '../formats.ts';
import { send } from '../post.ts';
import { withCollector } from '../start-collector.ts';
import { createTraffic } from '../traffic.ts';

const BATCHES = { format: WEBHOOK, perPost: 100, connections: 16 };
const DEVELOPERS = 10_000;
const REQUESTS_OF_EVERYBODY = 3;
const LIVE_SESSIONS = 2_000;
const TURNS_OF_LIVE_SESSION = 60;

/** The most memory that the program holds while so many are at work, after everybody was heard. */
export const memory: Measure = async (setting) => {
  setting.tell(`memory: ${DEVELOPERS} developers, ${LIVE_SESSIONS} live sessions`);
  const database = setting.file('memory.db');
  const { everybody, live } = await withCollector({ database }, async (collector) => {
    const all = { ...BATCHES, traffic: createTraffic({ developers: DEVELOPERS }) };
    await send(collector, all, (DEVELOPERS * REQUESTS_OF_EVERYBODY) / BATCHES.perPost);
    const everybody = await collector.tell();
    const some = { ...BATCHES, traffic: createTraffic({ developers: LIVE_SESSIONS }) };
    await send(collector, some, (LIVE_SESSIONS * TURNS_OF_LIVE_SESSION) / BATCHES.perPost);
    return { everybody, live: await collector.tell() };
  });
  setting.remove(database);
  const mostOf = ({ maxRssBytes }: typeof live) => maxRssBytes / 1e6;
  return {
    results: [
      result(
        { goal: 'memory at 10,000 developers and 2,000 live sessions', unit: 'MB', rounds: [mostOf(live)] },
        { atMost: 400 },
      ),
    ],
    figures: [{ what: 'memory after 10,000 developers were heard', value: middle([mostOf(everybody)]), unit: 'MB' }],
  };
};
