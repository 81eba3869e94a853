import type { HomeView, ModalView } from '@slack/types';
import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DeveloperId } from '../../src/model/ids.ts';
import { type Administration, createAdministration } from '../../src/slack/administration.ts';
import type { ChannelNames } from '../../src/slack/display-name.ts';
import { forgetConfirmed } from '../../src/slack/listeners/forget-confirmed.ts';
import type { Message } from '../../src/slack/views/blocks.ts';
import { FORGET_ACTION } from '../../src/slack/views/forget-me-answer.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { cacheIncident, NOON } from '../support/builders.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { invalidMessage, invalidReasons } from '../support/valid-slack.ts';
import { fine, fineView, linesOf, textsOf } from './seen.ts';

const [ADMIN, ADA] = ['U00000ADMIN', 'U000000ADA'];
const URL = 'https://quota.example.com';

let store: Store;
let opened: [trigger: string, view: ModalView][];
let homes: { slackUser: string; view: HomeView }[];
let forgotten: DeveloperId[];
let admins: () => Promise<readonly string[]>;
let isHomeRefused: boolean;
let log: string[];

beforeEach(() => {
  store = openStore(':memory:', NOON);
  opened = [];
  homes = [];
  forgotten = [];
  admins = async () => [ADMIN, 'U00000GRACE'];
  isHomeRefused = false;
  log = [];
  return () => store.close();
});

/** Slack knows Ada by her address, which telemetry may know as well. */
const person = async (slackUser: string) => {
  const email = slackUser === ADA ? 'ada@example.com' : undefined;
  return { slackUser, email, name: 'Ada', timeZone: undefined, isAdmin: false };
};
const developer = async (slackUser: string) => {
  const found = store.developers.find(store.developers.forSlackUser(await person(slackUser), NOON));
  if (!found) throw new Error('not written');
  return found;
};

const administration = (channelNames: ChannelNames = 'consent'): Administration =>
  createAdministration({
    store,
    people: { person, developer, leavers: async () => () => false, forget: () => {} },
    roles: { isAdmin: async (user) => user === ADMIN, admins: () => admins() },
    openView: async (trigger, view) => void opened.push([trigger, fineView(view)]),
    publishHome: async (slackUser, view) => {
      if (isHomeRefused) throw new Error('not_enabled');
      homes.push({ slackUser, view });
    },
    onForgotten: (id) => void forgotten.push(id),
    publicUrl: URL,
    channelNames,
    channels: { alert: 'C0ALERTS', summary: 'C0ALERTS' },
    zone: 'Europe/Berlin',
    clock: fakeClock('2026-11-23T12:00:00Z'),
    log: pino({}, { write: (line) => void log.push(line) }),
  });

const audit = () => store.audit.recent(9).map(({ by, action, detail }) => [by, action, detail]);
const answered = (message: Message | undefined) => {
  if (!message) throw new Error('a modal was opened');
  return fine(message);
};

describe('what only admins may do', () => {
  test.each([
    ['connectTeam', '`/quota connect team` is for admins alone. Please ask <@U00000ADMIN> or <@U00000GRACE>.'],
    ['openTokens', '`/quota tokens` is for admins alone. Please ask <@U00000ADMIN> or <@U00000GRACE>.'],
    ['openSettings', '`/quota settings` is for admins alone. Please ask <@U00000ADMIN> or <@U00000GRACE>.'],
  ] as const)('is refused to others with whom to ask: %s', async (command, text) => {
    expect(answered(await administration()[command](ADA, 'T1')).text).toBe(text);
    expect(opened).toEqual([]);
    expect(audit()).toEqual([]);
    expect(store.tokens.list()).toEqual([]);
  });

  test.each<[string, () => Promise<readonly string[]>, string]>([
    ['there is one', async () => [ADMIN], '<@U00000ADMIN>'],
    ['there is none', async () => [], 'one of yours'],
    ['Slack does not tell who they are', () => Promise.reject(new Error('missing_scope')), 'one of yours'],
  ])('is refused also where %s', async (_, who, ask) => {
    admins = who;
    const { text } = answered(await administration().openSettings(ADA, 'T1'));
    expect(text).toBe(`\`/quota settings\` is for admins alone. Please ask ${ask}.`);
  });
});

describe('the modals', () => {
  test.each([
    ['openSettings', 'settings_modal', []],
    ['openTokens', 'tokens_modal', [[ADMIN, 'tokens_seen', undefined]]],
  ] as const)('%s opens for an admin, with the trigger of the command', async (command, callback, written) => {
    expect(await administration()[command](ADMIN, 'T1')).toBeUndefined();
    expect(opened.map(([trigger, { callback_id }]) => [trigger, callback_id])).toEqual([['T1', callback]]);
    expect(audit()).toEqual(written);
  });
});

