import type { Button, KnownBlock, ModalView, SectionBlock } from '@slack/types';
import { beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, plus, SECOND_MS } from '../../src/model/time.ts';
import { leaversRevoked } from '../../src/slack/listeners/leavers-revoked.ts';
import { tokenRevoked } from '../../src/slack/listeners/token-revoked.ts';
import { type TokensClick, tokensPaged } from '../../src/slack/listeners/tokens-paged.ts';
import type { HasLeft } from '../../src/slack/members.ts';
import { createTeamTokens } from '../../src/slack/team-tokens.ts';
import { REVOKE_ACTION, REVOKE_LEAVERS_ACTION, TOKENS_PAGE_ACTIONS } from '../../src/slack/views/tokens-modal.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { NOON } from '../support/builders.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { invalidReasons } from '../support/valid-slack.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';
import { fineView, linesOf } from './seen.ts';

const ADMIN = 'U00000ADMIN';

let store: Store;
let clock: FakeClock;
let admins: string[];
let leavers: () => Promise<HasLeft>;
let logged: string[];
let team: ReturnType<typeof createTeamTokens>;

beforeEach(() => {
  clock = fakeClock('2026-11-23T12:00:00Z');
  store = openStore(':memory:', NOON);
  admins = [ADMIN];
  leavers = async () => () => false;
  logged = [];
  team = createTeamTokens({
    store,
    roles: { isAdmin: async (user) => admins.includes(user) },
    people: { leavers: () => leavers() },
    clock,
    log: {
      info: (_: object, message: string) => void logged.push(message),
      warn: (_: object, message: string) => void logged.push(message),
    } as Parameters<typeof createTeamTokens>[0]['log'],
  });
  return () => store.close();
});

const inSlack = (slackUser: string, email: string | undefined) =>
  store.developers.forSlackUser({ slackUser, email, name: undefined, timeZone: undefined }, NOON);
const personal = (email: string, at = NOON) =>
  store.tokens.create({ of: 'developer', developer: store.developers.forEmail(email, { now: NOON }) }, at);
/** What the list says, a line each. */
const rows = (view: ModalView) =>
  linesOf({ blocks: view.blocks.map((block) => ({ ...block, accessory: undefined, elements: undefined })) });
const owners = (view: ModalView) => rows(view).filter((line) => line.includes('*') && !line.includes('in use'));
const accessories = (view: ModalView) =>
  (view.blocks as KnownBlock[]).flatMap((block) => ((block as SectionBlock).accessory as Button | undefined) ?? []);
const revokeButtons = (view: ModalView) => accessories(view).filter(({ action_id }) => action_id === REVOKE_ACTION);
const pageButtons = (view: ModalView) =>
  (view.blocks as KnownBlock[]).flatMap((block) => (block.type === 'actions' ? (block.elements as Button[]) : []));
const audit = () =>
  store.audit.recent(9).map(({ by, action, developer, detail }) => ({ by, action, developer, detail }));
const page = async (number = 0) => fineView(await team.page(number));

