import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createGroupCommit } from '../../src/collector/group-commit.ts';
import { aCollector, PERSONAL } from './a-collector.ts';

const CLIENTS = 60;
const TOKENS = { inputTokens: 3, outputTokens: 42, cacheReadTokens: 15273, cacheCreationTokens: 8271 };
const BODY = JSON.stringify({
  requests: [{ session: 's1', at: '2026-11-23T08:00:00Z', model: 'claude-opus-5-5', ...TOKENS }],
});
const POST = [
  'POST /v1/usage HTTP/1.1',
  'host: x',
  `authorization: Bearer ${PERSONAL}`,
  'content-type: application/json',
  `content-length: ${BODY.length}`,
  'connection: close',
  '',
  BODY,
].join('\r\n');

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
  const receipt = { accepted: 0, duplicates: 0, conflicts: 0, unattributed: 0 };
  const { app } = aCollector({ accept: () => commit(() => receipt) });
  const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
  const answers = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const socket = connect(port, '127.0.0.1', () => socket.write(POST));
      const [answer] = await once(socket, 'data');
      return Number(String(answer).split(' ')[1]);
    }),
  );
  await app.close();
  expect(new Set(answers)).toEqual(new Set([200]));
  expect(commits).toBeLessThan(CLIENTS / 3);
});
