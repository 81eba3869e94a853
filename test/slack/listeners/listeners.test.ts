import { beforeEach, describe, expect, test } from 'vitest';
import type { Developer } from '../../../src/model/developer.ts';
import { appHomeOpened } from '../../../src/slack/listeners/app-home-opened.ts';
import { namesConsent } from '../../../src/slack/listeners/names-consent.ts';
import { quotaCommand } from '../../../src/slack/listeners/quota-command.ts';
import { helpAnswer } from '../../../src/slack/views/help-answer.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { NOON } from '../../support/builders.ts';
import { invalidMessage, invalidReasons } from '../../support/valid-slack.ts';
import { report } from '../reports.ts';

const ADA = 'U000000ADA';

let store: Store;
let told: unknown[];

beforeEach(() => {
  store = openStore(':memory:', NOON);
  told = [];
});

const ack = async () => void told.push('ack');
const respond = async (answer: object) => void told.push(answer);
const people = { developer: async () => ada() };

function ada(): Developer {
  const profile = { slackUser: ADA, email: undefined, name: 'Ada', timeZone: undefined };
  const developer = store.developers.find(store.developers.forSlackUser(profile, NOON));
  if (!developer) throw new Error('not written');
  return developer;
}

describe('/quota', () => {
  const typed = (text: string) => ({ command: { text, user_id: ADA }, ack, respond });

  test('is acknowledged before anything is looked up, and answered once, to who asked alone', async () => {
    const listener = quotaCommand(async (question, asker) => {
      told.push([question.is, asker]);
      return helpAnswer();
    });
    await listener(typed('help'));
    expect(told).toEqual(['ack', ['help', ADA], { response_type: 'ephemeral', ...helpAnswer() }]);
    expect(invalidMessage(told[2] as object)).toEqual([]);
  });

  test('passes a failure on to where apologies are made, with no half answer', async () => {
    const listener = quotaCommand(() => Promise.reject(new Error('away')));
    await expect(listener(typed(''))).rejects.toThrow('away');
    expect(told).toEqual(['ack']);
  });
});

describe('the consent to be named', () => {
  const click = () => ({ body: { user: { id: ADA } }, ack, respond });
  const deps = () => ({ store, people, clock: { now: () => NOON } });

  test.each([
    ['given', true],
    ['withdrawn', false],
  ] as const)('is %s at once, acknowledged first, and answered beside the token', async (consent, isNamed) => {
    if (!isNamed) store.developers.consentToNames(ada().id, NOON);
    await namesConsent(deps(), consent)(click());
    expect(ada().hasConsentedToNames).toBe(isNamed);
    expect(told).toEqual(['ack', expect.objectContaining({ response_type: 'ephemeral', replace_original: false })]);
    expect(invalidMessage(told[1] as object)).toEqual([]);
  });

  test('is the same after a second click', async () => {
    for (const _ of [1, 2]) await namesConsent(deps(), 'given')(click());
    expect(ada().hasConsentedToNames).toBe(true);
  });
});

describe('App Home', () => {
  function opened(tab: string | undefined) {
    const publish = async (args: Record<string, unknown>) => void told.push(args);
    const event = tab === undefined ? { user: ADA } : { user: ADA, tab };
    return appHomeOpened({ people, reportOf: () => report() })({ event, client: { views: { publish } } });
  }

  test.each(['home', undefined])('is published for who opens it: tab %s', async (tab) => {
    await opened(tab);
    expect(told).toMatchObject([{ user_id: ADA, view: { type: 'home' } }]);
    expect(invalidReasons('views.publish', told[0] as Record<string, unknown>)).toEqual([]);
  });

  test('is left alone when somebody opens the messages', async () => {
    await opened('messages');
    expect(told).toEqual([]);
  });
});
