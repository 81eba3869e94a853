import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BoltApp, startBot } from '../support/workspace-bot.ts';
import { type ServedWorkspace, serveWorkspace } from '../support/workspace-server.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const isMissing = !existsSync(CHROMIUM);
if (isMissing) console.warn(`The browser tests are skipped: there is no ${CHROMIUM}. Name one in CHROMIUM.`);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text });
const WORDS = 'A long line that has to break on a narrow screen, and a_long_word_that_cannot_'.padEnd(160, 'break_');
const ALERT = [
  { type: 'header' as const, text: plain('Prompt cache broken') },
  { type: 'section' as const, text: mrkdwn(WORDS), fields: [mrkdwn('*Expected*\n90 %'), mrkdwn('*Observed*\n7 %')] },
  { type: 'context' as const, elements: [mrkdwn('since 12:41:09, high confidence')] },
  {
    type: 'table' as const,
    rows: [1, 2].map((row) =>
      ['a', 'b', 'c', 'd', 'e', 'f'].map((column) => ({ type: 'raw_text' as const, text: `cell ${column} of ${row}` })),
    ),
  },
  {
    type: 'actions' as const,
    elements: [{ type: 'button' as const, action_id: 'acknowledge', text: plain('Acknowledge'), value: '1' }],
  },
];

const option = (value: string) => ({ text: plain(value), value });
const input = (blockId: string, label: string, element: object) => ({
  type: 'input',
  block_id: blockId,
  label: plain(label),
  element: { action_id: blockId, ...element },
});
const COLUMNS = 'turn   read      written   cost   model   client  '.repeat(3);
const FORM = {
  type: 'modal',
  callback_id: 'form',
  title: plain('Settings'),
  submit: plain('Save'),
  blocks: [
    { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: COLUMNS }] }] },
    input('levels', 'Levels', { type: 'multi_static_select', options: [option('80 %'), option('90 %')] }),
    input('from', 'Quiet from', { type: 'timepicker', initial_time: '19:50' }),
    input('channel', 'Alerts go to', { type: 'channels_select' }),
    input('note', 'Why', { type: 'plain_text_input' }),
  ],
};
const confirm = {
  title: plain('Really?'),
  text: mrkdwn('It *cannot* be undone.'),
  confirm: plain('Do it'),
  deny: plain('Keep'),
};
const MORE = [
  {
    type: 'actions' as const,
    elements: [
      { type: 'overflow' as const, action_id: 'more', options: [option('Details'), option('False alarm')], confirm },
    ],
  },
];
const CHART = {
  type: 'data_visualization',
  title: 'Tokens per turn',
  chart: {
    type: 'bar',
    series: [{ name: 'Read', data: [{ label: '1', value: 90_000 }] }],
    axis_config: { categories: ['1'], x_label: 'Turn', y_label: 'Tokens' },
  },
};

