import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AppUnderTest, clockFrom, eventually, runApp, type SeenMessage } from '../support/running-app.ts';

const CHANNEL = '#claude-quota';
const ADA = { name: 'ada' };
const GRACE = { name: 'grace' };
const NOON = Date.parse('2026-11-23T12:00:00Z');
let folder: string;
let app: AppUnderTest;
let clock: ReturnType<typeof clockFrom>;
let token: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-controls-'));
  clock = clockFrom('2026-11-23T12:00:00Z');
  app = await runApp({ clock, folder, env: { CHANNEL_NAMES: 'always' } });
  token = await app.connect(GRACE.name);
});

afterEach(async () => {
  await app.stop();
  rmSync(folder, { recursive: true });
});

/** Turns of one conversation: the first fills the cache, each further one writes all of it again. */
async function breaks(turns: readonly number[], session = 'broken'): Promise<void> {
  const requests = turns.map((minute) => ({
    session,
    requestId: `${session}-${minute}`,
    at: NOON + minute * 60_000,
    model: 'claude-opus-5-5',
    inputTokens: 4,
    outputTokens: 300,
    cacheReadTokens: 14_000,
    cacheCreationTokens: 86_000,
  }));
  expect((await app.send(token, '/v1/usage', { requests })).status).toBe(200);
}

/** Turns that read everything the one before left. */
async function heals(minutes: readonly number[], session = 'broken'): Promise<void> {
  const requests = minutes.map((minute, n) => ({
    session,
    requestId: `${session}-${minute}`,
    at: NOON + minute * 60_000,
    model: 'claude-opus-5-5',
    inputTokens: 4,
    outputTokens: 300,
    cacheReadTokens: 100_000 + n * 500,
    cacheCreationTokens: 500,
  }));
  expect((await app.send(token, '/v1/usage', { requests })).status).toBe(200);
}

const isInThread = ({ thread_ts, ts }: SeenMessage) => thread_ts !== undefined && thread_ts !== ts;

async function alerts(): Promise<readonly SeenMessage[]> {
  return (await app.messages(CHANNEL)).filter((message) => !isInThread(message));
}

async function thread(): Promise<readonly string[]> {
  return (await app.messages(CHANNEL)).filter(isInThread).map(({ text }) => text);
}

/** The one alert of the channel, once it says something. */
async function alertThatSays(pattern: RegExp): Promise<SeenMessage> {
  let found: SeenMessage | undefined;
  await eventually(async () => {
    const all = await alerts();
    expect(all).toHaveLength(1);
    expect(JSON.stringify(all)).toMatch(pattern);
    found = all[0];
  });
  if (!found) throw new Error('there is no alert');
  return found;
}

/** Somebody clicks on the alert. */
async function click(user: string, { channel, ts }: SeenMessage, action_id: string, value?: string) {
  return await app.slack.post('/actions', { user, channel, ts, action_id, ...(value && { value }) });
}

/** The value of an option of the alert's menus. */
function option(alert: SeenMessage, prefix: string): string {
  const values = [...JSON.stringify(alert.blocks).matchAll(/"value":"([^"]+)"/g)].map(([, value]) => value ?? '');
  const found = values.find((value) => value.startsWith(prefix));
  if (found === undefined) throw new Error(`no option ${prefix} among ${values.join(', ')}`);
  return found;
}

/** What only this person sees in the channel. */
async function toldAlone(user: string): Promise<string> {
  const { body } = await app.slack.get(`/state?user=${user}`);
  const mine = body.messages.filter((message: { only_for?: string }) => message.only_for !== undefined);
  return mine.map(({ text }: { text: string }) => text).join('\n');
}

