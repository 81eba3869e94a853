import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BoltApp, startBot } from '../support/workspace-bot.ts';
import { type ServedWorkspace, serveWorkspace } from '../support/workspace-server.ts';

const ADA = 'U000000ADA';
const ADA_DM = 'D000000ADA';

let folder: string;
let stateFile: string;
const running: { stop(): Promise<unknown> }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  stateFile = join(folder, 'data', 'workspace.json');
});

afterEach(async () => {
  for (const part of running.splice(0).toReversed()) await part.stop();
  rmSync(folder, { recursive: true });
});

async function workspaceWith(listen: (app: BoltApp) => void = () => undefined) {
  const workspace = await serveWorkspace({ stateFile });
  running.push(workspace);
  const app = await startBot(workspace, listen);
  running.push(app);
  return { workspace, app, client: app.client };
}

async function stopEverything() {
  for (const part of running.splice(0).toReversed()) await part.stop();
}

const button = (actionId: string, value: string) => ({
  type: 'actions' as const,
  block_id: 'buttons',
  elements: [
    { type: 'button' as const, action_id: actionId, value, text: { type: 'plain_text' as const, text: 'Press' } },
  ],
});

describe('slash commands', () => {
  test('the acknowledgement and a later response are both seen by the person, and by nobody else', async () => {
    const { workspace } = await workspaceWith((app) => {
      app.command('/quota', async ({ ack, respond, command }) => {
        await ack(`working on ${command.text}`);
        await respond({ text: 'done', response_type: 'ephemeral' });
      });
    });

    const { status, body } = await workspace.post('/commands', { user: 'ada', text: '/quota me' });

    expect(status).toBe(200);
    expect(body.answers[0]).toEqual({ response_type: 'ephemeral', text: 'working on me' });
    await vi.waitFor(async () => {
      const { body: state } = await workspace.get('/state?user=ada');
      expect(state.messages.map(({ text }: { text: string }) => text)).toEqual(['working on me', 'done']);
    });
    expect((await workspace.get('/state?user=grace')).body.messages).toEqual([]);
    expect((await workspace.get('/messages')).body.messages).toEqual([]);
  });

  test('mentions of people reach the app as escaped user ids', async () => {
    const { workspace } = await workspaceWith((app) => {
      app.command('/quota', async ({ ack, command }) => ack(command.text));
    });

    const { body } = await workspace.post('/commands', { user: 'grace', text: '/quota <@ada> @alan @nobody' });

    expect(body.answers[0].text).toBe('<@U000000ADA|ada> <@U00000ALAN|alan> @nobody');
  });

  test('an answer can be replaced, deleted and shown to the whole channel', async () => {
    const { workspace } = await workspaceWith((app) => {
      app.command('/quota', async ({ ack, respond }) => {
        await ack();
        await respond('first');
        await respond({ text: 'second', replace_original: true });
        await respond({ text: 'for all', response_type: 'in_channel' });
      });
      app.command('/vanish', async ({ ack, respond }) => {
        await ack('going');
        await respond({ delete_original: true });
      });
    });

    await workspace.post('/commands', { user: 'ada', text: '/quota' });
    await vi.waitFor(async () => {
      const { body } = await workspace.get('/messages?channel=%23claude-quota');
      expect(body.messages).toMatchObject([{ text: 'for all', channel_name: 'claude-quota' }]);
    });
    await workspace.post('/commands', { user: 'ada', text: '/vanish' });

    await vi.waitFor(async () => {
      const { body } = await workspace.get('/state?user=ada');
      expect(body.messages.map(({ text }: { text: string }) => text)).toEqual(['second', 'for all']);
    });
  });

  test('a response URL works five times', async () => {
    const outcome = Promise.withResolvers<unknown>();
    const { workspace } = await workspaceWith((app) => {
      app.command('/quota', async ({ ack, respond }) => {
        await ack();
        for (let use = 1; use <= 5; use += 1) await respond(`answer ${use}`);
        await respond('answer 6').then(outcome.resolve, outcome.resolve);
      });
    });

    await workspace.post('/commands', { user: 'ada', text: '/quota' });

    expect(await outcome.promise).toMatchObject({ code: 'slack_bolt_respond_error', statusCode: 404 });
  });

  test('without an app, with an unknown person or without a slash the person is told what is wrong', async () => {
    const workspace = await serveWorkspace();
    running.push(workspace);

    const noApp = await workspace.post('/commands', { user: 'ada', text: '/quota' });
    const noPerson = await workspace.post('/commands', { user: 'eve', text: '/quota' });
    const noSlash = await workspace.post('/commands', { user: 'ada', text: 'hello' });

    expect(noApp).toMatchObject({ status: 503, body: { error: expect.stringContaining('not connected') } });
    expect(noPerson).toMatchObject({ status: 400, body: { error: expect.stringContaining('ada, grace, alan') } });
    expect(noSlash).toMatchObject({ status: 400, body: { error: expect.stringContaining('/quota') } });
  });
});

