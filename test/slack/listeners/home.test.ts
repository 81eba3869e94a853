import type { ModalView } from '@slack/types';
import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { INCIDENT_KINDS } from '../../../src/model/finding.ts';
import type { DeveloperId } from '../../../src/model/ids.ts';
import { appHomeOpened } from '../../../src/slack/listeners/app-home-opened.ts';
import { homeConnect } from '../../../src/slack/listeners/home-connect.ts';
import { homeMute } from '../../../src/slack/listeners/home-mute.ts';
import { homeNames } from '../../../src/slack/listeners/home-names.ts';
import { homeQuietHours } from '../../../src/slack/listeners/home-quiet-hours.ts';
import { homeQuietOff } from '../../../src/slack/listeners/home-quiet-off.ts';
import { homeUnmute } from '../../../src/slack/listeners/home-unmute.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { hours, NOON } from '../../support/builders.ts';
import { invalidView } from '../../support/valid-slack.ts';
import { textsOf } from '../seen.ts';

const ADA = 'U000000ADA';

let store: Store;
let ada: DeveloperId;
/** What the listeners did, in order. */
let told: unknown[];

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forSlackUser({ slackUser: ADA, email: undefined, name: 'Ada', timeZone: undefined }, NOON);
  told = [];
  return () => store.close();
});

const ack = async () => void told.push('ack');
const people = { developer: () => Promise.reject(new Error('Slack is asked')) };
const showHome = async (slackUser: string, reason: string) => {
  told.push([slackUser, reason]);
  return { is: 'shown' } as const;
};
const deps = () => ({ store, people, clock: { now: () => NOON }, showHome });
const click = { body: { user: { id: ADA } }, ack };
const SHOWN = ['ack', [ADA, 'changed']];
const developer = () => store.developers.find(ada);

describe('App Home', () => {
  const knows = async () => {
    told.push('asks Slack');
    return {
      id: ada,
      email: undefined,
      slackUser: ADA,
      name: 'Ada',
      timeZone: undefined,
      plan: undefined,
      hasConsentedToNames: false,
    };
  };
  const open = (tab: string | undefined) =>
    appHomeOpened({ people: { developer: knows }, showHome })({
      event: tab === undefined ? { user: ADA } : { user: ADA, tab },
    });

  test.each(['home', undefined])('is shown to who opens it, as Slack knows them by now: tab %s', async (tab) => {
    await open(tab);
    expect(told).toEqual(['asks Slack', [ADA, 'opened']]);
  });

  test('is left alone when somebody opens the messages', async () => {
    await open('messages');
    expect(told).toEqual([]);
  });
});

describe('a kind that is muted', () => {
  const choose = (value: string | undefined) => ({
    ...click,
    action: { selected_option: value === undefined ? null : { value } },
  });

  test.each([
    ['hour', 1],
    ['day', 24],
    ['week', 168],
  ] as const)('stays so for the %s that was chosen, and Home shows it', async (length, count) => {
    await homeMute(deps(), length)(choose('burn_rate'));
    expect(store.mutes.of(ada, NOON)).toEqual([{ kind: 'burn_rate', until: hours(count), by: ADA }]);
    expect(store.mutes.of(ada, hours(count))).toEqual([]);
    expect(told).toEqual(SHOWN);
  });

  test('is muted from the last choice on', async () => {
    await homeMute(deps(), 'week')(choose('burn_rate'));
    await homeMute(deps(), 'hour')(choose('burn_rate'));
    expect(store.mutes.of(ada, NOON)).toMatchObject([{ until: hours(1) }]);
  });

  test('can be any of them', async () => {
    for (const kind of INCIDENT_KINDS) await homeMute(deps(), 'day')(choose(kind));
    expect(store.mutes.of(ada, NOON)).toHaveLength(INCIDENT_KINDS.length);
  });

  test.each(['nonsense', undefined])('is none that nobody knows: %s', async (value) => {
    await homeMute(deps(), 'day')(choose(value));
    expect(store.mutes.of(ada, NOON)).toEqual([]);
    expect(told).toEqual(['ack']);
  });

  test('is heard of again at once when the mute is lifted, also twice', async () => {
    store.mutes.set(ada, { kind: 'burn_rate', until: hours(1), by: ADA }, NOON);
    store.mutes.set(ada, { kind: 'lock_out', until: hours(1), by: ADA }, NOON);
    for (const _ of [1, 2]) await homeUnmute(deps())({ ...click, action: { value: 'burn_rate' } });
    expect(store.mutes.of(ada, NOON)).toMatchObject([{ kind: 'lock_out' }]);
    expect(told).toEqual([...SHOWN, ...SHOWN]);
  });

  test('stays muted where the click says nothing', async () => {
    store.mutes.set(ada, { kind: 'burn_rate', until: hours(1), by: ADA }, NOON);
    await homeUnmute(deps())({ ...click, action: {} });
    expect(store.mutes.of(ada, NOON)).toHaveLength(1);
    expect(told).toEqual(['ack']);
  });
});