describe('the list of tokens', () => {
  test('tells whose each is, how it begins, what kind it is, how old, and when it was last used', async () => {
    const ada = inSlack('U000000ADA', 'ada@example.com');
    const used = store.tokens.create({ of: 'developer', developer: ada }, plus(NOON, -12 * DAY_MS));
    store.tokens.owner(used, plus(NOON, -2 * HOUR_MS));
    store.tokens.saveUses();
    const unused = personal('grace@example.com', plus(NOON, -HOUR_MS));
    const forTeam = store.tokens.create({ of: 'team' }, plus(NOON, -DAY_MS));
    const view = await page();
    expect(rows(view)).toEqual([
      '*3 tokens in use*.',
      '*The whole team*',
      `\`${forTeam.slice(0, 7)}…\` · writes for everybody · made 1 d ago · never used`,
      '*<@U000000ADA> (ada@example.com)*',
      `\`${used.slice(0, 7)}…\` · personal · made 12 d ago · last used 2 h ago`,
      '*grace@example.com*',
      `\`${unused.slice(0, 7)}…\` · personal · made 1 h ago · never used`,
    ]);
    expect(JSON.stringify(revokeButtons(view)[1]?.confirm)).toContain(
      `Whatever sends with \`${used.slice(0, 7)}…\` is refused at once. Its owner can make another`,
    );
  });

  test('says how to make one where there are none, and lists none that are revoked', async () => {
    personal('ada@example.com');
    store.tokens.revoke(store.tokens.list()[0]?.id ?? 0, NOON);
    expect(linesOf(await page())).toEqual(['There are no tokens. People make their own with `/quota connect`.']);
  });

  test('has leavers first, marked and counted, then the team’s, then everybody by name', async () => {
    for (const email of ['bob@example.com', 'zed@example.com', 'ada@example.com', 'amy@example.com']) personal(email);
    store.tokens.create({ of: 'team' }, NOON);
    leavers =
      async () =>
      ({ email }) =>
        email === 'zed@example.com' || email === 'bob@example.com';
    const view = await page();
    expect(owners(view)).toEqual([
      ':warning: *bob@example.com* has left Slack',
      ':warning: *zed@example.com* has left Slack',
      '*The whole team*',
      '*ada@example.com*',
      '*amy@example.com*',
    ]);
    expect(rows(view)[0]).toBe('*5 tokens in use*. 2 belong to people who left Slack: best revoked now.');
  });

  test('opens in time where Slack takes long to tell who has left, and says how to see it', async () => {
    personal('zed@example.com');
    let tell: (hasLeft: HasLeft) => void = () => {};
    leavers = () => new Promise((resolve) => (tell = resolve));
    const opened = team.page(0);
    clock.advance(1.5 * SECOND_MS);
    expect(linesOf(fineView(await opened))[1]).toMatch(/^Slack has not told yet who has left/);
    leavers = async () => () => true;
    tell(() => true);
    expect(owners(await page())).toEqual([':warning: *zed@example.com* has left Slack']);
  });

  test('opens all the same where Slack does not tell who has left', async () => {
    personal('zed@example.com');
    leavers = () => Promise.reject(new Error('missing_scope'));
    expect(linesOf(await page())[1]).toMatch(/^Slack has not told yet who has left/);
    expect(logged).toEqual(['slack does not tell who has left']);
  });

  test.each(HOSTILE_TEXTS)('shows an address that is written to do harm as harmless text: %s', async (_, text) => {
    personal(`${text}@example.com`);
    await page();
  });

  test('knows people by name, or not at all, where Slack tells no address', async () => {
    store.tokens.create({ of: 'developer', developer: inSlack('U000000ADA', undefined) }, NOON);
    expect(owners(await page())).toEqual(['*<@U000000ADA>*']);
  });
});

describe('a long list', () => {
  beforeEach(() => {
    for (let one = 10; one < 95; one++) personal(`dev${one}@example.com`);
  });

  test('comes in pages of 40, with the way to the others', async () => {
    const seen = [];
    for (const number of [0, 1, 2]) {
      const view = await page(number);
      expect(linesOf(view)[0]).toBe(`*85 tokens in use*, page ${number + 1} of 3.`);
      seen.push(...owners(view));
      expect(pageButtons(view).map(({ action_id, value }) => [action_id, value])).toEqual([
        ...(number > 0 ? [[TOKENS_PAGE_ACTIONS.previous, String(number - 1)]] : []),
        ...(number < 2 ? [[TOKENS_PAGE_ACTIONS.next, String(number + 1)]] : []),
      ]);
    }
    expect(new Set(seen).size).toBe(85);
  });

  test.each([
    [-1, 1],
    [9, 3],
  ])('has no page %i: it shows page %i', async (asked, shown) => {
    expect(linesOf(await page(asked))[0]).toContain(`page ${shown} of 3`);
  });

  test('is turned by a click of an admin alone', async () => {
    const { click, told } = clicks();
    await tokensPaged(team)(click({ value: '2' }));
    expect(linesOf(updatedView(told))[0]).toContain('page 3 of 3');
    expect(told[0]).toBe('ack');
    admins = [];
    const refused = clicks();
    await tokensPaged(team)(refused.click({ value: '1' }));
    expect(refused.told).toEqual(['ack']);
  });
});

/** Clicks in the modal, and what Slack is told. */
function clicks(by = ADMIN) {
  const told: unknown[] = [];
  const click = ({ value, at = '0' }: { value: string; at?: string }): TokensClick => ({
    ack: async () => void told.push('ack'),
    body: { user: { id: by }, view: { id: 'V1', private_metadata: at } },
    action: { value },
    client: { views: { update: async (args) => void told.push(args) } },
  });
  return { click, told };
}

function updatedView(told: readonly unknown[]): ModalView {
  const args = told[1] as { view_id: string; view: ModalView };
  expect(args.view_id).toBe('V1');
  expect(invalidReasons('views.update', { ...args })).toEqual([]);
  return args.view;
}