describe('an alert', () => {
  test('is acknowledged in place by its owner, with who and when, and its thread says so', async () => {
    await breaks([-3, -2, -1]);
    const alert = await alertThatSays(/rewrote|broken/i);
    expect((await click(GRACE.name, alert, 'incident_acknowledge')).status).toBe(200);
    const after = await alertThatSays(/Acknowledged by <@U0000GRACE>/);
    expect(after.ts).toBe(alert.ts);
    expect(JSON.stringify(after.blocks)).not.toContain('incident_acknowledge');
    await eventually(async () => expect((await thread()).join()).toMatch(/acknowledged/i));
  });

  test('that is clicked twice at once is acknowledged once', async () => {
    await breaks([-3, -2, -1]);
    const alert = await alertThatSays(/rewrote|broken/i);
    await Promise.all([
      click(GRACE.name, alert, 'incident_acknowledge'),
      click(ADA.name, alert, 'incident_acknowledge'),
      click(GRACE.name, alert, 'incident_acknowledge'),
    ]);
    await alertThatSays(/Acknowledged by/);
    await eventually(async () => expect(await thread()).toHaveLength(1));
  });

  test('is not for everybody to act on: others are told who may', async () => {
    await breaks([-3, -2, -1]);
    const alert = await alertThatSays(/rewrote|broken/i);
    await click('alan', alert, 'incident_acknowledge');
    await eventually(async () => expect(await toldAlone('alan')).toMatch(/owner|admin/i));
    expect(JSON.stringify(await alerts())).not.toContain('Acknowledged');
  });

  test('that is over by the time of the click stays over', async () => {
    await breaks([-5, -4, -3]);
    const alert = await alertThatSays(/rewrote|broken/i);
    await heals([-2.5, -2, -1.5, -1]);
    await alertThatSays(/Over: /);
    // The page still showed the button when it was clicked.
    const late = await click(GRACE.name, alert, 'incident_snooze', option(alert, 'week:')).catch(() => undefined);
    // The stand-in knows that the menu is gone; Slack's own page may not yet.
    expect([200, 404]).toContain(late?.status ?? 404);
    expect(JSON.stringify(await alerts())).toContain('Over: ');
  });

  test('that is snoozed says until when, and another one of its kind stays unsaid meanwhile', async () => {
    await breaks([-3, -2, -1]);
    const alert = await alertThatSays(/rewrote|broken/i);
    await click(GRACE.name, alert, 'incident_snooze', option(alert, 'hour:'));
    await alertThatSays(/[Ss]noozed/);
    await breaks([-3, -2, -1], 'another');
    await eventually(async () =>
      expect(JSON.stringify(await app.command(GRACE.name, '/quota incidents'))).toMatch(/open/),
    );
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await alerts()).toHaveLength(1);
    clock.jumpTo('2026-11-23T13:00:01Z');
    await breaks([58, 58.5, 59, 59.5], 'another');
    await app.restartApp();
    await eventually(async () => expect((await alerts()).length).toBeGreaterThan(1));
  });

  test('shows its turns to the owner in a modal, and an audit row when an admin looks', async () => {
    await breaks([-3, -2, -1]);
    const alert = await alertThatSays(/rewrote|broken/i);
    await click(GRACE.name, alert, 'incident_more', option(alert, 'details:'));
    await eventually(async () => {
      const { body } = await app.slack.get(`/state?user=${GRACE.name}`);
      expect(JSON.stringify(body.modal)).toMatch(/86,000|86k|100k/);
    });
  });

  test('keeps what people thought of it', async () => {
    await breaks([-3, -2, -1]);
    const alert = await alertThatSays(/rewrote|broken/i);
    await click(GRACE.name, alert, 'incident_more', option(alert, 'false_alarm:'));
    await alertThatSays(/false alarm/i);
    expect(JSON.stringify(await app.command(GRACE.name, '/quota incidents'))).toMatch(/false alarm/i);
  });
});

