import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { capturedBodies, capturedProtobuf } from '../collector/captured.ts';
import { type AppUnderTest, clockFrom, eventually, runApp } from '../support/running-app.ts';

const CHANNEL = '#claude-quota';
const ADA = { name: 'ada', id: 'U000000ADA', directMessages: 'D000000ADA' };
/** Just after the bodies were captured, so that they arrive fresh. */
const CAPTURED_AT = '2026-11-23T07:29:00Z';
const OLD_CLIENTS_CAPTURED_AT = '2026-11-23T08:21:00Z';

let folder: string;
let app: AppUnderTest;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
});

afterEach(async () => {
  await app.stop();
  rmSync(folder, { recursive: true });
});

async function start(capturedAt = CAPTURED_AT, env: Record<string, string> = {}): Promise<string> {
  app = await runApp({ clock: clockFrom(capturedAt), folder, env });
  return await app.connect(ADA.name);
}

/** Sends one captured run by all its routes, as the client did. */
async function sendRun(token: string, run: string): Promise<void> {
  for (const [file, path] of [
    ['logs', '/v1/logs'],
    ['metrics', '/v1/metrics'],
    ['hooks', '/v1/hooks'],
  ] as const) {
    for (const body of capturedBodies(`${run}/${file}.json`)) {
      expect((await app.send(token, path, body)).status).toBe(200);
    }
  }
}

async function told(place: string, text: RegExp) {
  let found: Awaited<ReturnType<AppUnderTest['messages']>> = [];
  await eventually(async () => {
    found = (await app.messages(place)).filter((message) => text.test(message.text));
    expect(found.length).toBeGreaterThan(0);
  });
  return found;
}

/** Everything that arrived was judged, and everything that was decided is said; the threads with the turns follow a minute later. */
async function settled(): Promise<void> {
  const db = new BetterSqlite3(join(folder, 'quota-watch.db'), { readonly: true });
  const left = db.prepare<[], { n: number }>(`
    SELECT (SELECT count(*) FROM undetected)
      + (
        SELECT count(*) FROM notices
        WHERE state IN ('waiting', 'sending') AND (form, reason) <> ('reply', 'opened') AND subject <> 'first_data'
      ) AS n
  `);
  await eventually(() => expect(left.get()).toEqual({ n: 0 }));
  db.close();
}

