import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { type RunningApp, startApp } from '../../src/app.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { epochMs } from '../../src/model/time.ts';
import { openStore } from '../../src/store/store.ts';
import { invalidReasons } from './valid-slack.ts';
import { type ServedWorkspace, serveWorkspace } from './workspace-server.ts';

/** The whole app against a Slack stand-in that refuses every message Slack would refuse. */
export interface AppUnderTest {
  readonly slack: ServedWorkspace;
  readonly url: string;
  /** Every log line so far, as text. */
  readonly log: readonly string[];
  /** A personal token, got as people get it: by `/quota connect`. */
  connect(user: string): Promise<string>;
  /** What the person sees as answer to a slash command. */
  command(user: string, text: string): Promise<SeenMessage>;
  send(token: string, path: string, body: unknown): Promise<Response>;
  sendBytes(
    token: string,
    path: string,
    body: { bytes: Uint8Array; headers: Record<string, string> },
  ): Promise<Response>;
  /** Messages of the channel, or of a person's direct messages, once there are at least `atLeast`. */
  messages(place: string, atLeast?: number): Promise<readonly SeenMessage[]>;
  restartApp(): Promise<void>;
  stop(): Promise<void>;
}

export interface SeenMessage {
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the assertions of a test say what they expect
  readonly blocks: readonly any[];
  readonly thread_ts?: string;
  readonly edited?: object;
}

/** A clock that runs on from this moment, so that captured bodies are sent as they were: fresh. */
export function clockFrom(iso: string): Clock & { jumpTo(iso: string): void } {
  let offset = Date.parse(iso) - Date.now();
  return {
    now: () => epochMs(Date.now() + offset),
    after: systemClock.after,
    jumpTo(later) {
      offset = Date.parse(later) - Date.now();
    },
  };
}

export async function runApp({
  clock = systemClock,
  env = {},
  folder,
}: {
  clock?: Clock;
  env?: Record<string, string>;
  folder: string;
}): Promise<AppUnderTest> {
  const refused: string[] = [];
  const slack = await serveWorkspace({
    validate: (method, args) => {
      const reasons = invalidReasons(method, args);
      refused.push(...reasons.map((reason) => `${method}: ${reason}`));
      return reasons;
    },
  });
  const log: string[] = [];
  const config = readConfig({
    PORT: '0',
    DATABASE_PATH: join(folder, 'quota-watch.db'),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.slackApiUrl,
    ALERT_CHANNEL: slack.channel,
    TEAM_TIME_ZONE: 'Europe/Berlin',
    ...env,
  });
  const start = () =>
    startApp({
      config,
      clock,
      log: pino({ level: 'debug' }, { write: (line) => log.push(line) }),
      version: '0.0.0',
      onRefused: rethrow,
      onDiskFailed: rethrow,
    });
  let app: RunningApp = await start().catch(async (error: unknown) => {
    await slack.stop();
    throw error;
  });

  const command = async (user: string, text: string): Promise<SeenMessage> => {
    const { status, body } = await slack.post('/commands', { user, text });
    if (status !== 200) throw new Error(`${text} answered ${status}: ${JSON.stringify(body)}`);
    return body.answers[0];
  };

  return {
    slack,
    log,
    get url() {
      return app.url;
    },
    command,
    async connect(user) {
      const answer = JSON.stringify(await command(user, '/quota connect'));
      const token = /Bearer (qw_[\w-]+)/.exec(answer)?.[1];
      if (token === undefined) throw new Error('no token in the answer');
      return token;
    },
    send: (token, path, body) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      return fetch(app.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    },
    sendBytes: (token, path, { bytes, headers }) => {
      const all = { authorization: `Bearer ${token}`, ...headers };
      return fetch(app.url + path, { method: 'POST', headers: all, body: new Uint8Array(bytes) });
    },
    async messages(place, atLeast = 0) {
      const giveUpAt = Date.now() + PATIENCE_MS;
      for (;;) {
        const { body } = await slack.get(`/messages?channel=${encodeURIComponent(place)}`);
        if (body.messages.length >= atLeast || Date.now() > giveUpAt) return body.messages;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    async restartApp() {
      await app.stop();
      app = await start();
    },
    async stop() {
      await app.stop();
      await slack.stop();
      // The app goes on when Slack refuses something, so a test might not see it.
      if (refused.length > 0) throw new Error(`The app sent what Slack refuses:\n${refused.join('\n')}`);
    },
  };
}

/** A busy machine does everything slowly; how long is no matter of correctness. */
const PATIENCE_MS = 30_000;

/** Waits until the check holds; fails with its last error when it never does, or does not within what is told. */
export async function eventually(check: () => Promise<void> | void, withinMs = PATIENCE_MS): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

/** A port of this machine that nobody has. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A personal token made beside the app, for an address that Slack does not know: so nobody is told directly. */
export function tokenOfStranger(folder: string): string {
  const store = openStore(join(folder, 'quota-watch.db'), systemClock.now());
  const developer = store.developers.forEmail('dev@example.com', { now: systemClock.now() });
  const token = store.tokens.create({ of: 'developer', developer }, systemClock.now());
  store.close();
  return token;
}

function rethrow(error: unknown): never {
  throw error;
}
