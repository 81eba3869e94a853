import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Developer } from '../../src/model/developer.ts';
import { DAY_MS, plus } from '../../src/model/time.ts';
import { NO_COUNTS } from '../../src/model/version-rates.ts';
import { type AnswerDeps, createAnswerQuestion } from '../../src/slack/answer-question.ts';
import type { Person } from '../../src/slack/people.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { minutes, NOON, reading, request } from '../support/builders.ts';
import { broken } from './incidents.ts';
import { fine, linesOf, textsOf } from './seen.ts';

const ADA = 'U000000ADA';
const BOB = 'U000000BOB';

let store: Store;
let admins: readonly string[];

beforeEach(() => {
  store = openStore(':memory:', NOON);
  admins = [];
});

function developerOf(slackUser: string): Developer {
  const id = store.developers.forSlackUser(personOf(slackUser), NOON);
  const developer = store.developers.find(id);
  if (!developer) throw new Error('not written');
  return developer;
}

function personOf(slackUser: string): Person {
  const email = `${slackUser.toLowerCase()}@example.com`;
  const timeZone = slackUser === ADA ? 'Europe/Berlin' : undefined;
  return { slackUser, email, name: slackUser, timeZone, isAdmin: admins.includes(slackUser) };
}

function asking(deps: Partial<AnswerDeps> = {}) {
  const answer = createAnswerQuestion({
    store,
    people: { developer: async (user) => developerOf(user), person: async (user) => personOf(user) },
    clock: { now: () => minutes(20) },
    log: pino({ enabled: false }),
    publicUrl: 'https://quota.example.com',
    channelNames: 'consent',
    zone: 'UTC',
    ...deps,
  });
  return async (...question: Parameters<typeof answer>) => fine(await answer(...question));
}

const ask = async (...question: Parameters<ReturnType<typeof asking>>) => linesOf(await asking()(...question));

function reads(slackUser: string, usedPercent: number) {
  const { id } = developerOf(slackUser);
  store.windows.read(id, reading().session as never, reading({ usedPercent }));
}

describe('asked for one’s own quota', () => {
  test('it answers in the words "Your", in the zone of who asks', async () => {
    reads(ADA, 42);
    const lines = await ask({ is: 'own' }, ADA);
    expect(lines[0]).toBe('*Your Claude Code quota*');
    expect(lines[1]).toContain('*58% left*');
    expect(lines[2]).toContain('resets 17:00');
  });

  test('it uses the zone of the team for somebody whose zone Slack did not tell', async () => {
    reads(BOB, 42);
    expect((await ask({ is: 'own' }, BOB))[2]).toContain('resets 16:00');
  });

  test('by a mention of oneself, it is the same', async () => {
    reads(ADA, 42);
    expect(await ask({ is: 'user', slackUser: ADA }, ADA)).toEqual(await ask({ is: 'own' }, ADA));
  });

  test('somebody new hears how to connect', async () => {
    expect((await ask({ is: 'own' }, BOB))[1]).toContain('`/quota connect` shows how');
  });

  test('somebody known is answered even while Slack cannot be asked', async () => {
    developerOf(ADA);
    const away = () => Promise.reject(new Error('away'));
    const answer = asking({ people: { developer: away, person: away } });
    for (const is of ['own', 'incidents', 'versions', 'plan', 'help'] as const)
      expect(await answer({ is }, ADA)).toBeDefined();
  });
});

describe('asked for a colleague', () => {
  const question = { is: 'user', slackUser: BOB } as const;

  test('it refuses without their consent, and shows nothing of theirs', async () => {
    reads(BOB, 42);
    const message = await asking()(question, ADA);
    expect(message.text).toContain(`<@${BOB}> has not agreed`);
    expect(JSON.stringify(message)).not.toMatch(/\d%/);
  });

  test('it answers with their consent, in the zone of who reads', async () => {
    reads(BOB, 42);
    store.developers.consentToNames(developerOf(BOB).id, NOON);
    const lines = await ask(question, ADA);
    expect(lines[0]).toBe(`*Claude Code quota of <@${BOB}>*`);
    expect(lines[2]).toContain('resets 17:00');
  });

  test('it refuses again once they took it back', async () => {
    const { id } = developerOf(BOB);
    store.developers.consentToNames(id, NOON);
    store.developers.withdrawConsent(id);
    expect((await ask(question, ADA))[0]).toContain('has not agreed');
  });

  test('it answers admins, and writes down that they looked', async () => {
    admins = [ADA];
    const written: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void written.push(line) });
    const message = await asking({ log })(question, ADA);
    expect(linesOf(message)[0]).toBe(`*Claude Code quota of <@${BOB}>*`);
    expect(written.map((line) => JSON.parse(line))).toMatchObject([
      { asker: developerOf(ADA).id, developer: developerOf(BOB).id, msg: 'quota of a colleague shown' },
    ]);
  });

  test('an admin has no claim on others for whoever is none', async () => {
    admins = [BOB];
    expect((await ask(question, ADA))[0]).toContain('has not agreed');
  });
});

describe('asked for incidents', () => {
  test('it lists one’s own of the last 7 days, newest first, and nobody else’s', async () => {
    const mine = developerOf(ADA).id;
    const theirs = developerOf(BOB).id;
    const opened = (developer: typeof mine, hoursAgo: number, misses: number) =>
      store.incidents.add({
        ...broken({ misses }),
        developer,
        subject: String(misses),
        openedAt: plus(NOON, -hoursAgo * 3_600_000),
      });
    opened(mine, 1, 11);
    opened(mine, 2, 12);
    opened(mine, 24 * 8, 13);
    opened(theirs, 1, 14);
    const lines = await ask({ is: 'incidents' }, ADA);
    expect(lines.map((line) => /\d+(?= turns)/.exec(line)?.[0] ?? line)).toEqual([
      '*2 incidents in the last 7 days*',
      '11',
      '12',
    ]);
  });
});

