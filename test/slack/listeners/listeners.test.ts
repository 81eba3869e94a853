import { beforeEach, describe, expect, test } from 'vitest';
import type { Developer } from '../../../src/model/developer.ts';
import { namesConsent } from '../../../src/slack/listeners/names-consent.ts';
import { quotaCommand } from '../../../src/slack/listeners/quota-command.ts';
import { helpAnswer } from '../../../src/slack/views/help-answer.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { NOON } from '../../support/builders.ts';
import { invalidMessage } from '../../support/valid-slack.ts';

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
  const typed = (text: string) => ({
    command: { text, user_id: ADA, trigger_id: 'trigger-1' },
    ack,
    respond,
  });

  test('is acknowledged before anything is looked up, and answered once, to who asked alone', async () => {
    const listener = quotaCommand(async (question, asker) => {
      told.push([question.is, asker]);
      return helpAnswer();
    });
    await listener(typed('help'));
    expect(told).toEqual([
      'ack',
      ['help', { slackUser: ADA, triggerId: 'trigger-1' }],
      { response_type: 'ephemeral', ...helpAnswer() },
    ]);
    expect(invalidMessage(told[2] as Record<string, unknown>)).toEqual([]);
  });

  test('is answered by nothing where a window opened', async () => {
    await quotaCommand(async () => undefined)(typed('settings'));
    expect(told).toEqual(['ack']);
  });

  test('is answered more plainly where Slack refuses a new kind of block, and never with more than it takes', async () => {
    const plainest = { text: 'in words', blocks: [] };
    const plainer = { text: 'as a table', blocks: [], plainer: plainest };
    const listener = quotaCommand(async () => ({ text: 'as a chart', blocks: [], plainer }));
    const refusing = async (answer: object) => {
      told.push(answer);
      if (told.length < 4) throw new Error('invalid_blocks');
    };
    await listener({ ...typed('summary'), respond: refusing });
    const said = (text: string) => ({ response_type: 'ephemeral', text, blocks: [] });
    expect(told).toEqual(['ack', said('as a chart'), said('as a table'), said('in words')]);
    told = ['ack'];
    await expect(listener({ ...typed('summary'), respond: () => Promise.reject(new Error('away')) })).rejects.toThrow();
  });

  test('passes a failure on to where apologies are made, with no half answer', async () => {
    const listener = quotaCommand(() => Promise.reject(new Error('away')));
    await expect(listener(typed(''))).rejects.toThrow('away');
    expect(told).toEqual(['ack']);
  });
});

describe('the consent to be named', () => {
  const click = () => ({ body: { user: { id: ADA } }, ack, respond });
  const touched = (developer: unknown) => void told.push(['touched', developer]);
  const deps = () => ({ store, people, clock: { now: () => NOON }, touched });

  test.each([
    ['given', true],
    ['withdrawn', false],
  ] as const)('is %s at once, acknowledged first, and answered beside the token', async (consent, isNamed) => {
    if (!isNamed) store.developers.consentToNames(ada().id, NOON);
    await namesConsent(deps(), consent)(click());
    expect(ada().hasConsentedToNames).toBe(isNamed);
    expect(told).toEqual([
      'ack',
      ['touched', ada().id],
      expect.objectContaining({ response_type: 'ephemeral', replace_original: false }),
    ]);
    expect(invalidMessage(told[2] as Record<string, unknown>)).toEqual([]);
  });

  test('is the same after a second click', async () => {
    for (const _ of [1, 2]) await namesConsent(deps(), 'given')(click());
    expect(ada().hasConsentedToNames).toBe(true);
  });
});