describe('messages', () => {
  test('a post is found by its metadata, and an update replaces its content in place', async () => {
    const { workspace, client } = await workspaceWith();
    const metadata = { event_type: 'incident', event_payload: { notice: '7' } };

    const { ts = '', channel } = await client.chat.postMessage({ channel: '#claude-quota', text: 'broken', metadata });
    await client.chat.postMessage({ channel: 'claude-quota', text: 'details', thread_ts: ts });
    await client.chat.update({ channel: workspace.channel, ts, text: 'resolved' });

    expect(channel).toBe(workspace.channel);
    const history = await client.conversations.history({ channel: workspace.channel, include_all_metadata: true });
    expect(history.messages).toMatchObject([{ ts, text: 'resolved', metadata, edited: expect.anything() }]);
    const plain = await client.conversations.history({ channel: workspace.channel });
    expect(plain.messages?.[0]).not.toHaveProperty('metadata');
    const thread = await client.conversations.replies({ channel: workspace.channel, ts });
    expect(thread.messages).toMatchObject([{ ts }, { text: 'details', thread_ts: ts }]);
    const { body } = await workspace.get('/messages?channel=claude-quota');
    expect(body.messages).toMatchObject([
      { ts, text: 'resolved', metadata },
      { text: 'details', thread_ts: ts },
    ]);
  });

  test('a history can be bounded and paged', async () => {
    const { workspace, client } = await workspaceWith();
    const sent: string[] = [];
    for (const text of ['one', 'two', 'three', 'four']) {
      sent.push((await client.chat.postMessage({ channel: workspace.channel, text })).ts ?? '');
    }
    const texts = async (args: Record<string, unknown>) => {
      const page = await client.conversations.history({ channel: workspace.channel, ...args });
      return { texts: page.messages?.map(({ text }) => text), next: page.response_metadata?.next_cursor ?? '' };
    };

    expect((await texts({ oldest: sent[1] })).texts).toEqual(['four', 'three']);
    expect((await texts({ oldest: sent[1], inclusive: true, latest: sent[2] })).texts).toEqual(['three', 'two']);
    const first = await texts({ limit: 3 });
    expect(first.texts).toEqual(['four', 'three', 'two']);
    expect(await texts({ limit: 3, cursor: first.next })).toEqual({ texts: ['one'], next: '' });
  });

  test('a direct message reaches one person, whether opened or addressed by user id', async () => {
    const { workspace, client } = await workspaceWith();

    const opened = await client.conversations.open({ users: ADA });
    const posted = await client.chat.postMessage({ channel: ADA, text: 'just for you' });

    expect(opened.channel?.id).toBe(ADA_DM);
    expect(posted.channel).toBe(ADA_DM);
    expect((await workspace.get('/state?user=ada')).body.messages).toMatchObject([{ text: 'just for you' }]);
    expect((await workspace.get('/state?user=grace')).body.messages).toEqual([]);
    expect((await workspace.get(`/messages?channel=${ADA_DM}`)).body.messages).toHaveLength(1);
  });

  test('people are as Slack describes them, and nobody else is there', async () => {
    const { client } = await workspaceWith();

    const ada = await client.users.info({ user: ADA });
    const grace = await client.users.lookupByEmail({ email: 'grace@example.com' });
    const everybody = await client.users.list({});
    const channels = await client.conversations.list({});

    expect(ada.user).toMatchObject({ name: 'ada', real_name: 'Ada', is_admin: true, tz: 'Europe/Berlin' });
    expect(grace.user).toMatchObject({ id: 'U0000GRACE', is_admin: false, tz: 'Europe/Berlin' });
    expect(everybody.members?.map(({ name }) => name)).toEqual(['ada', 'grace', 'alan', 'joan', 'quota-watch']);
    expect(channels.channels).toMatchObject([
      { name: 'claude-quota', is_member: true },
      { name: 'claude-summary', is_member: true },
    ]);
    expect(await client.auth.test()).toMatchObject({ user_id: 'U0QUOTAWATCH', bot_id: 'B0QUOTAWATCH' });
  });
});

