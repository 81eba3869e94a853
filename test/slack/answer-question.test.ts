import { pino } from 'pino';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Developer } from '../../src/model/developer.ts';
import { accountId, sessionId } from '../../src/model/ids.ts';
import { DAY_MS, plus } from '../../src/model/time.ts';
import { NO_COUNTS } from '../../src/model/version-rates.ts';
import { type AnswerDeps, createAnswerQuestion } from '../../src/slack/answer-question.ts';
import type { Person } from '../../src/slack/people.ts';
import type { QuotaQuestion } from '../../src/slack/quota-words.ts';
import { helpAnswer } from '../../src/slack/views/help-answer.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { hours, minutes, NOON, reading, request, silenceFinding, usageIncident } from '../support/builders.ts';
import { broken, passed } from './incidents.ts';
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

/** Answers as the app does, for a Slack user; asserts that a message answers, and that Slack takes it. */
function asking(deps: Partial<AnswerDeps> = {}) {
  const answer = answering(deps);
  return async (question: QuotaQuestion, slackUser: string) => {
    const message = await answer(question, { slackUser, triggerId: 'trigger-1' });
    if (!message) throw new Error('nothing was answered');
    return fine(message);
  };
}

function answering(deps: Partial<AnswerDeps> = {}) {
  const silent = async () => undefined;
  return createAnswerQuestion({
    store,
    people: { developer: async (user) => developerOf(user), person: async (user) => personOf(user) },
    roles: { isAdmin: async (user) => admins.includes(user) },
    clock: { now: () => minutes(20) },
    log: pino({ enabled: false }),
    publicUrl: 'https://quota.example.com',
    clientUrl: undefined,
    channelNames: 'consent',
    zone: 'UTC',
    alertChannel: () => 'C0ALERTS',
    weekSoFar: async () => helpAnswer(),
    administration: { connectTeam: silent, openTokens: silent, openSettings: silent, forgetMe: silent },
    ...deps,
  });
}

const ask = async (question: QuotaQuestion, slackUser: string) => linesOf(await asking()(question, slackUser));

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
    for (const is of ['own', 'team', 'incidents', 'versions', 'summary', 'plan', 'doctor', 'disconnect'] as const)
      expect(await answer({ is }, ADA)).toBeDefined();
  });
});

