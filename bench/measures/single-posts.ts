import type { Measure } from '../bench.ts';
import { middle, p99, ratios, result } from '../figures.ts';
import { WEBHOOK } from '../formats.ts';
import { interleaved } from '../interleaved.ts';
import { type Posted, post } from '../post.ts';
import { withCollector } from '../start-collector.ts';
import { createTraffic } from '../traffic.ts';
import { speedFigures } from './ingest.ts';

const SINGLE = { format: WEBHOOK, perPost: 1, connections: 64 };

/** Posts of one request each, from 64 connections at once. */
export const singlePosts: Measure = async (setting) => {
  const { ours, each } = await interleaved(setting.rounds, { ours: () => run('group'), each: () => run('each') });
  const perSecond = ratios(ours, each, ({ requestsPerSecond }) => requestsPerSecond);
  const slowest = ours.map(({ answeredMs }) => p99(answeredMs));
  return {
    results: [
      result(
        { goal: 'one request in a post, against a transaction per request', unit: 'times', rounds: perSecond },
        { atLeast: 4 },
      ),
      result({ goal: 'one request in a post, answered, p99', unit: 'ms', rounds: slowest }, { atMost: 20 }),
    ],
    figures: [
      ...speedFigures('one request in a post', ours),
      ...speedFigures('one request in a post, a transaction per request', each),
      {
        what: 'one request in a post, answered, median',
        value: middle(ours.map(({ answeredMs }) => middle(answeredMs))),
        unit: 'ms',
      },
      {
        what: 'the same, a transaction per request, p99',
        value: middle(each.map(({ answeredMs }) => p99(answeredMs))),
        unit: 'ms',
      },
    ],
  };

  async function run(commit: 'group' | 'each'): Promise<Posted> {
    setting.tell(`single posts: ${commit === 'group' ? 'group commit' : 'a transaction per request'}`);
    const database = setting.file('single.db');
    setting.remove(database);
    return await withCollector({ database, commit }, (collector) =>
      post(collector, { ...SINGLE, traffic: createTraffic(), seconds: setting.seconds }),
    );
  }
};