describe('clicks', () => {
  test('a button updates its message', async () => {
    const { workspace, client } = await workspaceWith((app) => {
      app.action('acknowledge', async ({ ack, body, client: own, action }) => {
        await ack();
        if (body.type !== 'block_actions' || action.type !== 'button') return;
        const { channel_id = '', message_ts = '' } = body.container;
        await own.chat.update({ channel: channel_id, ts: message_ts, text: `${action.value} by ${body.user.name}` });
      });
    });
    const blocks = [button('acknowledge', 'seen')];
    const { ts, channel } = await client.chat.postMessage({ channel: 'claude-quota', text: 'alert', blocks });

    const clicked = await workspace.post('/actions', { user: 'ada', channel, ts, action_id: 'acknowledge' });

    expect(clicked.status).toBe(200);
    await vi.waitFor(async () => {
      const { body } = await workspace.get('/messages?channel=claude-quota');
      expect(body.messages[0]).toMatchObject({ ts, text: 'seen by ada', edited: { user: 'U0QUOTAWATCH' } });
      expect(body.messages[0].blocks).toBeUndefined();
    });
  });

  test('a choice in an ephemeral answer replaces that answer', async () => {
    const { workspace } = await workspaceWith((app) => {
      app.command('/quota', async ({ ack, respond }) => {
        await ack();
        await respond({
          text: 'Snooze?',
          blocks: [
            {
              type: 'actions',
              elements: [
                {
                  type: 'static_select',
                  action_id: 'snooze',
                  options: ['1h', '1w'].map((value) => ({ text: { type: 'plain_text', text: value }, value })),
                },
              ],
            },
          ],
        });
      });
      app.action('snooze', async ({ ack, respond, action }) => {
        await ack();
        if (action.type !== 'static_select') return;
        await respond({ text: `snoozed ${action.selected_option.value}`, replace_original: true });
      });
    });
    await workspace.post('/commands', { user: 'grace', text: '/quota' });
    const [answer] = (await workspace.get('/state?user=grace')).body.messages;
    const { channel, ts } = answer;

    const unknown = await workspace.post('/actions', { user: 'grace', channel, ts, action_id: 'snooze', value: '9y' });
    await workspace.post('/actions', { user: 'grace', channel, ts, action_id: 'snooze', value: '1w' });

    expect(unknown.status).toBe(404);
    await vi.waitFor(async () => {
      const { body } = await workspace.get('/state?user=grace');
      expect(body.messages).toMatchObject([{ ts, text: 'snoozed 1w' }]);
    });
  });
});