describe.skipIf(isMissing)('the page', () => {
  let workspace: ServedWorkspace;
  let app: BoltApp;
  let browser: Browser;
  const complaints: string[] = [];
  const submitted: unknown[] = [];

  beforeAll(async () => {
    workspace = await serveWorkspace();
    app = await startBot(workspace, (bot) => {
      bot.command('/quota', async ({ ack, command }) => ack(`You said *${command.text}*`));
      bot.command('/form', async ({ ack, command, client }) => {
        await ack();
        await client.apiCall('views.open', { trigger_id: command.trigger_id, view: FORM });
      });
      bot.view('form', async ({ ack, view }) => {
        submitted.push(view.state.values);
        await ack();
      });
      bot.action('more', async ({ ack, action, respond }) => {
        await ack();
        if (action.type === 'overflow') await respond(`You chose ${action.selected_option.value}`);
      });
      bot.action('acknowledge', async ({ ack, body, client }) => {
        await ack();
        if (body.type !== 'block_actions') return;
        const { channel_id = '', message_ts = '' } = body.container;
        await client.chat.update({ channel: channel_id, ts: message_ts, text: `Seen by ${body.user.name}` });
      });
      bot.event('app_home_opened', async ({ event, client }) => {
        const blocks = [{ type: 'header' as const, text: plain(`Home of ${event.user}`) }];
        await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
      });
    });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });

  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await workspace?.stop();
  });

  async function open(viewport: { width: number; height: number }, place = ''): Promise<Page> {
    const page = await browser.newPage({ viewport });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${workspace.url}/${place}`);
    await page.getByText('this is not Slack').waitFor();
    return page;
  }

  test('a typed command is answered where it was typed, for that person alone', async () => {
    const page = await open({ width: 1280, height: 800 });

    await page.getByLabel('Command').fill('/quota hi');
    await page.getByLabel('Command').press('Enter');

    const answer = page.locator('article', { hasText: 'You said hi' });
    await answer.getByText('Only visible to you').waitFor();
    await page.getByText('Grace', { exact: true }).click();
    await page.getByText('Nothing here yet').waitFor();
    expect(await answer.count()).toBe(0);
    await page.close();
  });

  test('a message, its edit, its thread and a click appear without a reload', async () => {
    const page = await open({ width: 1280, height: 800 });
    const { channel } = workspace;

    const { ts = '' } = await app.client.chat.postMessage({ channel, text: 'Alert', blocks: ALERT });
    const message = page.locator(`article[data-ts="${ts}"]`).first();
    await message.getByText('since 12:41:09, high confidence').waitFor();
    await app.client.chat.postMessage({ channel, text: 'Details', thread_ts: ts });
    await message.getByText('1 reply').click();
    await message.getByText('Details').waitFor();
    const [header, ...rest] = ALERT;
    const resolved = [{ ...header, text: plain('Prompt cache works again') }, ...rest] as typeof ALERT;
    await app.client.chat.update({ channel, ts, text: 'Alert', blocks: resolved });
    await message.getByText('Prompt cache works again').waitFor();
    await message.getByText('(edited)').waitFor();
    await message.getByRole('button', { name: 'Acknowledge' }).click();

    await message.getByText('Seen by ada').waitFor();
    await page.close();
  });

  test('escaped text is shown as text, never as a mention', async () => {
    const page = await open({ width: 1280, height: 800 });
    const text = 'named &lt;!channel&gt; by somebody';
    const blocks = [{ type: 'section' as const, text: mrkdwn(text) }];
    await app.client.chat.postMessage({ channel: workspace.channel, text, blocks });
    const shown = page.locator('article', { hasText: 'by somebody' });
    await shown.waitFor();
    expect((await shown.textContent())?.replace('\u2060', '')).toMatch(/named <!channel>\s+by somebody/);
    await page.close();
  });

  test('a direct message is counted as unread until its conversation is opened', async () => {
    const page = await open({ width: 1280, height: 800 });
    const conversation = page.getByRole('navigation').getByRole('button', { name: 'Quota Watch' });

    await app.client.chat.postMessage({ channel: 'U000000ADA', text: 'Your window is at 80 %' });
    await conversation.getByText('1', { exact: true }).waitFor();
    await conversation.click();

    await page.getByText('Your window is at 80 %').waitFor();
    await conversation.getByText('1', { exact: true }).waitFor({ state: 'detached' });
    await page.close();
  });

  test('the App Home is drawn by the app when it is opened', async () => {
    const page = await open({ width: 1280, height: 800 }, '#/alan');

    await page.getByRole('button', { name: 'App Home' }).click();

    await page.getByText('Home of U00000ALAN').waitFor();
    await page.close();
  });

  test('a modal asks for what is missing, and tells the app what was chosen', async () => {
    const page = await open({ width: 390, height: 844 });
    await page.getByLabel('Command').fill('/form');
    await page.getByLabel('Command').press('Enter');
    const modal = page.getByRole('dialog', { name: 'Settings' });
    const aligned = modal.locator('pre');
    const { shown, whole } = await aligned.evaluate((pre) => ({ shown: pre.clientWidth, whole: pre.scrollWidth }));
    expect(whole).toBeGreaterThan(shown);
    expect(shown).toBeLessThan(390);

    await modal.getByRole('button', { name: 'Save' }).click();
    await modal.getByRole('alert').first().waitFor();
    expect(await modal.getByRole('alert').count()).toBe(3);
    await modal.getByRole('button', { name: 'Choose …' }).click();
    await modal.getByLabel('90 %').check();
    await page.keyboard.press('Escape');
    await modal.getByLabel('Alerts go to').selectOption({ label: '# claude-summary' });
    await modal.getByLabel('Why').fill('too loud');
    await modal.getByRole('button', { name: 'Save' }).click();

    await modal.waitFor({ state: 'detached' });
    expect(submitted).toMatchObject([
      {
        levels: { levels: { selected_options: [option('90 %')] } },
        from: { from: { selected_time: '19:50' } },
        channel: { channel: { selected_channel: 'C00CLAUDESUMS' } },
        note: { note: { value: 'too loud' } },
      },
    ]);
    await page.close();
  });

  test('an overflow menu asks before it acts', async () => {
    const page = await open({ width: 1280, height: 800 }, '#/grace');
    const { ts } = await app.client.chat.postMessage({ channel: workspace.channel, text: 'More', blocks: MORE });
    const more = page.locator(`article[data-ts="${ts}"]`).getByRole('button', { name: 'More actions' });

    await more.click();
    await page.getByRole('menuitem', { name: 'Details' }).click();
    await page.getByRole('button', { name: 'Keep' }).click();
    await more.click();
    await page.getByRole('menuitem', { name: 'False alarm' }).click();
    await page.getByText('It cannot be undone.').waitFor();
    await page.getByRole('button', { name: 'Do it' }).click();

    await page.getByText('You chose False alarm').waitFor();
    expect(await page.getByText('You chose Details').count()).toBe(0);
    await page.close();
  });

  test('an admin deletes messages and archives channels; others find no menu for it', async () => {
    const page = await open({ width: 1280, height: 800 }, '#/grace/C00CLAUDESUMS');
    const { ts } = await app.client.chat.postMessage({ channel: 'C00CLAUDESUMS', text: 'A wrong summary' });
    const message = page.locator(`article[data-ts="${ts}"]`);
    await message.waitFor();
    expect(await page.getByRole('button', { name: 'Message actions' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'See the app in trouble' }).count()).toBe(0);

    await page.getByText('Ada', { exact: true }).click();
    await message.hover();
    await message.getByRole('button', { name: 'Message actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete message' }).click();
    await message.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'See the app in trouble' }).click();
    await page.getByRole('menuitem', { name: 'Archive this channel' }).click();

    await page.getByText('Nobody can write here').waitFor();
    await workspace.post('/channels/unarchive', { user: 'ada', channel: 'C00CLAUDESUMS' });
    await page.getByLabel('Command').waitFor();
    await page.close();
  });

  test('a chart is drawn, and named for those who cannot see it', async () => {
    const page = await open({ width: 1280, height: 800 });
    const args = { channel: workspace.channel, text: 'Tokens', blocks: [CHART] };
    await app.client.apiCall('chat.postMessage', args);

    const chart = page.locator('article [role="img"][aria-label*="Tokens per turn"]');
    await chart.waitFor();
    expect(await chart.locator('text').allTextContents()).toEqual(expect.arrayContaining(['0', '1', 'Turn', 'Tokens']));
    await page.close();
  });

  test('nothing overflows at the width of a phone', async () => {
    const page = await open({ width: 390, height: 844 });
    await app.client.chat.postMessage({ channel: workspace.channel, text: 'On a phone', blocks: ALERT });
    await page.getByText('Prompt cache broken').first().waitFor();

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await page.evaluate('document.querySelector(".messages").scrollWidth')).toBe(390);
    await page.close();
  });

  test('it complains to nobody', () => {
    expect(complaints).toEqual([]);
  });
});
