import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NOTHING_KEPT } from '../../src/collector/delivery.ts';
import { createGroupCommit } from '../../src/collector/group-commit.ts';
import { exchange, post } from '../hostile/raw-http.ts';
import { aCollector, asJson } from './a-collector.ts';

const CLIENTS = 60;
const TOKENS = { inputTokens: 3, outputTokens: 42, cacheReadTokens: 15273, cacheCreationTokens: 8271 };
const BODY = JSON.stringify({
  requests: [{ session: 's1', at: '2026-11-23T08:00:00Z', model: 'claude-opus-5-5', ...TOKENS }],
});

// No machine is too slow to gather them.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

test('clients that connect at once share commits', async () => {
  let commits = 0;
  const { commit } = createGroupCommit({
    transaction(work) {
      commits += 1;
      return work();
    },
    synced: async () => {},
    onCommit: () => {},
    onDiskFailed: () => {},
    limit: 1000,
  });
  const { app } = aCollector({ accept: () => commit(() => NOTHING_KEPT) });
  const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const bytes = post({ headers: asJson, body: BODY });
  const heard = await Promise.all(Array.from({ length: CLIENTS }, () => exchange(url, bytes, { answers: 1 })));
  await app.close();
  expect(heard.map(({ statuses }) => statuses)).toEqual(Array.from({ length: CLIENTS }, () => [200]));
  expect(commits).toBeLessThan(CLIENTS / 3);
});