describe('App Home and modals', () => {
  test('opening the App Home lets the app publish it, and its buttons work', async () => {
    const { workspace } = await workspaceWith((app) => {
      const publish = (client: BoltApp['client'], user: string, title: string) =>
        client.views.publish({
          user_id: user,
          view: {
            type: 'home',
            blocks: [{ type: 'header', text: { type: 'plain_text', text: title } }, button('refresh', 'now')],
          },
        });
      app.event('app_home_opened', async ({ event, client }) => {
        await publish(client, event.user, 'Your quota');
      });
      app.action('refresh', async ({ ack, body, client }) => {
        await ack();
        await publish(client, body.user.id, 'Refreshed');
      });
    });
    const title = async () => (await workspace.get('/state?user=alan')).body.home?.blocks[0].text.text;

    await workspace.post('/home', { user: 'alan' });
    await vi.waitFor(async () => expect(await title()).toBe('Your quota'));
    await workspace.post('/actions', { user: 'alan', action_id: 'refresh' });

    await vi.waitFor(async () => expect(await title()).toBe('Refreshed'));
  });

  test('a modal opens, refuses a wrong input, and closes when it is accepted', async () => {
    const submitted: unknown[] = [];
    const { workspace } = await workspaceWith((app) => {
      app.command('/quota', async ({ ack, client, command }) => {
        await client.views.open({
          trigger_id: command.trigger_id,
          view: {
            type: 'modal',
            callback_id: 'plan',
            title: { type: 'plain_text', text: 'Your plan' },
            submit: { type: 'plain_text', text: 'Save' },
            blocks: [
              {
                type: 'input',
                block_id: 'plan',
                label: { type: 'plain_text', text: 'Plan' },
                element: { type: 'plain_text_input', action_id: 'name' },
              },
            ],
          },
        });
        await ack('opened');
      });
      app.view('plan', async ({ ack, view }) => {
        const plan = view.state.values.plan?.name?.value;
        submitted.push(plan);
        if (plan !== 'Max') return ack({ response_action: 'errors', errors: { plan: 'No such plan' } });
        await ack();
      });
    });
    await workspace.post('/commands', { user: 'ada', text: '/quota plan' });
    const modal = async () => (await workspace.get('/state?user=ada')).body.modal;
    expect(await modal()).toMatchObject({ callback_id: 'plan', title: { text: 'Your plan' } });

    const refused = await workspace.post('/modal/submit', { user: 'ada', values: { name: 'Huge' } });
    expect(refused.body).toEqual({ errors: { plan: 'No such plan' } });
    expect(await modal()).toBeDefined();
    const accepted = await workspace.post('/modal/submit', { user: 'ada', values: { name: 'Max' } });

    expect(accepted.body).toEqual({ errors: {} });
    expect(submitted).toEqual(['Huge', 'Max']);
    expect(await modal()).toBeUndefined();
  });
});

describe('a restart', () => {
  test('finds messages, ids, threads, metadata, ephemeral answers and the App Home again', async () => {
    const first = await workspaceWith((app) => {
      app.command('/quota', async ({ ack }) => ack('only for grace'));
    });
    const metadata = { event_type: 'incident', event_payload: { notice: '7' } };
    const { ts = '' } = await first.client.chat.postMessage({ channel: 'claude-quota', text: 'alert', metadata });
    const reply = await first.client.chat.postMessage({ channel: 'claude-quota', text: 'details', thread_ts: ts });
    const direct = await first.client.chat.postMessage({ channel: ADA, text: 'for ada' });
    await first.workspace.post('/commands', { user: 'grace', text: '/quota' });
    const divider = { type: 'divider' as const };
    await first.client.views.publish({ user_id: ADA, view: { type: 'home', blocks: [divider] } });
    await stopEverything();

    const { workspace, client } = await workspaceWith();
    const channel = workspace.channel;
    await client.chat.update({ channel, ts, text: 'alert, resolved' });
    await client.chat.update({ channel: ADA_DM, ts: direct.ts ?? '', text: 'for ada, edited' });
    const later = await client.chat.postMessage({ channel, text: 'later' });

    const history = await client.conversations.history({ channel, include_all_metadata: true });
    expect(history.messages).toMatchObject([{ ts: later.ts }, { ts, text: 'alert, resolved', metadata }]);
    const thread = await client.conversations.replies({ channel, ts });
    expect(thread.messages).toMatchObject([{ ts }, { ts: reply.ts, thread_ts: ts }]);
    expect((await client.conversations.open({ users: ADA })).channel?.id).toBe(ADA_DM);
    const ada = (await workspace.get('/state?user=ada')).body;
    expect(ada.messages).toMatchObject([{ ts }, { ts: reply.ts }, { text: 'for ada, edited' }, { ts: later.ts }]);
    expect(ada.home.blocks).toMatchObject([divider]);
    const grace = (await workspace.get('/state?user=grace')).body;
    expect(grace.messages).toContainEqual(expect.objectContaining({ text: 'only for grace' }));
  });

  test('a message is in the file before the app is told that it is posted', async () => {
    const { client } = await workspaceWith();

    const { ts = '' } = await client.chat.postMessage({ channel: 'claude-quota', text: 'kept' });
    expect(readFileSync(stateFile, 'utf8')).toContain(ts);
    await client.chat.update({ channel: 'C0CLAUDEQUOTA', ts, text: 'changed' });

    expect(JSON.parse(readFileSync(stateFile, 'utf8')).messages).toMatchObject([{ ts, text: 'changed' }]);
  });
});