describe('/quota connect team', () => {
  const connectTeam = async (names?: ChannelNames) => answered(await administration(names).connectTeam(ADMIN, 'T1'));
  const settingsIn = (message: Message) => textsOf(message.blocks.filter(({ type }) => type === 'rich_text')).join();

  test('makes a token that writes for the team, shows it in the settings alone, and is written down', async () => {
    const message = await connectTeam();
    const { env } = JSON.parse(settingsIn(message)) as { env: Record<string, string> };
    const token = env.QUOTA_WATCH_TOKEN ?? '';
    expect(store.tokens.owner(token, NOON)).toEqual({ of: 'team' });
    expect(env.OTEL_EXPORTER_OTLP_ENDPOINT).toBe(URL);
    expect(textsOf(message).filter((text) => text.includes(token))).toEqual([settingsIn(message)]);
    expect(audit()).toEqual([[ADMIN, 'team_token_created', undefined]]);
    expect(log.join()).not.toContain(token);
  });

  test.each([
    '/Library/Application Support/ClaudeCode/managed-settings.json',
    '/etc/claude-code/managed-settings.json',
    'C:\\Program Files\\ClaudeCode\\managed-settings.json',
    'telemetry begins when they restart Claude Code',
    'whoever declines ends Claude Code',
    'Whoever holds this token can write usage for any colleague',
    'usage with an API key names nobody and is not counted',
  ])('says “%s”', async (words) => {
    expect(linesOf(await connectTeam()).join('\n')).toContain(words);
  });

  test.each<[ChannelNames, string]>([
    [
      'consent',
      '*Names*: alerts in the channel say “a developer” until that person agrees to be named, with the button in App Home.',
    ],
    ['always', '*Names*: alerts in the channel name everybody (`CHANNEL_NAMES=always`).'],
    ['never', '*Names*: alerts in the channel name nobody (`CHANNEL_NAMES=never`).'],
  ])('says how people come to be named: %s', async (names, words) => {
    expect(linesOf(await connectTeam(names)).join('\n')).toContain(words);
  });
});

describe('/quota forget me', () => {
  const ask = async () => answered(await administration().forgetMe(ADA, 'T1'));

  beforeEach(() => void store.developers.forEmail('ada@example.com', { now: NOON }));

  const buttonIn = (message: Message) =>
    message.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []))[0];

  /** A click on the button, and what Slack is told. */
  async function confirm(by = ADA) {
    const told: unknown[] = [];
    await forgetConfirmed(administration().forget)({
      ack: async () => void told.push('ack'),
      body: { user: { id: by } },
      respond: async (answer) => void told.push(answer),
    });
    expect(told[0]).toBe('ack');
    const answer = told[1] as Message;
    expect(invalidMessage({ ...answer })).toEqual([]);
    expect(answer).toMatchObject({ response_type: 'ephemeral', replace_original: true });
    return answer.text;
  }

  test('asks first, with a button that asks again, and deletes nothing yet', async () => {
    const { id } = await developer(ADA);
    expect(buttonIn(await ask())).toMatchObject({
      action_id: FORGET_ACTION,
      style: 'danger',
      confirm: { style: 'danger' },
    });
    expect(store.developers.find(id)).toBeDefined();
  });

  test.each([ADA, 'U0000ALAN'])(
    'finds nothing to delete of somebody who is unknown, and writes nothing down: %s',
    async (user) => {
      await ask();
      await confirm();
      expect(answered(await administration().forgetMe(user, 'T1')).text).toBe(
        'There is nothing about you here (any more).',
      );
      expect(store.developers.all()).toEqual([]);
    },
  );

  test('warns of a token for everybody, which would bring them back', async () => {
    expect(linesOf(await ask()).join('\n')).not.toContain('brings you back');
    store.tokens.create({ of: 'team' }, NOON);
    expect(linesOf(await ask()).join('\n')).toContain('your next request brings you back as somebody new');
  });

  test('deletes them with what telemetry knew of them by their address alone', async () => {
    const known = store.developers.forEmail('ada@example.com', { now: NOON });
    store.incidents.add(cacheIncident({ developer: known }));
    const token = store.tokens.create({ of: 'developer', developer: known }, NOON);
    await ask();
    expect(await confirm()).toMatch(/^:white_check_mark: Everything about you is deleted/);
    expect(store.developers.all()).toEqual([]);
    expect(store.incidents.open()).toEqual([]);
    expect(store.tokens.owner(token, NOON)).toBeUndefined();
    expect(forgotten).toEqual([known]);
    expect(audit()).toEqual([[ADA, 'forgotten', undefined]]);
  });

  test('is done once, however often they click, and for nobody else', async () => {
    const grace = store.developers.forEmail('grace@example.com', { now: NOON });
    await ask();
    await confirm();
    expect(await confirm()).toBe('There is nothing about you here (any more).');
    expect(await confirm('U00000GRACE')).toBe('There is nothing about you here (any more).');
    expect(store.developers.all().map(({ id }) => id)).toEqual([grace]);
    expect(audit()).toHaveLength(1);
  });

  test('empties App Home of whoever has opened it', async () => {
    await ask();
    store.homes.opened(ADA, 'x', NOON);
    await confirm();
    expect(homes.map(({ slackUser }) => slackUser)).toEqual([ADA]);
    expect(invalidReasons('views.publish', { user_id: ADA, view: homes[0]?.view })).toEqual([]);
    expect(store.homes.openedSince(NOON)).toEqual([]);
    await developer(ADA);
    await confirm();
    expect(homes).toHaveLength(1);
  });

  test('is done also where Slack does not take the empty App Home', async () => {
    await ask();
    store.homes.opened(ADA, 'x', NOON);
    isHomeRefused = true;
    expect(await confirm()).toMatch(/is deleted/);
    expect(log.join()).toContain('home of a forgotten person not cleared');
  });

  test('ends in the log without their name or address', async () => {
    await ask();
    await confirm();
    expect(log.join()).toContain('developer forgotten');
    expect(log.join()).not.toMatch(/ada@example|Ada|U000000ADA/);
  });
});