describe('what the real client sends', () => {
  test('a healthy session says nothing', async () => {
    const token = await start();
    await sendRun(token, 'healthy');
    await settled();
    expect(await app.messages(CHANNEL)).toEqual([]);
    expect(await app.messages(ADA.directMessages)).toEqual([]);
    expect(JSON.stringify(await app.command('ada', '/quota'))).toContain('healthy: 89% of the context read from it');
  });

  test.each([
    ['cache-invalidation', CAPTURED_AT, '2.1.330'],
    ['cache-invalidation.client-2.1.118', OLD_CLIENTS_CAPTURED_AT, '2.1.118'],
    ['cache-invalidation.client-2.1.89', OLD_CLIENTS_CAPTURED_AT, '2.1.89'],
  ])('a broken cache in %s is one message in the channel that grows in place', async (run, capturedAt, version) => {
    const token = await start(capturedAt);
    await sendRun(token, run);
    const messages = await told(CHANNEL, /^Prompt cache broken: 4 turns rewrote 267k tokens/);
    expect(await app.messages(CHANNEL)).toHaveLength(1);
    expect(JSON.stringify(messages[0]?.blocks)).toContain(`client ${version}`);
    const answer = JSON.stringify(await app.command('ada', '/quota'));
    expect(answer).toContain('1 incident, 267k tokens rewritten');
    expect(JSON.stringify(await app.command('ada', '/quota incidents'))).toContain('Prompt cache broken: 4 turns');
  });

  test('the same as compressed protobuf', async () => {
    const token = await start();
    const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' };
    for (const bytes of capturedProtobuf('logs')) {
      const answer = await app.sendBytes(token, '/v1/logs', { bytes, headers });
      expect(answer.headers.get('content-type')).toBe('application/x-protobuf');
    }
    await told(CHANNEL, /^Prompt cache broken: 4 turns rewrote 267k tokens/);
    expect(await app.messages(CHANNEL)).toHaveLength(1);
  });

  test('a resume that rewrote its session is one message with its size', async () => {
    const token = await start();
    await sendRun(token, 'resume-reprocess');
    await told(CHANNEL, /^Resume rewrote 157k tokens/);
    await settled();
    expect(await app.messages(CHANNEL)).toHaveLength(1);
  });

  test('a lock-out is told to its owner alone, and again when it is open', async () => {
    const token = await start();
    await sendRun(token, 'lockout');
    await told(ADA.directMessages, /^Locked out until \d\d:\d\d \(five-hour quota\)$/);
    expect(await app.messages(CHANNEL)).toEqual([]);
    expect(JSON.stringify(await app.command('ada', '/quota'))).toContain('0% left');

    const at = Date.parse(CAPTURED_AT) + 60_000;
    const request = {
      session: '700a457a-92c4-4a5e-bf67-5e3fc71a6063',
      at,
      model: 'claude-sonnet-5-5',
      inputTokens: 5,
      outputTokens: 5,
      cacheReadTokens: 90_000,
      cacheCreationTokens: 100,
    };
    await app.send(token, '/v1/usage', { requests: [request] });
    await told(ADA.directMessages, /^Over: Locked out \(five-hour quota\)$/);
    const [reply] = await told(ADA.directMessages, /Open again/);
    expect(reply?.thread_ts).toBeDefined();
  });

  test('what is sent twice changes nothing', async () => {
    const token = await start();
    await sendRun(token, 'cache-invalidation');
    await told(CHANNEL, /267k tokens/);
    await sendRun(token, 'cache-invalidation');
    await settled();
    expect(await app.messages(CHANNEL)).toHaveLength(1);
    expect(JSON.stringify(await app.command('ada', '/quota'))).toContain('(6 requests)');
  });

  test('what arrives hours late is counted and alerts nobody', async () => {
    const token = await start('2026-11-23T11:00:00Z');
    await sendRun(token, 'cache-invalidation');
    await settled();
    expect(await app.messages(CHANNEL)).toEqual([]);
    expect(JSON.stringify(await app.command('ada', '/quota'))).toContain('1 incident, 267k tokens rewritten');
  });

  test('the status line answers what is left, and /quota agrees', async () => {
    const token = await start('2026-11-23T07:28:05Z');
    const lines: string[] = [];
    for (const body of capturedBodies('statusline.json')) {
      lines.push(await (await app.send(token, '/v1/status-line', body)).text());
    }
    expect(lines[0]).toBe('quota not known yet');
    expect(lines.at(-1)).toBe('5h 58% left, resets 10:00 · week 83% left · cache ok');
    const answer = JSON.stringify(await app.command('ada', '/quota'));
    expect(answer).toContain('*58% left* of the five-hour window');
    expect(answer).toContain('*83% left* of the weekly window');
  });
});

describe('names', () => {
  test('without consent the channel says "A developer" and the developer is told directly', async () => {
    const token = await start();
    await sendRun(token, 'cache-invalidation');
    const [alert] = await told(CHANNEL, /267k tokens/);
    expect(alert?.text).toContain('A developer');
    expect(JSON.stringify(alert)).not.toContain(ADA.id);
    await told(ADA.directMessages, /267k tokens/);
  });

  test('one click at connect lets the channel name them', async () => {
    const token = await start();
    const { body: state } = await app.slack.get('/state?user=ada');
    const answer = [...state.messages]
      .reverse()
      .find((message: { text: string }) => message.text.includes('Connect Claude Code'));
    const click = { user: 'ada', channel: answer.channel, ts: answer.ts, action_id: 'names_consent' };
    expect((await app.slack.post('/actions', click)).status).toBe(200);
    await sendRun(token, 'cache-invalidation');
    const [alert] = await told(CHANNEL, /267k tokens/);
    expect(alert?.text).toContain(`<@${ADA.id}>`);
    expect(await app.messages(ADA.directMessages)).toEqual([]);
  });

  test('a colleague sees another’s quota only as admin or by consent', async () => {
    await start();
    expect(JSON.stringify(await app.command('grace', '/quota @ada'))).toContain('has not agreed');
    expect(JSON.stringify(await app.command('ada', '/quota @grace'))).toContain('Nothing is known of <@U0000GRACE>');
  });
});

