import type { Measure } from '../bench.ts';
import { middle, p99, ratios, result } from '../figures.ts';
import { WEBHOOK } from '../formats.ts';
import { interleaved } from '../interleaved.ts';
import { type Posted, post } from '../post.ts';
import { withCollector } from '../start-collector.ts';
import { createTraffic } from '../traffic.ts';
import { speedFigures } from './ingest.ts';

const SINGLE = { format: WEBHOOK, perPost: 1, connections: 64 };

const COMMITS = { group: 'group commit', each: 'a transaction per request', none: 'kept by nobody' };

/** Posts of one request each, from 64 connections at once: against those that share nothing, and beside those that cost nothing but HTTP. */
export const singlePosts: Measure = async (setting) => {
  const { ours, each, none } = await interleaved(setting.rounds, {
    ours: () => run('group'),
    each: () => run('each'),
    none: () => run('none'),
  });
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
      ...speedFigures('one request in a post that nobody keeps', none),
      {
        what: 'one request in a post that nobody keeps, answered, p99',
        value: middle(none.map(({ answeredMs }) => p99(answeredMs))),
        unit: 'ms',
      },
    ],
  };

  async function run(commit: keyof typeof COMMITS): Promise<Posted> {
    setting.tell(`single posts: ${COMMITS[commit]}`);
    const database = setting.file('single.db');
    setting.remove(database);
    return await withCollector({ database, commit }, (collector) =>
      post(collector, { ...SINGLE, traffic: createTraffic(), seconds: setting.seconds }),
    );
  }
};
