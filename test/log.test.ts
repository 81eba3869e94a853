import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LogLevel, WebClient } from '@slack/web-api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../src/log.ts';

const SECRETS = [
  'xoxb-1234-abcdef',
  'xapp-1-A1-abcdef',
  'qw_Zm9vYmFyYmF6cXV4',
  'dev@example.com',
  'ada.l+x@mail.example.org',
];

let lines: string[];
let log: ReturnType<typeof createLog>;

beforeEach(() => {
  lines = [];
  log = createLog('debug', { write: (line) => void lines.push(line) });
});

function expectNoSecret() {
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    for (const secret of SECRETS) expect(line).not.toContain(secret);
    expect(() => JSON.parse(line)).not.toThrow();
  }
}

describe('no secret and no address comes through,', () => {
  test.each(SECRETS)('%s, wherever it stands', (secret) => {
    log.info({ token: secret, nested: { email: secret }, other: secret, list: [`(${secret})`] }, `said "${secret}".`);
    log.error({ err: new Error(`refused ${secret}`, { cause: new Error(secret) }) }, 'failed');
    log.debug({ [secret]: 1 }, 'as a key');
    expectNoSecret();
  });

  test('and what is none stays', () => {
    log.info({ developer: 7, zone: 'Europe/Berlin', hint: 'qw_Zm9v', at: '2026-11-23T08:00:00Z' }, 'notice sent');
    expect(lines.join('')).toMatch(/"developer":7,"zone":"Europe\/Berlin","hint":"qw_Zm9v".*"notice sent"/);
  });
});

/** A Slack that fails in each way there is. */
describe('however a call to Slack fails,', () => {
  let server: Server;

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url?.includes('users.list')) return void request.socket.destroy();
      if (request.url?.includes('users.info')) return void response.writeHead(500).end('broken');
      if (request.url?.includes('bots.info')) return void response.writeHead(429, { 'retry-after': '1' }).end();
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":false,"error":"invalid_auth"}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => void server.close());

  test.each(['users.list', 'users.info', 'bots.info', 'auth.test'])(
    '%s tells nothing of its token and question',
    async (method) => {
      const { port } = server.address() as AddressInfo;
      const client = new WebClient('xoxb-1234-abcdef', {
        slackApiUrl: `http://127.0.0.1:${port}/api/`,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        logLevel: LogLevel.ERROR,
      });
      const err = await client.apiCall(method, { email: 'dev@example.com' }).catch((error: unknown) => error);
      expect(err).toBeInstanceOf(Error);
      log.error({ err }, 'slack failed');
      expectNoSecret();
    },
  );
});