describe('Slack in trouble', () => {
  test.each([
    ['asks to wait', { kind: 'rate_limited', retryAfterSeconds: 1 }],
    ['fails', { kind: 'http_error', status: 500 }],
    ['does the work and loses the answer', { kind: 'answer_lost' }],
  ] as const)('an edit that meets a Slack that %s comes once, and in order', async (_how, fault) => {
    await breaks([-3, -2, -1]);
    const alert = await alertThatSays(/rewrote|broken/i);
    app.slack.faults.next('chat.update', fault);
    await click(GRACE.name, alert, 'incident_acknowledge');
    await eventually(async () => expect(JSON.stringify(await alerts())).toContain('Acknowledged by'), 15_000);
    expect(await alerts()).toHaveLength(1);
  });

  test('a socket that breaks between two clicks loses neither', async () => {
    await breaks([-3, -2, -1]);
    const alert = await alertThatSays(/rewrote|broken/i);
    await click(GRACE.name, alert, 'incident_acknowledge');
    app.slack.faults.cutSockets();
    await eventually(async () => {
      const answer = await click(GRACE.name, alert, 'incident_more', option(alert, 'planned:'));
      expect(answer.status).toBe(200);
    });
    await alertThatSays(/Acknowledged by/);
    await alertThatSays(/planned/i);
  });

  test('a chart that the workspace does not know becomes a table, and a table words', async () => {
    app.slack.faults.refuseBlocks('data_visualization', 'table');
    await breaks([-3, -2, -1]);
    await alertThatSays(/rewrote|broken/i);
    clock.jumpTo('2026-11-23T12:02:00Z');
    await app.restartApp();
    await eventually(async () => expect((await thread()).join()).toMatch(/Turn by turn/), 10_000);
    const replies = (await app.messages(CHANNEL)).filter(isInThread);
    expect(JSON.stringify(replies)).not.toMatch(/data_visualization|"table"/);
  });
});

describe('a message that somebody deleted', () => {
  const remove = ({ channel, ts }: SeenMessage) => app.slack.post('/messages/delete', { user: ADA.name, channel, ts });

  test('is posted anew once, and not a second time', async () => {
    await breaks([-8, -7, -6]);
    await remove(await alertThatSays(/rewrote|broken/i));
    await breaks([-5]);
    const anew = await alertThatSays(/rewrote|broken/i);
    await remove(anew);
    await breaks([-4]);
    await eventually(() => expect(app.log.join('')).toContain('notice given up'));
    expect(await alerts()).toEqual([]);
  });
});

describe('an archived channel', () => {
  test('is told to the admins by direct message, once, and what waited comes when it is back', async () => {
    const place = { user: ADA.name, channel: CHANNEL };
    expect((await app.slack.post('/channels/archive', place)).status).toBe(200);
    await breaks([-8, -7, -6]);
    await eventually(async () => expect(await app.messages('D000000ADA')).toHaveLength(1));
    expect(JSON.stringify(await app.messages('D000000ADA'))).toMatch(/archived/);
    await app.slack.post('/channels/unarchive', place);
    clock.jumpTo('2026-11-23T12:06:00Z');
    await app.restartApp();
    await alertThatSays(/rewrote|broken/i);
    expect(await app.messages('D000000ADA')).toHaveLength(1);
  });
});

test('a hundred broken caches in ten minutes are at most four messages, and each is in its developer’s list', async () => {
  const { openStore } = await import('../../src/store/store.ts');
  const store = openStore(join(folder, 'quota-watch.db'), clock.now());
  const team = store.tokens.create({ of: 'team' }, clock.now());
  store.close();
  for (let n = 0; n < 100; n++) {
    const requests = [-3, -2.5, -2].map((minute) => ({
      session: `crowd-${n}`,
      requestId: `crowd-${n}-${minute}`,
      at: NOON + minute * 60_000,
      email: n === 99 ? 'grace@example.com' : `crowd${n}@example.com`,
      model: 'claude-opus-5-5',
      inputTokens: 4,
      outputTokens: 300,
      cacheReadTokens: 14_000,
      cacheCreationTokens: 86_000,
    }));
    expect((await app.send(team, '/v1/usage', { requests })).status).toBe(200);
  }
  await eventually(async () => {
    const all = await alerts();
    expect(JSON.stringify(all)).toMatch(/97 more alerts/);
  });
  expect(await alerts()).toHaveLength(4);
  expect(JSON.stringify(await app.command(GRACE.name, '/quota incidents'))).toMatch(/open/);
});
