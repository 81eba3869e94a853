import type { ModalView } from '@slack/types';
import { beforeEach, describe, expect, test } from 'vitest';
import { INCIDENT_KINDS } from '../../src/model/finding.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/model/settings.ts';
import { settingsSubmitted } from '../../src/slack/listeners/settings-submitted.ts';
import { createTeamSettings, type FormAnswer } from '../../src/slack/team-settings.ts';
import { CACHE_KINDS, SETTINGS_FIELDS as F, QUOTA_KINDS } from '../../src/slack/views/settings-modal.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { NOON } from '../support/builders.ts';
import { invalidView } from '../support/valid-slack.ts';
import { fineView, linesOf, textsOf } from './seen.ts';
import { type Filled, inputsOf, submitted, ticked } from './submitted.ts';

const ADA = 'U000000ADA';
const CHANNELS = { alert: 'C0ALERTS', summary: 'C0ALERTS' };

let store: Store;
let admins: string[];
let logged: object[];
let team: ReturnType<typeof createTeamSettings>;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  admins = [ADA];
  logged = [];
  team = createTeamSettings({
    store,
    roles: { isAdmin: async (user) => admins.includes(user) },
    channels: CHANNELS,
    zone: 'Europe/Berlin',
    clock: { now: () => NOON },
    log: { info: (fields: object) => void logged.push(fields) },
  });
  return () => store.close();
});

const saved = () => store.settings.current();
const audit = () => store.audit.recent(9).map(({ by, action, detail }) => [by, action, detail]);
const send = (filled: Filled, by = ADA, form = team.form()) => team.save(submitted(form, filled), by);
const linesIn = (answer: FormAnswer) => (answer.response_action === 'update' ? linesOf(fineView(answer.view)) : []);
const errorsIn = (answer: FormAnswer) => (answer.response_action === 'errors' ? answer.errors : {});
const elementOf = (view: ModalView, block: string) => {
  const found = inputsOf(view).find((one) => one.block_id === block);
  return { ...found?.element } as Record<string, unknown>;
};

describe('the form', () => {
  test('shows what holds, and is taken by Slack', () => {
    const form = fineView(team.form());
    expect(elementOf(form, F.levels).initial_value).toBe('80, 90, 100');
    expect(elementOf(form, F.alertChannel).initial_conversation).toBe('C0ALERTS');
    expect(elementOf(form, F.quiet).initial_options).toBeUndefined();
    expect(textsOf(form).join(' ')).toContain('Europe/Berlin');
    expect(textsOf(form).join(' ')).toContain('/invite @Quota Watch');
  });

  test('asks about every kind once, each ticked while it is looked for', () => {
    const kinds = [...CACHE_KINDS, ...QUOTA_KINDS].map(([kind]) => kind);
    expect(kinds.toSorted()).toEqual(INCIDENT_KINDS.toSorted());
    store.settings.save({ ...DEFAULT_SETTINGS, kindsOff: ['runaway'] });
    const options = elementOf(team.form(), F.quotaKinds).initial_options as readonly { value: string }[];
    expect(options.map(({ value }) => value)).not.toContain('runaway');
    expect(options).toHaveLength(QUOTA_KINDS.length - 1);
  });

  test.each<[string, Partial<Settings>]>([
    ['all kinds off', { kindsOff: INCIDENT_KINDS }],
    [
      'channels of its own, and quiet hours',
      { alertChannel: 'C1', summaryChannel: 'G2', quietHours: { from: 1, until: 61 } },
    ],
    ['many levels', { levels: [1, 2, 3, 4, 5, 6, 7, 8, 9, 100] }],
  ])('is taken by Slack with %s, and changes nothing when it is sent as it came', async (_, settings) => {
    store.settings.save({ ...DEFAULT_SETTINGS, ...settings });
    expect(invalidView(team.form())).toEqual([]);
    const before = saved();
    expect(linesIn(await send({}))).toEqual(['Nothing is different: all of it was like that already.']);
    expect(saved()).toEqual(before);
    expect(audit()).toEqual([]);
  });
});