describe('quiet hours', () => {
  const choose = (end: 'from' | 'until', selected_time: string | null) =>
    homeQuietHours(deps(), end)({ ...click, action: { selected_time } });

  test('begin with the first time that is chosen, the other end as usual', async () => {
    await choose('from', '23:30');
    expect(developer()?.quietHours).toEqual({ from: 23 * 60 + 30, until: 7 * 60 });
    await choose('until', '08:15');
    expect(developer()?.quietHours).toEqual({ from: 23 * 60 + 30, until: 8 * 60 + 15 });
    expect(told).toEqual([...SHOWN, ...SHOWN]);
    store.developers.clearQuietHours(ada);
    await choose('until', '06:00');
    expect(developer()?.quietHours).toEqual({ from: 22 * 60, until: 6 * 60 });
  });

  test('that end as they begin are none', async () => {
    await choose('from', '23:00');
    await choose('until', '23:00');
    expect(developer()?.quietHours).toBeUndefined();
  });

  test.each([null, 'noon'])('do not change by what is no time: %s', async (time) => {
    store.developers.setQuietHours(ada, { from: 1, until: 2 });
    await choose('from', time);
    expect(developer()?.quietHours).toEqual({ from: 1, until: 2 });
    expect(told).toEqual(['ack']);
  });

  test('are dropped by a button, also twice', async () => {
    store.developers.setQuietHours(ada, { from: 1, until: 2 });
    for (const _ of [1, 2]) await homeQuietOff(deps())(click);
    expect(developer()?.quietHours).toBeUndefined();
    expect(told).toEqual([...SHOWN, ...SHOWN]);
  });
});

describe('the consent in App Home', () => {
  test('is given and taken back at once, also twice', async () => {
    for (const _ of [1, 2]) await homeNames(deps(), 'given')(click);
    expect(developer()?.hasConsentedToNames).toBe(true);
    for (const _ of [1, 2]) await homeNames(deps(), 'withdrawn')(click);
    expect(developer()?.hasConsentedToNames).toBe(false);
    expect(told).toEqual([...SHOWN, ...SHOWN, ...SHOWN, ...SHOWN]);
  });
});

describe('the button to connect', () => {
  const opened = async (openView = async (trigger: string, view: ModalView) => void told.push(trigger, view)) =>
    homeConnect({
      store,
      people,
      clock: { now: () => NOON },
      log: pino({ enabled: false }),
      publicUrl: 'https://quota.example.com',
      clientUrl: undefined,
      openView,
    })({ body: { user: { id: ADA }, trigger_id: 'trigger-1' }, ack });

  test('opens a window with a token that works, and with where it goes', async () => {
    await opened();
    const [acked, trigger, view] = told;
    expect([acked, trigger]).toEqual(['ack', 'trigger-1']);
    expect(invalidView(view)).toEqual([]);
    const text = textsOf(view).join('\n');
    const token = /qw_[\w-]+/.exec(text)?.[0] ?? '';
    expect(store.tokens.owner(token, NOON)).toEqual({ of: 'developer', developer: ada });
    expect(text).toContain('https://quota.example.com/v1/status-line');
  });

  test('asks for no name: App Home itself does', async () => {
    await opened();
    expect(JSON.stringify(told)).not.toContain('names_consent');
  });

  test('makes a token for each machine', async () => {
    await opened();
    await opened();
    expect(store.tokens.list()).toHaveLength(2);
  });

  test('passes a failure on to where it is logged', async () => {
    await expect(opened(() => Promise.reject(new Error('expired_trigger_id')))).rejects.toThrow('expired_trigger_id');
  });
});
