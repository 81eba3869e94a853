import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BoltApp, startBot } from '../support/workspace-bot.ts';
import { serveWorkspace } from '../support/workspace-server.ts';

const ADA = 'U000000ADA';
const JOAN = 'U00000JOAN';
const SUMMARY = 'C00CLAUDESUMS';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const option = (value: string) => ({ text: plain(value), value });
const chart = {
  type: 'data_visualization',
  title: 'Tokens',
  chart: { type: 'pie', segments: [{ label: 'read', value: 1 }] },
};
const table = { type: 'table' as const, rows: [[{ type: 'raw_text' as const, text: 'read' }]] };

let folder: string;
const running: { stop(): Promise<unknown> }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workspace-'));
});

afterEach(async () => {
  await stopEverything();
  rmSync(folder, { recursive: true });
});

async function stopEverything() {
  for (const part of running.splice(0).toReversed()) await part.stop();
}

async function workspaceWith(listen: (app: BoltApp) => void = () => undefined) {
  const workspace = await serveWorkspace({ stateFile: join(folder, 'workspace.json') });
  running.push(workspace);
  const bot = await startBot(workspace, listen);
  running.push(bot);
  const modal = async (user = 'ada') => (await workspace.get(`/state?user=${user}`)).body.modal;
  return { workspace, client: bot.client, modal };
}

/** A bot whose `/quota` opens this modal; what comes of it is up to `listen`. */
function workspaceWithModal(blocks: readonly object[], listen: (app: BoltApp) => void = () => undefined) {
  return workspaceWith((app) => {
    app.command('/quota', async ({ ack, client, command }) => {
      await ack();
      const view = { type: 'modal', callback_id: 'form', title: plain('Form'), submit: plain('Save'), blocks };
      await client.apiCall('views.open', { trigger_id: command.trigger_id, view });
    });
    listen(app);
  });
}

const kinds = {
  type: 'input',
  block_id: 'kinds',
  optional: true,
  label: plain('Kinds'),
  element: {
    type: 'checkboxes',
    action_id: 'on',
    options: [option('cache'), option('spike')],
    initial_options: [option('cache')],
  },
};
const channel = {
  type: 'input',
  block_id: 'where',
  label: plain('Channel'),
  element: { type: 'conversations_select', action_id: 'to' },
};