describe('revoking', () => {
  const revokeValue = async (index = 0) => revokeButtons(await page())[index]?.value ?? '';

  test('ends the token at once, shows the list without it, and is written down', async () => {
    const ada = inSlack('U000000ADA', 'ada@example.com');
    const token = store.tokens.create({ of: 'developer', developer: ada }, NOON);
    const { click, told } = clicks();
    await tokenRevoked(team)(click({ value: await revokeValue() }));
    expect(told[0]).toBe('ack');
    expect(store.tokens.owner(token, NOON)).toBeUndefined();
    expect(linesOf(fineView(updatedView(told)))).toEqual([
      `:white_check_mark: \`${token.slice(0, 7)}…\` of <@U000000ADA> (ada@example.com) is revoked: whatever sends with it is refused from now on.`,
      'There are no tokens. People make their own with `/quota connect`.',
    ]);
    expect(audit()).toEqual([
      { by: ADMIN, action: 'token_revoked', developer: ada, detail: `personal ${token.slice(0, 7)}` },
    ]);
  });

  test('of the team’s warns of what it stops', async () => {
    store.tokens.create({ of: 'team' }, NOON);
    const [button] = revokeButtons(await page());
    expect(JSON.stringify(button?.confirm)).toContain('Every machine that sends with it stops counting');
    expect(button?.style).toBe('danger');
  });

  test('stays on its page, or on the last that is left', async () => {
    for (let one = 10; one < 51; one++) personal(`dev${one}@example.com`);
    const [button] = revokeButtons(await page(1));
    const { click, told } = clicks();
    await tokenRevoked(team)(click({ value: button?.value ?? '', at: '1' }));
    expect(linesOf(updatedView(told))[1]).toBe('*40 tokens in use*.');
  });

  test('twice says that it is revoked already, and is written down once', async () => {
    personal('ada@example.com');
    const value = await revokeValue();
    await tokenRevoked(team)(clicks().click({ value }));
    const { click, told } = clicks();
    await tokenRevoked(team)(click({ value }));
    expect(linesOf(updatedView(told))[0]).toBe('That token was revoked already.');
    expect(audit()).toHaveLength(1);
  });

  test('never hits another token that got the number of one that is gone', async () => {
    personal('ada@example.com');
    const value = await revokeValue();
    store.developers.forget(store.developers.forEmail('ada@example.com', { now: NOON }), NOON);
    const other = personal('grace@example.com');
    await tokenRevoked(team)(clicks().click({ value }));
    expect(store.tokens.owner(other, NOON)).toBeDefined();
    expect(audit()).toEqual([]);
  });

  test.each(['', 'x', '99:qw_none'])('of nothing changes nothing: "%s"', async (value) => {
    const token = personal('ada@example.com');
    await tokenRevoked(team)(clicks().click({ value }));
    expect(store.tokens.owner(token, NOON)).toBeDefined();
  });

  test('is refused to who is no admin any more', async () => {
    const token = personal('ada@example.com');
    const value = await revokeValue();
    const { click, told } = clicks('U000000BOB');
    await tokenRevoked(team)(click({ value }));
    expect(told).toEqual(['ack']);
    expect(store.tokens.owner(token, NOON)).toBeDefined();
  });
});

describe('revoking all of leavers', () => {
  const buttonIn = (view: ModalView) =>
    accessories(view).find(({ action_id }) => action_id === REVOKE_LEAVERS_ACTION)?.text.text;
  const click = async (by = ADMIN) => {
    const { click: clicked, told } = clicks(by);
    await leaversRevoked(team)(clicked({ value: '' }));
    return told;
  };

  beforeEach(() => {
    for (const email of ['zed@example.com', 'ada@example.com', 'zoe@example.com']) personal(email);
    store.tokens.create({ of: 'team' }, NOON);
    leavers = async () => (account) => account.email?.startsWith('z') ?? true;
  });

  test('is one button, where there are any', async () => {
    expect(buttonIn(await page())).toBe('Revoke all 2');
    store.tokens.revoke(1, NOON);
    expect(buttonIn(await page())).toBe('Revoke it');
    leavers = async () => () => false;
    expect(buttonIn(await page())).toBeUndefined();
  });

  test('ends theirs alone, each written down, once', async () => {
    expect(rows(fineView(updatedView(await click()))).slice(0, 2)).toEqual([
      ':white_check_mark: 2 tokens of people who left are revoked.',
      '*2 tokens in use*.',
    ]);
    expect(store.tokens.inUse().map(({ email }) => email)).toEqual(['ada@example.com', undefined]);
    expect(audit().map(({ action }) => action)).toEqual(['token_revoked', 'token_revoked']);
    expect(rows(updatedView(await click()))[0]).toBe('Nobody who left has a token (any more).');
    expect(audit()).toHaveLength(2);
  });

  test('ends none while Slack does not tell who has left', async () => {
    leavers = () => Promise.reject(new Error('missing_scope'));
    expect(rows(fineView(updatedView(await click())))[0]).toMatch(/nothing was revoked/);
    expect(store.tokens.inUse()).toHaveLength(4);
  });

  test('is refused to who is no admin', async () => {
    expect(await click('U000000BOB')).toEqual(['ack']);
    expect(store.tokens.inUse()).toHaveLength(4);
  });
});