describe('asked for versions', () => {
  const counts = (slackUser: string, clientVersion: string, daysAgo: number, boundaries = 70) =>
    store.versions.add(
      { developer: developerOf(slackUser).id, clientVersion, at: plus(NOON, -daysAgo * DAY_MS) },
      { ...NO_COUNTS, boundaries, boundaryMisses: 1 },
    );

  test('it shows the team’s, of the last 7 and 30 days, and which is one’s own', async () => {
    counts(ADA, '2.1.99', 1);
    counts(ADA, '2.1.330', 1);
    counts(BOB, '2.1.330', 1);
    counts(BOB, '2.1.330', 20);
    const lines = await ask({ is: 'versions' }, ADA);
    expect(lines[0]).toBe('*Cache misses by client version*');
    expect(lines).toContain('*2.1.330*  2 developers · yours');
    expect(lines).toContain('7 days: missed 1.4% of 140 turn starts');
    expect(lines).toContain('30 days: missed 1.4% of 210 turn starts');
    expect(await ask({ is: 'versions' }, BOB)).toContain('*2.1.99*  1 developer');
  });

  test('it calls none one’s own that was left a week ago, and shows none after a month', async () => {
    counts(ADA, '2.1.330', 9);
    counts(BOB, '2.1.331', 32);
    const lines = await ask({ is: 'versions' }, ADA);
    expect(lines.join()).not.toContain('yours');
    expect(lines.join()).not.toContain('2.1.331');
  });

  test('without any it says what they take', async () => {
    expect((await ask({ is: 'versions' }, ADA))[0]).toMatch('No turn of any client version was counted');
  });
});

describe('told a plan', () => {
  const planOf = (slackUser: string) => store.developers.findBySlackUser(slackUser)?.plan;

  test('it keeps it for who told it alone, and says so', async () => {
    expect((await ask({ is: 'set_plan', plan: 'ultra' }, ADA))[0]).toMatch('Your plan is Ultra, $200 a month.');
    expect(planOf(ADA)).toBe('ultra');
    await ask({ is: 'set_plan', plan: 'pro' }, BOB);
    expect(planOf(ADA)).toBe('ultra');
    await ask({ is: 'set_plan', plan: 'max' }, ADA);
    expect(planOf(ADA)).toBe('max');
  });

  test('it shows it with the quota, and when asked', async () => {
    expect((await ask({ is: 'plan' }, ADA))[0]).toBe('*I do not know your plan yet.*');
    await ask({ is: 'set_plan', plan: 'ultra' }, ADA);
    expect((await ask({ is: 'plan' }, ADA))[0]).toBe('*Your plan is Ultra, $200 a month.*');
    expect(await ask({ is: 'own' }, ADA)).toContain('*Plan*  Ultra');
  });

  test('it changes nothing for a plan that is none', async () => {
    await ask({ is: 'set_plan', plan: 'max' }, ADA);
    const [line] = await ask({ is: 'unknown_plan', typed: 'gold', nearest: undefined }, ADA);
    expect(line).toBe('I do not know the plan “gold”; nothing was changed.');
    expect(planOf(ADA)).toBe('max');
  });
});

describe('asked to connect', () => {
  const tokenIn = (message: object) => /qw_[\w-]{43}/.exec(JSON.stringify(message))?.[0] ?? '';

  test('it creates one token, which speaks for who asked', async () => {
    const message = await asking()({ is: 'connect' }, ADA);
    const tokens = store.tokens.list();
    expect(tokens).toMatchObject([{ kind: 'personal', email: 'u000000ada@example.com' }]);
    expect(store.tokens.owner(tokenIn(message), NOON)).toEqual({ of: 'developer', developer: developerOf(ADA).id });
  });

  test('it prints the address of the collector', async () => {
    expect(textsOf(await asking()({ is: 'connect' }, ADA)).join()).toContain(
      'https://quota.example.com/v1/status-line',
    );
  });

  test('it logs that, and never the token', async () => {
    const written: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => void written.push(line) });
    const message = await asking({ log })({ is: 'connect' }, ADA);
    expect(written.join()).toContain('personal token created');
    expect(written.join()).not.toContain(tokenIn(message));
  });

  test.each([
    ['consent', false, 'names_consent'],
    ['consent', true, 'names_withdraw'],
    ['always', false, undefined],
    ['never', true, undefined],
  ] as const)(
    'it asks about names only where they are for people to decide: %s, agreed %s',
    async (channelNames, agreed, action) => {
      if (agreed) store.developers.consentToNames(developerOf(ADA).id, NOON);
      const said = JSON.stringify(await asking({ channelNames })({ is: 'connect' }, ADA));
      expect(/names_\w+/.exec(said)?.[0]).toBe(action);
    },
  );
});

describe('asked for anything else', () => {
  test.each(['own', 'incidents', 'versions', 'plan', 'help'] as const)('"%s" creates no token', async (is) => {
    await ask({ is }, ADA);
    expect(store.tokens.list()).toEqual([]);
  });

  test('it helps', async () => {
    expect((await ask({ is: 'help' }, ADA))[0]).toBe('*What `/quota` understands*');
    const unknown = await ask({ is: 'unknown', typed: '<!channel>', nearest: undefined }, ADA);
    expect(unknown[0]).toBe('I do not know “<!channel>”.');
  });

  test('a request of an unknown price shows as one', async () => {
    store.requests.keep(developerOf(ADA).id, request({ model: 'x', inputTokens: 5 }), NOON);
    expect((await ask({ is: 'own' }, ADA)).join()).toContain('plus 1 request of unknown price');
  });
});