describe('modals', () => {
  test('a submission tells what was chosen and what nobody touched', async () => {
    const submitted = Promise.withResolvers<unknown>();
    const { workspace, modal } = await workspaceWithModal([kinds, channel], (app) => {
      app.view('form', async ({ ack, view }) => {
        await ack();
        submitted.resolve(view.state.values);
      });
    });
    await workspace.post('/commands', { user: 'ada', text: '/quota' });

    await workspace.post('/modal/submit', { user: 'ada', values: { to: SUMMARY } });

    expect(await submitted.promise).toMatchObject({
      kinds: { on: { selected_options: [option('cache')] } },
      where: { to: { selected_conversation: SUMMARY } },
    });
    expect(await modal()).toBeUndefined();
  });

  test('a required input that is empty is asked for before the app hears of anything', async () => {
    const heard = vi.fn();
    const { workspace, modal } = await workspaceWithModal([kinds, channel], (app) => {
      app.view('form', async ({ ack }) => {
        heard();
        await ack();
      });
    });
    await workspace.post('/commands', { user: 'ada', text: '/quota' });

    const { body } = await workspace.post('/modal/submit', { user: 'ada', values: { on: [] } });

    expect(body.errors).toEqual({ where: 'Please complete this required field.' });
    expect(heard).not.toHaveBeenCalled();
    expect(await modal()).toBeDefined();
  });

  test('a submission can change the modal, put another one on top and close them all', async () => {
    const answers = ['update', 'push', 'clear'];
    const view = (title: string) => ({
      type: 'modal' as const,
      callback_id: 'form',
      title: plain(title),
      submit: plain('Go on'),
      blocks: [{ type: 'divider' as const }],
    });
    const { workspace, modal } = await workspaceWithModal([kinds], (app) => {
      app.view('form', async ({ ack }) => {
        const action = answers.shift();
        if (action === 'update') return ack({ response_action: 'update', view: view('Changed') });
        if (action === 'push') return ack({ response_action: 'push', view: view('On top') });
        return ack({ response_action: 'clear' });
      });
    });
    const submitted = async () => {
      await workspace.post('/modal/submit', { user: 'ada', values: {} });
      return (await modal())?.title.text;
    };
    await workspace.post('/commands', { user: 'ada', text: '/quota' });

    expect(await submitted()).toBe('Changed');
    expect(await submitted()).toBe('On top');
    expect(await submitted()).toBeUndefined();
  });

  test('a view that Slack would refuse is told of, and the modal stays as it was', async () => {
    const { workspace, modal } = await workspaceWithModal([kinds], (app) => {
      app.view('form', async ({ ack }) => {
        const blocks = [chart] as never;
        await ack({ response_action: 'update', view: { type: 'modal', title: plain('Changed'), blocks } });
      });
    });
    workspace.faults.refuseBlocks('data_visualization');
    await workspace.post('/commands', { user: 'ada', text: '/quota' });

    const { status, body } = await workspace.post('/modal/submit', { user: 'ada', values: {} });

    expect([status, body.error]).toEqual([502, expect.stringContaining('unsupported type: data_visualization')]);
    expect((await modal()).title.text).toBe('Form');
  });

  test('a click inside a modal tells what its inputs hold', async () => {
    const clicked = Promise.withResolvers<unknown>();
    const refresh = { type: 'button', action_id: 'refresh', text: plain('Refresh') };
    const { workspace, modal } = await workspaceWithModal([kinds, { type: 'actions', elements: [refresh] }], (app) => {
      app.action('refresh', async ({ ack, body }) => {
        await ack();
        clicked.resolve(body.type === 'block_actions' ? body.view?.state.values : undefined);
      });
    });
    await workspace.post('/commands', { user: 'ada', text: '/quota' });
    const { id: view_id } = await modal();

    const values = { 'kinds/on': ['spike'] };
    await workspace.post('/actions', { user: 'ada', view_id, action_id: 'refresh', values });

    expect(await clicked.promise).toMatchObject({ kinds: { on: { selected_options: [option('spike')] } } });
  });
});

describe('an admin', () => {
  test('deletes a message, and the app is told so when it edits it', async () => {
    const { workspace, client } = await workspaceWith();
    const { ts = '' } = await client.chat.postMessage({ channel: workspace.channel, text: 'alert' });
    const place = { channel: workspace.channel, ts };

    const byGrace = await workspace.post('/messages/delete', { user: 'grace', ...place });
    const byAda = await workspace.post('/messages/delete', { user: 'ada', ...place });

    expect(byGrace).toMatchObject({ status: 403, body: { error: expect.stringContaining('Only admins') } });
    expect(byAda.status).toBe(200);
    expect((await workspace.get('/messages')).body.messages).toEqual([]);
    await expect(client.chat.update({ ...place, text: 'later' })).rejects.toMatchObject({
      data: { error: 'message_not_found' },
    });
  });

  test('archives a channel: nothing is posted or edited there, after a restart neither, until it is back', async () => {
    const first = await workspaceWith((app) => app.command('/quota', async ({ ack }) => ack('hello')));
    const { ts = '' } = await first.client.chat.postMessage({ channel: SUMMARY, text: 'summary' });

    await first.workspace.post('/channels/archive', { user: 'ada', channel: '#claude-summary' });

    const typed = await first.workspace.post('/commands', { user: 'ada', text: '/quota', channel: SUMMARY });
    expect(typed).toMatchObject({ status: 409, body: { error: expect.stringContaining('archived') } });
    await stopEverything();
    const { workspace, client } = await workspaceWith();
    await expect(client.chat.postMessage({ channel: SUMMARY, text: 'next' })).rejects.toMatchObject({
      data: { error: 'is_archived' },
    });
    await expect(client.chat.update({ channel: SUMMARY, ts, text: 'edited' })).rejects.toMatchObject({
      data: { error: 'is_inactive' },
    });
    expect((await client.conversations.info({ channel: SUMMARY })).channel).toMatchObject({ is_archived: true });

    await workspace.post('/channels/unarchive', { user: 'ada', channel: SUMMARY });

    expect(await client.chat.postMessage({ channel: SUMMARY, text: 'next' })).toMatchObject({ ok: true });
  });

  test('is told what is not there, and others that they are none', async () => {
    const { workspace } = await workspaceWith();

    const nowhere = await workspace.post('/channels/archive', { user: 'ada', channel: '#elsewhere' });
    const byAlan = await workspace.post('/channels/archive', { user: 'alan', channel: SUMMARY });
    const twice = await workspace.post('/channels/unarchive', { user: 'ada', channel: SUMMARY });

    expect([nowhere.status, byAlan.status, twice.status]).toEqual([400, 403, 409]);
  });
});

