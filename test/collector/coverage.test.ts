import { describe, expect, test } from 'vitest';
import { record } from '../../src/collector/record.ts';
import { usageItems } from '../../src/collector/usage-items.ts';
import { sessionId } from '../../src/model/ids.ts';
import { DAY_MS, MINUTE_MS, plus } from '../../src/model/time.ts';
import { openStore } from '../../src/store/store.ts';
import { request } from '../support/builders.ts';
import { aCollector, bearer, NOW, PERSONAL, TEAM } from './a-collector.ts';

const url = (from: number, to: number) => `/v1/coverage?from=${from}&to=${to}`;

describe('what telemetry told', () => {
  test('is answered to the developer by session: since when, until when, and how many that a transcript tells too', async () => {
    const { app, store, ada, bob } = aStore();
    const background = { session: sessionId('s1'), origin: 'background' } as const;
    const told = [
      request({ endedAt: NOW, session: sessionId('s1'), querySource: 'repl_main_thread' }),
      request({ ...background, endedAt: plus(NOW, MINUTE_MS), querySource: 'generate_session_title' }),
      request({ ...background, endedAt: plus(NOW, 2 * MINUTE_MS), querySource: 'agent:builtin' }),
      request({ endedAt: plus(NOW, 3 * MINUTE_MS), session: sessionId('s2'), origin: 'unknown' }),
    ];
    for (const one of told) store.requests.keep(ada, one, NOW);
    store.requests.keep(bob, request({ endedAt: NOW, querySource: 'sdk' }), NOW);
    const body = { requests: [{ ...WEBHOOK, at: NOW, session: 's3' }] };
    const owner = { of: 'developer', developer: ada } as const;
    store.transaction(() => record(store, { owner, feed: 'webhook', items: usageItems(body).items, receivedAt: NOW }));
    const answer = await app.inject({ url: url(NOW, NOW + DAY_MS), headers: bearer(PERSONAL) });
    expect(answer.json()).toEqual({
      of: 'developer',
      sessions: [
        { session: 's1', from: NOW, to: NOW + 2 * MINUTE_MS, requests: 2 },
        { session: 's2', from: NOW + 3 * MINUTE_MS, to: NOW + 3 * MINUTE_MS, requests: 1 },
      ],
    });
    const before = await app.inject({ url: url(NOW - DAY_MS, NOW), headers: bearer(PERSONAL) });
    expect(before.json()).toEqual({ of: 'developer', sessions: [] });
  });

  test('is told to no team token, which may write for everybody', async () => {
    const asked: unknown[] = [];
    const coverage = (...args: unknown[]) => {
      asked.push(args);
      return [];
    };
    const { app } = aCollector({ coverage });
    const answer = await app.inject({ url: url(NOW, NOW + 1), headers: bearer(TEAM) });
    expect(answer.json()).toEqual({ of: 'team' });
    expect(asked).toEqual([]);
  });

  test('is told to nobody without a token', async () => {
    const { app } = aCollector();
    for (const headers of [{}, bearer('qw_wrong')]) {
      expect((await app.inject({ url: url(NOW, NOW + 1), headers })).statusCode).toBe(401);
    }
  });

  test.each([
    ['nothing', '/v1/coverage'],
    ['no end', `/v1/coverage?from=${NOW}`],
    ['more than a day', url(NOW, NOW + DAY_MS + 1)],
    ['a time that runs backwards', url(NOW, NOW)],
    ['words', `/v1/coverage?from=yesterday&to=${NOW}`],
    ['seconds', url(NOW / 1000, NOW / 1000 + 1)],
    ['two beginnings', `${url(NOW, NOW + 1)}&from=${NOW}`],
  ])('is not answered for %s', async (_, asked) => {
    const { app } = aCollector();
    expect((await app.inject({ url: asked, headers: bearer(PERSONAL) })).statusCode).toBe(400);
  });
});

const WEBHOOK = {
  model: 'claude-opus-5-5',
  inputTokens: 1,
  outputTokens: 1,
  cacheReadTokens: 1,
  cacheCreationTokens: 1,
};

/** A store that knows Ada and Bob, and a collector that answers from it. */
function aStore() {
  const store = openStore(':memory:', NOW);
  const ada = store.developers.forEmail('ada@example.com', { now: NOW });
  const bob = store.developers.forEmail('bob@example.com', { now: NOW });
  const { app } = aCollector({
    ownerOf: (token) => (token === PERSONAL ? { of: 'developer', developer: ada } : undefined),
    coverage: store.coverage.toldByTelemetry,
  });
  return { app, store, ada, bob };
}
