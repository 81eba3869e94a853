import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isForPeople } from '../../src/serve.ts';
import { capturedBodies } from '../collector/captured.ts';
import { type AppUnderTest, clockFrom, eventually, runApp, tokenOfStranger } from '../support/running-app.ts';

/** Just after the bodies were captured, so that they arrive fresh. */
const CAPTURED_AT = '2026-11-23T07:29:00Z';

let folder: string;
let app: AppUnderTest | undefined;
let line: Line;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  line = await deadLine();
  app = undefined;
});

afterEach(async () => {
  await app?.stop();
  await line.cut();
  rmSync(folder, { recursive: true });
});

/** An address at which nobody listens until it is joined to Slack. */
interface Line {
  readonly port: number;
  join(slackPort: number): Promise<void>;
  cut(): Promise<void>;
}

async function deadLine(): Promise<Line> {
  const sockets = new Set<Socket>();
  let to = 0;
  const server = createServer((from) => {
    const onward = connect(to, '127.0.0.1');
    for (const socket of [from, onward]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    from.pipe(onward).pipe(from);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  await close();
  return {
    port,
    async join(slackPort) {
      to = slackPort;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    cut: close,
  };
}

async function start(env: Record<string, string>): Promise<AppUnderTest> {
  app = await runApp({ clock: clockFrom(CAPTURED_AT), folder, env });
  return app;
}

const startWithoutSlack = () => start({ SLACK_API_URL: `http://127.0.0.1:${line.port}/api/` });

const slackPort = ({ slack }: AppUnderTest) => Number(new URL(slack.slackApiUrl).port);

test('started while Slack is down, it takes usage, and says in Slack what happened once Slack is back', async () => {
  const token = tokenOfStranger(folder);
  const running = await startWithoutSlack();
  for (const body of capturedBodies('cache-invalidation/logs.json')) {
    expect((await running.send(token, '/v1/logs', body)).status).toBe(200);
  }
  const ready = await fetch(`${running.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain('the Slack socket is not connected');

  await line.join(slackPort(running));

  await eventually(async () => expect((await fetch(`${running.url}/readyz`)).status).toBe(200), 20_000);
  await eventually(async () => expect(await running.messages('#claude-quota')).toHaveLength(1), 20_000);
  expect(JSON.stringify(await running.command('ada', '/quota'))).toContain('blocks');
});

test('it can be stopped while Slack is down', async () => {
  const running = await startWithoutSlack();
  app = undefined;
  await running.stop();
  await expect(fetch(`${running.url}/healthz`)).rejects.toThrow();
});

test('after an outage while it runs the socket opens again', async () => {
  const running = await start({});
  running.slack.faults.next('apps.connections.open', { kind: 'http_error', status: 503 }, 2);
  running.slack.faults.cutSockets();
  await eventually(async () => expect((await fetch(`${running.url}/readyz`)).status).toBe(503));
  await eventually(async () => expect((await fetch(`${running.url}/readyz`)).status).toBe(200), 20_000);
  expect(running.slack.faults.calls('apps.connections.open')).toBe(4);
});

test('where Slack asks to reconnect, as it does every few hours, the socket opens again at once', async () => {
  const running = await start({});
  running.slack.faults.disconnect();
  await eventually(() => expect(running.slack.faults.calls('apps.connections.open')).toBe(2));
  await eventually(async () => expect((await fetch(`${running.url}/readyz`)).status).toBe(200));
  expect(JSON.stringify(await running.command('ada', '/quota'))).toContain('blocks');
});

test.each([
  ['SLACK_BOT_TOKEN', 'xoxb-wrong'],
  ['SLACK_APP_TOKEN', 'xapp-wrong'],
])('a wrong %s ends it with a sentence about that setting', async (setting, token) => {
  const error = await start({ [setting]: token }).catch((reason: unknown) => reason);
  expect(isForPeople(error)).toBe(true);
  expect(String(error)).toContain(`Slack refuses ${setting} (invalid_auth)`);
});
