import { WebAPIPlatformError } from '@slack/web-api';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Developer } from '../../src/model/developer.ts';
import type { DeveloperId } from '../../src/model/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/model/time.ts';
import { createPeople, type People } from '../../src/slack/people.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { type Call, no, slackWebApi } from './slack-web-api.ts';

const ADA = 'U000000ADA';
const ADA_IN_SLACK = {
  id: ADA,
  name: 'ada',
  real_name: 'Ada Lovelace',
  tz: 'Europe/London',
  is_admin: false,
  profile: { email: 'Ada@Example.com' },
};

let store: Store;
let clock: FakeClock;
let users: readonly { id: string; profile?: { email?: string } }[];
let calls: readonly Call[];
let people: People;
let logged: object[];
const log = { error: (fields: object) => void logged.push(fields) };

beforeEach(() => {
  clock = fakeClock('2026-11-23T12:00:00Z');
  store = openStore(':memory:', clock.now());
  users = [ADA_IN_SLACK];
  logged = [];
  const slack = slackWebApi(({ method, args }) => {
    if (method === 'users.info') {
      const user = users.find(({ id }) => id === args.user);
      return user ? { user } : no('user_not_found');
    }
    const user = users.find(({ profile }) => profile?.email?.toLowerCase() === args.email);
    return user ? { user } : no('users_not_found');
  });
  calls = slack.calls;
  people = createPeople({ client: slack.client, store, clock, log });
});

const methods = () => calls.map(({ method }) => method);
const telemetryKnows = (email: string): Developer => found(store.developers.forEmail(email, { now: clock.now() }));

function found(id: DeveloperId): Developer {
  const developer = store.developers.find(id);
  if (!developer) throw new Error(`no developer ${id}`);
  return developer;
}

describe('a person in Slack', () => {
  test('is known by name, email, zone, and whether they may administer', async () => {
    expect(await people.person(ADA)).toEqual({
      slackUser: ADA,
      email: 'Ada@Example.com',
      name: 'Ada Lovelace',
      timeZone: 'Europe/London',
      isAdmin: false,
    });
  });

  test.each([
    ['an admin', { is_admin: true }, true],
    ['the owner', { is_admin: false, is_owner: true }, true],
    ['anybody else', { is_admin: false, is_owner: false }, false],
    ['somebody of whom Slack says nothing', { is_admin: undefined }, false],
  ])('who is %s', async (_, flags, isAdmin) => {
    users = [{ ...ADA_IN_SLACK, ...flags }];
    expect((await people.person(ADA)).isAdmin).toBe(isAdmin);
  });

  test('without a full name goes by the short one', async () => {
    users = [{ ...ADA_IN_SLACK, real_name: undefined } as (typeof users)[number]];
    expect((await people.person(ADA)).name).toBe('ada');
  });

  test('is asked for once in ten minutes', async () => {
    await people.person(ADA);
    clock.advance(10 * MINUTE_MS - 1);
    await people.person(ADA);
    expect(methods()).toEqual(['users.info']);
    users = [{ ...ADA_IN_SLACK, is_admin: true } as (typeof users)[number]];
    clock.advance(1);
    expect((await people.person(ADA)).isAdmin).toBe(true);
    expect(methods()).toHaveLength(2);
  });
});

describe('somebody who wants to be forgotten', () => {
  test('is asked for anew', async () => {
    await people.person(ADA);
    people.forget(ADA);
    await people.person(ADA);
    expect(methods()).toEqual(['users.info', 'users.info']);
  });
});

describe('the developer of a Slack user', () => {
  test('is created when new, with what Slack knows of them', async () => {
    expect(await people.developer(ADA)).toMatchObject({
      slackUser: ADA,
      email: 'ada@example.com',
      name: 'Ada Lovelace',
      timeZone: 'Europe/London',
      hasConsentedToNames: false,
    });
  });

  test('is the one whom telemetry knows by the same email', async () => {
    const { id } = telemetryKnows('ada@example.com');
    expect((await people.developer(ADA)).id).toBe(id);
    expect(store.developers.all()).toHaveLength(1);
  });

  test('stays the same when asked for again', async () => {
    const { id } = await people.developer(ADA);
    clock.advance(HOUR_MS);
    expect((await people.developer(ADA)).id).toBe(id);
  });

  test('has no email where Slack does not tell it', async () => {
    users = [{ id: ADA }];
    expect(await people.developer(ADA)).toMatchObject({ slackUser: ADA, email: undefined });
  });

  test('cannot be told while Slack cannot be asked', async () => {
    await expect(people.developer('U0000000XX')).rejects.toThrow(WebAPIPlatformError);
    expect(store.developers.all()).toEqual([]);
  });
});

describe('the Slack user of a developer', () => {
  test('is looked up by email once, and then remembered for good', async () => {
    const developer = telemetryKnows('ada@example.com');
    expect(await people.slackUserOf(developer)).toBe(ADA);
    expect(methods()).toEqual(['users.lookupByEmail', 'users.info']);
    expect(await people.slackUserOf(found(developer.id))).toBe(ADA);
    expect(methods()).toHaveLength(2);
  });

  test('is unknown for a stranger, who is asked for again after an hour', async () => {
    const stranger = telemetryKnows('nobody@example.com');
    expect(await people.slackUserOf(stranger)).toBeUndefined();
    clock.advance(HOUR_MS - 1);
    expect(await people.slackUserOf(stranger)).toBeUndefined();
    expect(methods()).toEqual(['users.lookupByEmail']);
    users = [...users, { id: 'U00000NEW', profile: { email: 'nobody@example.com' } }];
    clock.advance(1);
    expect(await people.slackUserOf(stranger)).toBe('U00000NEW');
  });

  test('is not asked for without an email', async () => {
    const developer = { ...telemetryKnows('ada@example.com'), email: undefined };
    expect(await people.slackUserOf(developer)).toBeUndefined();
    expect(methods()).toEqual([]);
  });

  test.each(['missing_scope', 'enterprise_is_restricted'])(
    'is unknown where Slack refuses to tell (%s), which is logged once',
    async (problem) => {
      const { client, calls: asked } = slackWebApi(() => no(problem));
      const asking = createPeople({ client, store, clock, log });
      for (const email of ['ada@example.com', 'bob@example.com', 'ada@example.com']) {
        expect(await asking.slackUserOf(telemetryKnows(email))).toBeUndefined();
      }
      expect(asked).toHaveLength(2);
      expect(logged).toEqual([{ problem }]);
    },
  );

  test('is unknown where Slack names somebody and then refuses to tell about them', async () => {
    const { client } = slackWebApi(({ method }) =>
      method === 'users.info' ? no('user_not_visible') : { user: ADA_IN_SLACK },
    );
    const asking = createPeople({ client, store, clock, log });
    expect(await asking.slackUserOf(telemetryKnows('ada@example.com'))).toBeUndefined();
  });

  test('cannot be told while Slack is away', async () => {
    const { client } = slackWebApi(() => new Response('', { status: 503 }));
    const asking = createPeople({ client, store, clock, log });
    await expect(asking.slackUserOf(telemetryKnows('ada@example.com'))).rejects.toThrow('503');
    expect(logged).toEqual([]);
  });
});
