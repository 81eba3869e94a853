import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DeveloperId } from '../../../src/model/ids.ts';
import { disconnectConfirmed } from '../../../src/slack/listeners/disconnect-confirmed.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { minutes, NOON } from '../../support/builders.ts';
import { invalidMessage } from '../../support/valid-slack.ts';

const ADA = 'U000000ADA';
const BOB = 'U000000BOB';

let store: Store;
let told: unknown[];

beforeEach(() => {
  store = openStore(':memory:', NOON);
  told = [];
});

function connected(slackUser: string): DeveloperId {
  const profile = { slackUser, email: undefined, name: undefined, timeZone: undefined };
  const developer = store.developers.forSlackUser(profile, NOON);
  store.tokens.create({ of: 'developer', developer }, NOON);
  return developer;
}

async function click(slackUser: string) {
  const listener = disconnectConfirmed({ store, clock: { now: () => minutes(1) }, log: pino({ enabled: false }) });
  await listener({
    body: { user: { id: slackUser } },
    ack: async () => void told.push('ack'),
    respond: async (answer) => {
      expect(invalidMessage({ ...answer })).toEqual([]);
      told.push([answer.replace_original, answer.text]);
    },
  });
}

describe('the button that disconnects', () => {
  test('takes back all tokens of who clicks, and nobody else’s, and replaces itself', async () => {
    const ada = connected(ADA);
    connected(ADA);
    const bob = connected(BOB);
    await click(ADA);
    expect(store.tokens.of(ada)).toEqual([]);
    expect(store.tokens.of(bob)).toHaveLength(1);
    expect(told).toEqual([
      'ack',
      [true, ':white_check_mark: 2 tokens taken back: nothing can be sent with them any more.'],
    ]);
  });

  test('does nothing more the second time, nor for somebody who is not known', async () => {
    connected(ADA);
    await click(ADA);
    for (const user of [ADA, BOB]) {
      told = [];
      await click(user);
      expect(told).toEqual(['ack', [true, expect.stringMatching('nothing to take back')]]);
    }
    expect(store.developers.findBySlackUser(BOB)).toBeUndefined();
  });
});