test('an ephemeral answer is dismissed by the person who alone sees it', async () => {
  const { workspace } = await workspaceWith((app) => app.command('/quota', async ({ ack }) => ack('hello')));
  await workspace.post('/commands', { user: 'grace', text: '/quota' });
  const [answer] = (await workspace.get('/state?user=grace')).body.messages;
  const { channel, ts } = answer;

  const byAda = await workspace.post('/messages/delete', { user: 'ada', channel, ts });
  await workspace.post('/messages/delete', { user: 'grace', channel, ts });

  expect(byAda.status).toBe(404);
  expect((await workspace.get('/state?user=grace')).body.messages).toEqual([]);
});

test('charts are refused, then tables, then nothing', async () => {
  const { workspace, client } = await workspaceWith();
  const post = (block: object) => client.apiCall('chat.postMessage', { channel: SUMMARY, text: 'x', blocks: [block] });
  const refused = { data: { error: 'invalid_blocks' } };

  workspace.faults.refuseBlocks('data_visualization');
  await expect(post(chart)).rejects.toMatchObject(refused);
  expect((await post(table)).ok).toBe(true);
  await workspace.post('/blocks/refuse', { user: 'ada', types: ['data_visualization', 'table'] });
  await expect(post(table)).rejects.toMatchObject(refused);
  workspace.faults.refuseBlocks();

  expect((await post(chart)).ok).toBe(true);
});

describe('when an acknowledgement is lost', () => {
  test('an event is sent again, as the same event', async () => {
    const seen: unknown[] = [];
    const { workspace } = await workspaceWith((app) => {
      app.event('app_home_opened', async ({ body, context }) => {
        seen.push({ id: body.event_id, retryNum: context.retryNum, retryReason: context.retryReason });
      });
    });
    workspace.faults.loseAcknowledgement();

    const { status } = await workspace.post('/home', { user: 'ada' });

    expect(status).toBe(200);
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    const [first, second] = seen as [{ id: string }, unknown];
    expect(first).toMatchObject({ retryNum: undefined });
    expect(second).toEqual({ id: first.id, retryNum: 1, retryReason: 'timeout' });
  });

  test('a click is not sent again, and the person is told', async () => {
    const clicks = vi.fn();
    const { workspace, client } = await workspaceWith((app) => {
      app.action('ok', async ({ ack }) => {
        clicks();
        await ack();
      });
    });
    const blocks = [
      { type: 'actions' as const, elements: [{ type: 'button' as const, action_id: 'ok', text: plain('OK') }] },
    ];
    const { ts } = await client.chat.postMessage({ channel: workspace.channel, text: 'alert', blocks });
    const click = { user: 'ada', channel: workspace.channel, ts, action_id: 'ok' };
    workspace.faults.loseAcknowledgement();

    const lost = await workspace.post('/actions', click);
    const again = await workspace.post('/actions', click);

    expect([lost.status, again.status]).toEqual([504, 200]);
    expect(clicks).toHaveBeenCalledTimes(2);
  });
});

test('somebody who left is known to Slack, but nobody can act as them or write to them', async () => {
  const { workspace, client } = await workspaceWith();

  const joan = await client.users.info({ user: JOAN });
  const ada = await client.users.info({ user: ADA });

  expect(joan.user).toMatchObject({ name: 'joan', deleted: true, is_admin: false });
  expect(ada.user).toMatchObject({ deleted: false, is_admin: true, is_primary_owner: true });
  expect((await workspace.post('/commands', { user: 'joan', text: '/quota' })).status).toBe(400);
  await expect(client.chat.postMessage({ channel: JOAN, text: 'hello' })).rejects.toMatchObject({
    data: { error: 'channel_not_found' },
  });
  await expect(client.users.lookupByEmail({ email: 'joan@example.com' })).rejects.toMatchObject({
    data: { error: 'users_not_found' },
  });
});