describe('asked for a colleague', () => {
  const question = { is: 'user', slackUser: BOB } as const;
  const looks = () => store.audit.recent(10);

  test('it refuses without their consent, and shows nothing of theirs', async () => {
    reads(BOB, 42);
    const message = await asking()(question, ADA);
    expect(message.text).toContain(`<@${BOB}> has not agreed`);
    expect(JSON.stringify(message)).not.toMatch(/\d%/);
    expect(looks()).toEqual([]);
  });

  test('it refuses in the same words whether or not anything is known of them', async () => {
    const unknown = await ask(question, ADA);
    expect(store.developers.findBySlackUser(BOB)).toBeUndefined();
    reads(BOB, 42);
    expect(await ask(question, ADA)).toEqual(unknown);
  });

  test('it answers with their consent, in the zone of who reads, and writes down the look', async () => {
    reads(BOB, 42);
    store.developers.consentToNames(developerOf(BOB).id, NOON);
    const lines = await ask(question, ADA);
    expect(lines[0]).toBe(`*Claude Code quota of <@${BOB}>*`);
    expect(lines[2]).toContain('resets 17:00');
    expect(looks()).toEqual([{ at: minutes(20), by: ADA, action: 'quota_seen', developer: developerOf(BOB).id }]);
  });

  test('it answers with their consent even while Slack cannot tell who is an admin', async () => {
    store.developers.consentToNames(developerOf(BOB).id, NOON);
    const roles = { isAdmin: () => Promise.reject(new Error('away')) };
    expect(linesOf(await asking({ roles })(question, ADA))[0]).toMatch('Claude Code quota of');
  });

  test('it refuses again once they took it back', async () => {
    const { id } = developerOf(BOB);
    store.developers.consentToNames(id, NOON);
    store.developers.withdrawConsent(id);
    expect((await ask(question, ADA))[0]).toContain('has not agreed');
  });

  test.each(['always', 'never'] as const)(
    'a consent from before counts no more where the team decided for all: %s',
    async (channelNames) => {
      store.developers.consentToNames(developerOf(BOB).id, NOON);
      const message = await asking({ channelNames })(question, ADA);
      expect(message.text).toBe(`Only <@${BOB}> and admins see that quota.`);
    },
  );

  test('it answers admins, and writes down that they looked', async () => {
    admins = [ADA];
    developerOf(BOB);
    const written: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void written.push(line) });
    const message = await asking({ log })(question, ADA);
    expect(linesOf(message)[0]).toBe(`*Claude Code quota of <@${BOB}>*`);
    expect(written.map((line) => JSON.parse(line))).toMatchObject([
      { asker: developerOf(ADA).id, developer: developerOf(BOB).id, msg: 'quota of a colleague shown' },
    ]);
    expect(looks()).toMatchObject([{ by: ADA, action: 'quota_seen', developer: developerOf(BOB).id }]);
  });

  test('it shows admins also whom only telemetry has named', async () => {
    admins = [ADA];
    const id = store.developers.forEmail(`${BOB.toLowerCase()}@example.com`, { now: NOON });
    expect((await ask(question, ADA))[0]).toBe(`*Claude Code quota of <@${BOB}>*`);
    expect(store.developers.findBySlackUser(BOB)?.id).toBe(id);
  });

  test('it tells admins that nothing is known of somebody, who does not come into being by that', async () => {
    admins = [ADA];
    expect((await ask(question, ADA))[0]).toMatch(`Nothing is known of <@${BOB}>`);
    expect(store.developers.findBySlackUser(BOB)).toBeUndefined();
    expect(looks()).toEqual([]);
  });

  test('an admin has no claim on others for whoever is none', async () => {
    admins = [BOB];
    developerOf(BOB);
    expect((await ask(question, ADA))[0]).toContain('has not agreed');
  });

  test('it tells nobody else of the levels that a window passed', async () => {
    const { id } = developerOf(BOB);
    store.developers.consentToNames(id, NOON);
    store.incidents.add({ ...passed(80), developer: id });
    expect(await ask({ is: 'own' }, BOB)).toContain('*Open now*');
    expect(await ask(question, ADA)).not.toContain('*Open now*');
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

  test('it says what is snoozed, and until when in one’s own zone', async () => {
    const { id } = developerOf(ADA);
    store.mutes.set(id, { kind: 'cache_invalidation', until: minutes(60), by: ADA }, NOON);
    store.mutes.set(id, { kind: 'lock_out', until: minutes(10), by: ADA }, NOON);
    expect((await ask({ is: 'incidents' }, ADA)).at(-1)).toBe(
      ':zzz: Snoozed: Prompt cache broken until 14:00. App Home ends it sooner.',
    );
  });
});