describe('when Slack misbehaves', () => {
  test('wrong tokens are refused and unknown methods are called unknown', async () => {
    const { workspace, client } = await workspaceWith();

    await expect(client.apiCall('auth.test', { token: 'xoxb-wrong' })).rejects.toMatchObject({
      data: { error: 'invalid_auth' },
    });
    await expect(startBot({ ...workspace, botToken: 'xoxb-wrong' }, () => undefined)).rejects.toMatchObject({
      data: { error: 'invalid_auth' },
    });
    await expect(client.apiCall('no.such.method')).rejects.toMatchObject({ data: { error: 'unknown_method' } });
    await expect(client.chat.postMessage({ channel: '#elsewhere', text: 'x' })).rejects.toMatchObject({
      data: { error: 'channel_not_found' },
    });
  });

  test('a rate-limited post is sent again after the pause it was told', async () => {
    const { workspace, client } = await workspaceWith();
    workspace.faults.next('chat.postMessage', { kind: 'rate_limited', retryAfterSeconds: 1 });

    await client.chat.postMessage({ channel: 'claude-quota', text: 'in the end' });

    expect(workspace.faults.calls('chat.postMessage')).toBe(2);
    expect((await workspace.get('/messages')).body.messages).toMatchObject([{ text: 'in the end' }]);
  });

  test('a post whose answer is lost is there all the same', async () => {
    const { workspace, client } = await workspaceWith();
    workspace.faults.next('chat.postMessage', { kind: 'answer_lost' });

    await client.chat.postMessage({ channel: 'claude-quota', text: 'posted' });

    expect((await workspace.get('/messages')).body.messages).toMatchObject([{ text: 'posted' }, { text: 'posted' }]);
  });

  test('planned refusals and failing validation reach the app as Slack words them', async () => {
    const workspace = await serveWorkspace({
      validate: (method, args) => (method === 'chat.postMessage' && args.text === 'bad' ? ['text is bad'] : []),
    });
    running.push(workspace);
    const app = await startBot(workspace, () => undefined);
    running.push(app);
    workspace.faults.next('chat.update', { kind: 'platform_error', error: 'message_not_found' });

    await expect(app.client.chat.postMessage({ channel: 'claude-quota', text: 'bad' })).rejects.toMatchObject({
      data: { error: 'invalid_blocks', response_metadata: { messages: ['text is bad'] } },
    });
    await expect(app.client.chat.update({ channel: 'C', ts: '1', text: 'x' })).rejects.toMatchObject({
      data: { error: 'message_not_found' },
    });
  });

  test.for(['disconnect', 'cutSockets'] as const)('after %s the app comes back', async (fault) => {
    const { workspace } = await workspaceWith((app) => {
      app.command('/quota', async ({ ack }) => ack('here'));
    });

    workspace.faults[fault]();

    await vi.waitFor(() => expect(workspace.faults.calls('apps.connections.open')).toBeGreaterThan(1), 30_000);
    await vi.waitFor(async () => {
      const { body } = await workspace.post('/commands', { user: 'ada', text: '/quota' });
      expect(body.answers).toEqual([{ response_type: 'ephemeral', text: 'here' }]);
    }, 30_000);
  });
});

describe('guards', () => {
  let workspace: ServedWorkspace;
  beforeEach(async () => {
    workspace = await serveWorkspace();
    running.push(workspace);
  });

  /** `fetch` would not let a test choose the Host header. */
  function statusWith(headers: Record<string, string>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      request(`${workspace.url}/state?user=ada`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  }

  test('only this machine, under a loopback name and from its own page, gets in', async () => {
    const { host } = new URL(workspace.url);

    expect(await statusWith({ host: 'localhost:1234' })).toBe(200);
    expect(await statusWith({ host, origin: `http://${host}` })).toBe(200);
    expect(await statusWith({ host: 'evil.example' })).toBe(403);
    expect(await statusWith({ host: 'localhost.evil.example' })).toBe(403);
    expect(await statusWith({ host, origin: 'http://evil.example' })).toBe(403);
    expect(await statusWith({ host, origin: 'null' })).toBe(403);
  });

  test('the page allows nothing from elsewhere', async () => {
    const page = await fetch(`${workspace.url}/`);
    const redirect = await fetch(workspace.url, { redirect: 'manual' });

    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).not.toMatch(/https?:/);
    expect(redirect.headers.get('location')).toBe('/workspace/');
  });
});