describe('what an admin changes', () => {
  test.each<[string, Filled, Partial<Settings>, string]>([
    [
      'kinds',
      {
        [F.quotaKinds]: ticked(
          'lock_out',
          'window_threshold',
          'burn_rate',
          'prompt_spike',
          'cost_inflation',
          'runaway',
        ),
      },
      { kindsOff: ['data_silence'] },
      'Feed silent: not looked for any more',
    ],
    [
      'levels',
      { [F.levels]: { value: ' 95 50;50, 75%' } },
      { levels: [50, 75, 95] },
      'Levels: 50, 75, 95 (was 80, 90, 100)',
    ],
    [
      'the alert channel',
      { [F.alertChannel]: { selected_conversation: 'C0OTHER' } },
      { alertChannel: 'C0OTHER' },
      'Alerts: <#C0OTHER> (was <#C0ALERTS>)',
    ],
    [
      'the summary’s channel',
      { [F.summaryChannel]: { selected_conversation: 'C0OTHER' } },
      { summaryChannel: 'C0OTHER' },
      'Weekly summary: <#C0OTHER> (was <#C0ALERTS>)',
    ],
    [
      'quiet hours',
      { [F.quiet]: ticked('on') },
      { quietHours: { from: 1320, until: 420 } },
      'Quiet hours: 22:00 to 07:00 (was none)',
    ],
  ])('is saved at once and written down: %s', async (_, filled, expected, said) => {
    const answer = await send(filled);
    expect(saved()).toMatchObject({ ...DEFAULT_SETTINGS, ...expected });
    expect(audit()).toEqual([[ADA, 'settings_changed', said]]);
    expect(logged).toHaveLength(1);
    expect(answer.response_action === 'update' && textsOf(answer.view).join('\n')).toContain(`• ${said}`);
    expect(answer.response_action === 'update' && invalidView(answer.view)).toEqual([]);
  });

  test('can be taken back', async () => {
    store.settings.save({
      ...DEFAULT_SETTINGS,
      kindsOff: ['data_silence'],
      alertChannel: 'C0OTHER',
      quietHours: { from: 0, until: 60 },
    });
    const all = ticked(...QUOTA_KINDS.map(([kind]) => kind));
    await send({ [F.quotaKinds]: all, [F.alertChannel]: { selected_conversation: 'C0ALERTS' }, [F.quiet]: ticked() });
    expect(saved()).toEqual(DEFAULT_SETTINGS);
    expect(audit()).toEqual([
      [
        ADA,
        'settings_changed',
        'Feed silent: looked for again; Alerts: <#C0ALERTS> (was <#C0OTHER>); Quiet hours: none (was 00:00 to 01:00)',
      ],
    ]);
  });

  test('leaves a channel as it is that they cannot see', async () => {
    store.settings.save({ ...DEFAULT_SETTINGS, alertChannel: 'G0SECRET' });
    await send({ [F.alertChannel]: { selected_conversation: null }, [F.levels]: { value: '90' } });
    expect(saved()).toMatchObject({ alertChannel: 'G0SECRET', levels: [90] });
  });

  test('follows the environment where they choose its channel', async () => {
    await send({ [F.alertChannel]: { selected_conversation: 'C0ALERTS' } });
    expect(saved().alertChannel).toBeUndefined();
  });

  test('says to invite the bot to a channel that is new, once', async () => {
    const other = { selected_conversation: 'C0OTHER' };
    const first = await send({ [F.alertChannel]: other, [F.summaryChannel]: other });
    const invites = (answer: FormAnswer) =>
      (answer.response_action === 'update' ? textsOf(answer.view) : []).filter((text) => text.includes('/invite'));
    expect(invites(first)).toEqual([
      expect.stringMatching(/^Am I a member of <#C0OTHER>\? If not, type `\/invite @Quota Watch` there/),
    ]);
    expect(invites(await send({ [F.levels]: { value: '90' } }))).toEqual([]);
  });
});

describe('two admins at once', () => {
  test('each change what they touched, and nothing else', async () => {
    const [one, other] = [team.form(), team.form()];
    await send(
      {
        [F.levels]: { value: '70' },
        [F.cacheKinds]: ticked('fleet_regression', 'cache_invalidation', 'resume_reprocess', 'cache_read_storm'),
      },
      ADA,
      one,
    );
    await send(
      {
        [F.quiet]: ticked('on'),
        [F.cacheKinds]: ticked('fleet_regression', 'cache_invalidation', 'ttl_downgrade', 'cache_read_storm'),
      },
      ADA,
      other,
    );
    expect(saved()).toEqual({
      ...DEFAULT_SETTINGS,
      levels: [70],
      kindsOff: ['resume_reprocess', 'ttl_downgrade'],
      quietHours: { from: 1320, until: 420 },
    });
  });

  test('who change the same: the later one wins, and both are written down', async () => {
    const forms = [team.form(), team.form()];
    for (const [index, form] of forms.entries()) await send({ [F.levels]: { value: `${60 + index}` } }, ADA, form);
    expect(saved().levels).toEqual([61]);
    expect(audit().map(([, , detail]) => detail)).toEqual(['Levels: 61 (was 60)', 'Levels: 60 (was 80, 90, 100)']);
  });

  test('a form that is sent twice is saved once', async () => {
    const form = team.form();
    for (const _ of [1, 2]) await send({ [F.levels]: { value: '60' } }, ADA, form);
    expect(audit()).toHaveLength(1);
  });
});

describe('what is wrong', () => {
  const on = { [F.quiet]: ticked('on') };

  test.each<[string, Filled, Record<string, RegExp>]>([
    ['no levels', { [F.levels]: { value: ' , ' } }, { [F.levels]: /^Write at least one level/ }],
    ['an empty field', { [F.levels]: { value: null } }, { [F.levels]: /^Write at least one level/ }],
    ['a word', { [F.levels]: { value: '80, ninety' } }, { [F.levels]: /^Write whole numbers from 1 to 100/ }],
    ['half a percent', { [F.levels]: { value: '80.5' } }, { [F.levels]: /^Write whole numbers/ }],
    ['too much', { [F.levels]: { value: '101' } }, { [F.levels]: /^Write whole numbers/ }],
    ['nothing used', { [F.levels]: { value: '0' } }, { [F.levels]: /^Write whole numbers/ }],
    [
      'a level each percent',
      { [F.levels]: { value: '1 2 3 4 5 6 7 8 9 10 11' } },
      { [F.levels]: /^Write at most 10 levels/ },
    ],
    [
      'quiet hours without a beginning',
      { ...on, [F.quietFrom]: { selected_time: null } },
      { [F.quietFrom]: /^Choose when the quiet hours begin/ },
    ],
    [
      'quiet hours without an end',
      { ...on, [F.quietUntil]: { selected_time: null } },
      { [F.quietUntil]: /^Choose when the quiet hours end/ },
    ],
    [
      'quiet hours all day long',
      { ...on, [F.quietUntil]: { selected_time: '22:00' } },
      { [F.quietUntil]: /^Choose an end that differs/ },
    ],
    [
      'several fields at once',
      {
        ...on,
        [F.levels]: { value: 'x' },
        [F.quietFrom]: { selected_time: null },
        [F.quietUntil]: { selected_time: null },
      },
      { [F.levels]: /./, [F.quietFrom]: /./, [F.quietUntil]: /./ },
    ],
  ])('is told at its field with what to do, and nothing is saved: %s', async (_, filled, expected) => {
    const errors = errorsIn(await send(filled));
    expect(Object.keys(errors).toSorted()).toEqual(Object.keys(expected).toSorted());
    for (const [field, words] of Object.entries(expected)) expect(errors[field]).toMatch(words);
    expect(saved()).toEqual(DEFAULT_SETTINGS);
    expect(audit()).toEqual([]);
  });

  test('about times does not matter while quiet hours are off', async () => {
    const answer = await send({ [F.quietFrom]: { selected_time: null } });
    expect(answer.response_action).toBe('update');
  });

  test('who is no admin any more saves nothing', async () => {
    const form = team.form();
    admins = [];
    expect(linesIn(await send({ [F.levels]: { value: '60' } }, ADA, form))).toEqual([
      'Only admins can change the settings, and you are none any more. Nothing was saved.',
    ]);
    expect(saved()).toEqual(DEFAULT_SETTINGS);
  });
});

describe('the listener', () => {
  test('acknowledges with the answer, once', async () => {
    const { metadata, values } = submitted(team.form(), { [F.levels]: { value: '60' } });
    const told: FormAnswer[] = [];
    await settingsSubmitted(team)({
      body: { user: { id: ADA } },
      view: { private_metadata: metadata, state: { values } },
      ack: async (answer) => void told.push(answer),
    });
    expect(told).toMatchObject([{ response_action: 'update' }]);
    expect(saved().levels).toEqual([60]);
  });
});