describe('asked for versions', () => {
  const counts = (slackUser: string, clientVersion: string, daysAgo: number, boundaries = 70) => {
    const { id } = developerOf(slackUser);
    const at = plus(NOON, -daysAgo * DAY_MS);
    store.versions.add({ developer: id, clientVersion, at }, { ...NO_COUNTS, boundaries, boundaryMisses: 1 });
    store.settle();
    store.sessions.see(id, { session: sessionId(`${slackUser} ${clientVersion}`), at, clientVersion });
  };

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

describe('asked for the team', () => {
  test('it names who agreed, calls others animals, and the reader “You”, in the reader’s zone', async () => {
    reads(ADA, 70);
    reads(BOB, 20);
    reads('U0000CAROL', 40);
    store.developers.consentToNames(developerOf(BOB).id, NOON);
    const lines = await ask({ is: 'team' }, ADA);
    expect(lines[0]).toBe('*3 people have headroom now*, the most first');
    expect(lines[1]).toBe(`████████░░  *<@${BOB}>* · five-hour 80%, resets 17:00`);
    expect(lines[2]).toMatch(/^██████░░░░ {2}\*[A-Z][a-z]+\* · five-hour 60%, resets 17:00$/);
    expect(lines[3]).toBe('███░░░░░░░  *You* · five-hour 30%, resets 17:00');
  });

  test.each([
    ['always', /<@U000000BOB>/],
    ['never', /^█+░+ {2}\*[A-Z][a-z]+\*/],
  ] as const)('it names people as the team decided: %s', async (channelNames, name) => {
    reads(BOB, 20);
    const lines = linesOf(await asking({ channelNames })({ is: 'team' }, ADA));
    expect(lines[1]).toMatch(name);
  });

  test('it takes of each the account with the most left, held back by its fullest window', async () => {
    const { id } = developerOf(BOB);
    const read = (account: string, kind: string, usedPercent: number, resetsAt = hours(4)) =>
      store.windows.read(id, accountId(account), reading({ kind, usedPercent, resetsAt }));
    read('full', 'five_hour', 100);
    read('free', 'five_hour', 10);
    read('free', 'seven_day', 45, hours(60));
    const lines = await ask({ is: 'team' }, ADA);
    expect(lines[1]).toMatch(/^██████░░░░ .* · weekly 55%, resets Thu 26 Nov 01:00 · five-hour 90%, resets 17:00$/);
    expect(lines.join()).not.toContain('used up');
  });

  test('it counts who has used up theirs, and when the first is back', async () => {
    reads(ADA, 100);
    reads(BOB, 100);
    reads('U0000CAROL', 99);
    const lines = await ask({ is: 'team' }, ADA);
    expect(lines[0]).toBe('*1 person has headroom now*, the most first');
    expect(lines).toContain('░░░░░░░░░░  *You* · five-hour 0%, resets 17:00');
    expect(lines).toContain(':hourglass_flowing_sand: 2 people have used up theirs; the next reset is at 17:00');
  });

  test('it shows 20 of a large team, and the reader below', async () => {
    for (let n = 0; n < 40; n++) reads(`U00000000${n + 10}`, n);
    reads(ADA, 90);
    const lines = await ask({ is: 'team' }, ADA);
    expect(lines[0]).toBe('*41 people have headroom now*, the most first (20 shown)');
    expect(lines.filter((line) => line.includes('five-hour'))).toHaveLength(21);
    expect(lines[21]).toMatch(/\*You\*/);
    const names = lines.slice(1, 21).map((line) => /\*(.+)\*/.exec(line)?.[1]);
    expect(new Set(names).size).toBe(20);
  });
});

describe('asked for the summary', () => {
  test('it tells the running week in the zone of who asks', async () => {
    const weekSoFar = vi.fn(async () => helpAnswer());
    await asking({ weekSoFar })({ is: 'summary' }, ADA);
    await asking({ weekSoFar })({ is: 'summary' }, BOB);
    expect(weekSoFar.mock.calls).toEqual([
      [minutes(20), { zone: 'Europe/Berlin' }],
      [minutes(20), { zone: 'UTC' }],
    ]);
  });
});

describe('asked for the doctor', () => {
  test('it says to somebody new that they are not connected, and how they would be', async () => {
    const lines = await ask({ is: 'doctor' }, BOB);
    expect(lines[0]).toBe('*Your Claude Code is not connected yet*');
    expect(lines).toContain('*Mend:* `/quota connect` gives you one, with the settings it belongs into.');
  });

  test('it tells what arrives of who asks, with ages, and what is silent', async () => {
    const { id } = developerOf(ADA);
    const token = store.tokens.create({ of: 'developer', developer: id }, NOON);
    store.tokens.owner(token, minutes(18));
    store.tokens.saveUses();
    store.reports.hear(id, 'telemetry', minutes(18));
    store.reports.hear(id, 'status_line', minutes(-120));
    store.incidents.add({ ...usageIncident(silenceFinding({ silentSince: minutes(-120) })), developer: id });
    store.sessions.see(id, { session: sessionId('s'), at: NOON, clientVersion: '2.1.330' });
    const lines = await ask({ is: 'doctor' }, ADA);
    expect(lines[0]).toBe('*1 thing to mend*');
    expect(lines).toContainEqual(
      expect.stringMatching(/^:white_check_mark: \*Token\* {2}`qw_.{4}…` last used 2 min ago$/),
    );
    expect(lines).toContain(':white_check_mark: *Telemetry*  heard 2 min ago');
    expect(lines).toContain(':x: *Status line*  silent since 11:00, while you worked');
    expect(lines).toContain(':white_check_mark: *Client*  2.1.330, last seen 13:00; no bug of it is known');
  });

  test('it tells nothing of anybody else', async () => {
    const { id } = developerOf(BOB);
    store.tokens.create({ of: 'developer', developer: id }, NOON);
    store.reports.hear(id, 'telemetry', NOON);
    expect((await ask({ is: 'doctor' }, ADA))[0]).toBe('*Your Claude Code is not connected yet*');
  });
});

describe('asked how to leave', () => {
  test('it lists one’s own tokens, and takes none back before the button', async () => {
    for (const user of [ADA, ADA, BOB]) store.tokens.create({ of: 'developer', developer: developerOf(user).id }, NOON);
    const message = await asking()({ is: 'disconnect' }, ADA);
    expect(linesOf(message)).toContain('*2. Take back 2 tokens*');
    expect(JSON.stringify(message)).toContain('"action_id":"disconnect"');
    expect(store.tokens.inUse()).toHaveLength(3);
  });

  test.each([
    ['consent', false, '• the channel: broken caches and what they cost, as “a developer” until you agree to be named'],
    [
      'consent',
      true,
      '• the channel: broken caches and what they cost, with your name, because you agreed (`/quota connect` takes that back)',
    ],
    ['always', false, '• the channel: broken caches and what they cost, with your name, as your team decided'],
    ['never', true, '• the channel: broken caches and what they cost, always as “a developer”'],
  ] as const)('it tells who sees what as it is for them: %s, agreed %s', async (channelNames, agreed, line) => {
    if (agreed) store.developers.consentToNames(developerOf(ADA).id, NOON);
    expect(linesOf(await asking({ channelNames })({ is: 'privacy' }, ADA))).toContain(line);
  });

  test('nobody comes into being by asking for privacy', async () => {
    await ask({ is: 'privacy' }, BOB);
    expect(store.developers.count()).toBe(0);
  });
});

describe('asked for a test', () => {
  test('it puts one sample into the outbox for the alert channel, with an audit row, and says where it will appear', async () => {
    admins = [ADA];
    expect((await ask({ is: 'test' }, ADA))[0]).toBe(
      ':white_check_mark: A sample alert is on its way to <#C0ALERTS>, within seconds.',
    );
    expect(store.notices.due(minutes(20))).toMatchObject([
      { subject: { of: 'sample' }, audience: 'channel', form: 'message' },
    ]);
    expect(store.audit.recent(10)).toMatchObject([{ by: ADA, action: 'sample_sent', detail: 'C0ALERTS' }]);
  });

  test('it refuses who is no admin, and sends nothing', async () => {
    expect((await ask({ is: 'test' }, ADA))[0]).toBe('`/quota test` is for admins alone. Please ask one of yours.');
    expect(store.notices.due(minutes(20))).toEqual([]);
    expect(store.audit.recent(10)).toEqual([]);
  });
});

describe('asked for what a window answers', () => {
  test.each([
    ['connect_team', 'connectTeam'],
    ['tokens', 'openTokens'],
    ['settings', 'openSettings'],
    ['forget_me', 'forgetMe'],
  ] as const)('%s hands over who asks and the trigger, and says nothing more', async (is, name) => {
    const opened = vi.fn(async () => undefined);
    const silent = async () => undefined;
    const administration = { connectTeam: silent, openTokens: silent, openSettings: silent, forgetMe: silent };
    const answer = answering({ administration: { ...administration, [name]: opened } });
    expect(await answer({ is }, { slackUser: BOB, triggerId: 'trigger-9' })).toBeUndefined();
    expect(opened.mock.calls).toEqual([[BOB, 'trigger-9']]);
  });

  test('it passes on what is said instead of a window', async () => {
    const refuse = async () => helpAnswer();
    const administration = { connectTeam: refuse, openTokens: refuse, openSettings: refuse, forgetMe: refuse };
    expect(await asking({ administration })({ is: 'tokens' }, BOB)).toEqual(helpAnswer());
  });
});

describe('asked for anything else', () => {
  test.each(['own', 'team', 'incidents', 'versions', 'plan', 'doctor', 'disconnect', 'privacy', 'test'] as const)(
    '"%s" creates no token',
    async (is) => {
      await ask({ is }, ADA);
      expect(store.tokens.list()).toEqual([]);
    },
  );

  test('it helps, with all commands or with one', async () => {
    expect((await ask({ is: 'help', topic: undefined }, ADA))[0]).toBe('*What `/quota` understands*');
    expect((await ask({ is: 'help', topic: 'team' }, ADA))[0]).toMatch('`/quota team`');
    expect((await ask({ is: 'unclear_user' }, ADA))[0]).toMatch('one person at a time');
    const unknown = await ask({ is: 'unknown', typed: '<!channel>', nearest: undefined }, ADA);
    expect(unknown[0]).toBe('I do not know “<!channel>”.');
  });

  test('a request of an unknown price shows as one', async () => {
    const one = request({ model: 'x', inputTokens: 5 });
    store.requests.keep(developerOf(ADA).id, one, NOON);
    expect((await ask({ is: 'own' }, ADA)).join()).toContain('plus 1 request of unknown price');
  });
});