describe('Slack in trouble', () => {
  test('a rate limit is waited for, and the message comes once', async () => {
    const token = await start();
    app.slack.faults.next('chat.postMessage', { kind: 'rate_limited', retryAfterSeconds: 1 });
    await sendRun(token, 'cache-invalidation');
    await told(CHANNEL, /267k tokens/);
    expect(await app.messages(CHANNEL)).toHaveLength(1);
  });

  test('a post whose answer was lost is found again instead of repeated', async () => {
    const token = await start();
    app.slack.faults.next('chat.postMessage', { kind: 'answer_lost' });
    await sendRun(token, 'resume-reprocess');
    await told(CHANNEL, /^Resume rewrote 157k tokens/);
    await settled();
    expect(await app.messages(CHANNEL)).toHaveLength(1);
    expect(app.slack.faults.calls('conversations.history')).toBeGreaterThan(0);
  });

  test('after a restart nothing is said again, and the next edit finds its message', async () => {
    const token = await start();
    await sendRun(token, 'cache-invalidation');
    const [before] = await told(CHANNEL, /267k tokens/);
    await app.restartApp();
    await sendRun(token, 'cache-invalidation');
    await settled();
    const messages = await app.messages(CHANNEL);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.ts).toBe(before?.ts);
  });
});

test('App Home shows what /quota answers', async () => {
  await start();
  await app.slack.post('/home', { user: 'ada' });
  await eventually(async () => {
    const { body } = await app.slack.get('/state?user=ada');
    expect(JSON.stringify(body.home)).toContain('Your Claude Code quota');
  });
});

test('no log line holds a token, an address or a session’s content', async () => {
  const token = await start();
  await sendRun(token, 'lockout');
  await told(ADA.directMessages, /Locked out/);
  const log = app.log.join('');
  expect(log).toContain('notice sent');
  for (const secret of [token, app.slack.botToken, app.slack.appToken, 'ada@example.com', "You've hit your"]) {
    expect(log).not.toContain(secret);
  }
});

test('on Monday morning the week is told once, with its detail in the thread, through restarts', async () => {
  const clock = clockFrom('2026-11-23T07:29:00Z');
  app = await runApp({ clock, folder });
  const token = await app.connect(ADA.name);
  await sendRun(token, 'cache-invalidation');
  await told(CHANNEL, /267k tokens/);
  clock.jumpTo('2026-11-30T07:59:00Z');
  await app.restartApp();
  await settled();
  expect((await app.messages(CHANNEL)).some(({ text }) => text.startsWith('Week 48'))).toBe(false);
  clock.jumpTo('2026-11-30T08:00:01Z');
  await app.restartApp();
  const [summary] = await told(CHANNEL, /^Week 48/);
  expect(summary?.blocks.map(({ type }) => type)).toContain('table');
  await eventually(async () => {
    const replies = (await app.messages(CHANNEL)).filter(({ thread_ts }) => thread_ts === summary?.ts);
    expect(replies).toHaveLength(1);
  });
  clock.jumpTo('2026-12-01T20:00:00Z');
  await app.restartApp();
  await settled();
  const weeks = (await app.messages(CHANNEL)).filter(({ text }) => text.startsWith('Week 48'));
  expect(weeks.map(({ thread_ts }) => thread_ts)).toEqual([undefined, summary?.ts]);
});
