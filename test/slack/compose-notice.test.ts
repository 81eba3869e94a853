import { WebAPIHTTPError } from '@slack/web-api';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Audience } from '../../src/incidents/reason-to-speak.ts';
import { type DeveloperId, type IncidentId, incidentId } from '../../src/model/ids.ts';
import type { DeveloperIncident } from '../../src/model/incident.ts';
import { NO_COUNTS } from '../../src/model/version-rates.ts';
import type { ComposeDeps } from '../../src/slack/compose-deps.ts';
import { createComposeNotice } from '../../src/slack/compose-notice.ts';
import type { Notice, NoticeSubject } from '../../src/store/notice.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { ACCOUNT, hours, minutes, NOON, reading } from '../support/builders.ts';
import { broken, counted, lockedOut, over, regressed, resumed, SIX_POINTS } from './incidents.ts';
import { fine, linesOf, shown } from './seen.ts';

const ADA = 'U000000ADA';
const NOW = minutes(20);
/** The first incident that is stored. */
const REGRESSION = incidentId(1);

let store: Store;
let ada: DeveloperId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forEmail('ada@example.com', { now: NOON, name: 'Ada' });
});

function composer(deps: Partial<ComposeDeps> = {}) {
  return createComposeNotice({
    store,
    people: { slackUserOf: async () => ADA },
    alertChannel: () => 'C0ALERTS',
    summaryChannel: () => 'C0SUMMARY',
    channelNames: 'consent',
    zone: 'Asia/Tokyo',
    composeSummary: async () => undefined,
    ...deps,
  });
}

const incidentOf = (incident: DeveloperIncident, developer = ada): IncidentId =>
  store.incidents.add({ ...incident, developer });

/** Changes an incident that is stored. */
const change = (id: IncidentId, incident: DeveloperIncident) =>
  store.incidents.update(id, { ...incident, developer: ada });

/** The notice of this incident that now waits. */
function notice(of: IncidentId, audience: Audience, form: Notice['form'] = 'message'): Notice {
  return waiting({ subject: { of: 'incident', incident: of }, audience, form });
}

function waiting(part: { subject: NoticeSubject; audience: Notice['audience']; form: Notice['form'] }): Notice {
  store.notices.add({ ...part, reason: 'opened', severity: 'warning', decidedAt: NOON, dueAt: NOON });
  const [added] = store.notices
    .due(NOW)
    .filter(
      ({ form, audience, subject }) =>
        [form, audience, key(subject)].join() === [part.form, part.audience, key(part.subject)].join(),
    );
  if (!added) throw new Error('nothing waits');
  return added;
}

const key = (subject: NoticeSubject) => JSON.stringify(subject);

/** Slack took this notice. */
function said({ id }: Notice) {
  store.notices.claim(id);
  store.notices.sent(id, NOW, { channel: 'C0ALERTS', ts: '1.1' });
}

describe('a notice for the channel', () => {
  test.each([
    ['by a mention where they agreed', 'consent', true, `<@${ADA}>`],
    ['not at all where they did not', 'consent', false, 'A developer'],
    ['by a mention where the team decided so', 'always', false, `<@${ADA}>`],
    ['not at all where the team decided so', 'never', true, 'A developer'],
  ] as const)('names its developer %s', async (_, channelNames, hasConsented, who) => {
    if (hasConsented) store.developers.consentToNames(ada, NOON);
    const composed = await composer({ channelNames })(notice(incidentOf(broken()), 'channel'), NOW);
    if (composed.is !== 'message') throw new Error(composed.is);
    expect(composed.channel).toBe('C0ALERTS');
    expect(linesOf(fine(composed.message))[0]).toBe(
      `:warning: *Prompt cache broken: 2 turns rewrote 120k tokens* · ${who}`,
    );
    if (who === 'A developer') expect(JSON.stringify(composed.message)).not.toMatch(/ada|U000000ADA/i);
  });

  test('does not ask Slack who somebody is whom it may not name', async () => {
    const slackUserOf = () => Promise.reject(new Error('asked'));
    const composed = await composer({ people: { slackUserOf } })(notice(incidentOf(broken()), 'channel'), NOW);
    expect(composed.is).toBe('message');
  });

  test('names by name somebody whom Slack does not know', async () => {
    const compose = composer({ channelNames: 'always', people: { slackUserOf: async () => undefined } });
    const composed = await compose(notice(incidentOf(broken()), 'channel'), NOW);
    expect(composed).toMatchObject({ message: { text: expect.stringMatching(/ · Ada$/) } });
  });

  test('names by name somebody whom Slack cannot be asked for', async () => {
    const compose = composer({
      channelNames: 'always',
      people: { slackUserOf: () => Promise.reject(new WebAPIHTTPError(503, 'Unavailable', {})) },
    });
    const composed = await compose(notice(incidentOf(broken()), 'channel'), NOW);
    expect(composed).toMatchObject({ message: { text: expect.stringMatching(/ · Ada$/) } });
  });

  test('falls back to the zone of the team', async () => {
    const composed = await composer()(notice(incidentOf(broken()), 'channel'), NOW);
    expect(composed).toMatchObject({ is: 'message' });
    expect(shown(JSON.stringify(composed))).toContain('since 21:00');
  });

  test('says the incident as it stands now, not as it was when it was decided', async () => {
    const id = incidentOf(broken());
    const opened = notice(id, 'channel');
    change(id, over(broken(), 'healthy'));
    expect(await composer()(opened, NOW)).toMatchObject({ message: { text: expect.stringMatching(/^Over: /) } });
  });
});

describe('a notice for the developer', () => {
  test('goes to them by direct message, without their name, in their own zone', async () => {
    store.developers.forSlackUser(
      { slackUser: ADA, email: 'ada@example.com', name: 'Ada', timeZone: 'America/New_York' },
      NOON,
    );
    const composed = await composer()(notice(incidentOf(lockedOut()), 'developer'), NOW);
    expect(composed).toMatchObject({
      is: 'message',
      channel: ADA,
      message: { text: 'Locked out until 11:00 (five-hour quota)' },
    });
    expect(shown(JSON.stringify(composed))).toContain('resets 11:00');
  });

  test('is in the zone of the team until Slack told theirs', async () => {
    const composed = await composer()(notice(incidentOf(broken()), 'developer'), NOW);
    expect(shown(JSON.stringify(composed))).toContain('since 21:00');
  });

  test('is skipped when Slack knows nobody with their email', async () => {
    const compose = composer({ people: { slackUserOf: async () => undefined } });
    expect(await compose(notice(incidentOf(lockedOut()), 'developer'), NOW)).toEqual({
      is: 'skip',
      why: 'Slack knows nobody with this email',
    });
  });

  test('tells that Slack cannot be asked', async () => {
    const slackUserOf = () => Promise.reject(new WebAPIHTTPError(503, 'Unavailable', {}));
    const composed = await composer({ people: { slackUserOf } })(notice(incidentOf(lockedOut()), 'developer'), NOW);
    expect(composed).toEqual({ is: 'unknown', problem: 'HTTP 503' });
  });

  test('throws our own mistakes', async () => {
    const compose = composer({ people: { slackUserOf: () => Promise.reject(new TypeError('a mistake')) } });
    await expect(compose(notice(incidentOf(lockedOut()), 'developer'), NOW)).rejects.toThrow('a mistake');
  });
});

describe('a notice of what turned out to be nothing', () => {
  test.each(['overtaken', 'explained'] as const)('is skipped when it was %s before it was said', async (by) => {
    const composed = await composer()(notice(incidentOf(over(lockedOut(), by)), 'developer'), NOW);
    expect(composed).toMatchObject({ is: 'skip', why: `never said, and ${by}` });
  });

  test.each(['overtaken', 'explained'] as const)('corrects what was said when it was %s later', async (by) => {
    const id = incidentOf(lockedOut());
    said(notice(id, 'developer'));
    change(id, over(lockedOut(), by));
    expect(await composer()(notice(id, 'developer'), NOW)).toMatchObject({ is: 'message', channel: ADA });
  });

  test.each(['healthy', 'quiet', 'reset', 'open_again'] as const)(
    'is said late when it was %s meanwhile',
    async (by) => {
      const composed = await composer()(notice(incidentOf(over(lockedOut(), by)), 'developer'), NOW);
      expect(composed.is).toBe('message');
    },
  );

  test('is skipped when its incident is gone', async () => {
    const id = incidentOf(broken());
    const orphan = { ...notice(id, 'channel'), subject: { of: 'incident', incident: 999 as IncidentId } as const };
    expect(await composer()(orphan, NOW)).toEqual({ is: 'skip', why: 'the incident is gone' });
  });
});

describe('a reply', () => {
  test('says that the window is open again', async () => {
    const id = incidentOf(lockedOut());
    said(notice(id, 'developer'));
    change(id, over(lockedOut(), 'open_again'));
    expect(await composer()(notice(id, 'developer', 'reply'), NOW)).toMatchObject({
      channel: ADA,
      message: { text: expect.stringContaining('Open again') },
    });
  });
});

describe('the one thing to do', () => {
  const nextOf = async (audience: Audience, channelNames: ComposeDeps['channelNames'] = 'consent') => {
    const composed = await composer({ channelNames })(notice(incidentOf(broken()), audience), NOW);
    if (composed.is !== 'message') throw new Error(composed.is);
    return linesOf(fine(composed.message)).find((line) => line.startsWith('*Next:*'));
  };

  const WAIT =
    '*Next:* Wait for the reset at Tue 24 Nov 01:00, then start a fresh session: only 5% of the five-hour window is left.';

  test('is chosen by what is left of the owner’s windows', async () => {
    store.windows.read(ada, ACCOUNT, reading({ usedPercent: 95 }));
    expect(await nextOf('developer')).toBe(WAIT);
  });

  test.each([
    ['of those who agreed to share it', 'consent', true, true],
    ['not of others', 'consent', false, false],
    ['not of others, where the team names everybody', 'always', false, false],
    ['not of anybody, where the team names nobody', 'never', true, false],
  ] as const)('tells the channel what is left %s', async (_, channelNames, hasConsented, isTold) => {
    if (hasConsented) store.developers.consentToNames(ada, NOON);
    store.windows.read(ada, ACCOUNT, reading({ usedPercent: 95 }));
    const next = await nextOf('channel', channelNames);
    expect(next === WAIT).toBe(isTold);
    expect(next?.includes('window')).toBe(isTold);
  });

  test('is chosen by how the team’s client versions do', async () => {
    const turns = (clientVersion: string, boundaryMisses: number, boundaries: number) =>
      store.versions.add({ developer: ada, clientVersion, at: NOON }, { ...NO_COUNTS, boundaries, boundaryMisses });
    turns('2.1.330', 157, 538);
    turns('2.1.331', 342, 4757);
    expect(await nextOf('channel')).toMatch(/^\*Next:\* Move from 2\.1\.330 to 2\.1\.331, which your team runs/);
    const id = store.incidents.add(regressed({ developers: [ada], clientVersion: '2.1.330' }));
    expect(JSON.stringify(await composer()(notice(id, 'channel'), NOW))).toContain('Move from 2.1.330 to 2.1.331');
  });

  test('is none when it is over', async () => {
    const composed = await composer()(notice(incidentOf(over(broken(), 'healthy')), 'channel'), NOW);
    expect(JSON.stringify(composed)).not.toContain('Next');
  });
});

describe('the turns of a broken cache', () => {
  test.each(['channel', 'developer'] as const)(
    'go into the thread of its message, for the %s too',
    async (audience) => {
      const id = incidentOf(broken());
      said(notice(id, audience));
      expect(await composer()(notice(id, audience, 'reply'), NOW)).toMatchObject({
        is: 'message',
        channel: audience === 'channel' ? 'C0ALERTS' : ADA,
        message: { text: 'Turn by turn: 2 turns rewrote 120k tokens' },
      });
    },
  );

  test('are those that are known when the thread is written, and of a resume too', async () => {
    const id = incidentOf(resumed());
    said(notice(id, 'channel'));
    const reply = notice(id, 'channel', 'reply');
    change(id, over(resumed({ misses: 2, rewrittenTokens: 90_000 }), 'quiet'));
    expect(await composer()(reply, NOW)).toMatchObject({
      message: { text: 'Turn by turn: 2 turns rewrote 90k tokens' },
    });
  });

  test.each<[string, DeveloperIncident, string]>([
    ['a regression speaks for it', broken({}, { partOf: REGRESSION }), 'part of the regression'],
    ['it was explained meanwhile', over(broken(), 'explained'), 'explained'],
    ['only the client counted', counted(), 'no turn is known'],
  ])('are not told when %s', async (_, incident, why) => {
    store.incidents.add(regressed({ developers: [ada] }));
    const id = incidentOf(broken());
    said(notice(id, 'channel'));
    change(id, incident);
    expect(await composer()(notice(id, 'channel', 'reply'), NOW)).toEqual({ is: 'skip', why });
  });
});

describe('a regression', () => {
  let people: readonly DeveloperId[];

  beforeEach(() => {
    people = [
      ada,
      ...['grace', 'joan'].map((name) => store.developers.forEmail(`${name}@example.com`, { now: NOON, name })),
    ];
  });

  /** The regression with an incident of each. */
  function regression(): IncidentId {
    const fleet = store.incidents.add(regressed({ developers: people }));
    for (const developer of people) incidentOf(broken({}, { partOf: fleet, pointsLost: SIX_POINTS }), developer);
    return fleet;
  }

  test('is told in the channel with who agreed to be named, what it cost in all, and what to do', async () => {
    store.developers.consentToNames(ada, NOON);
    const composed = await composer()(notice(regression(), 'channel'), NOW);
    if (composed.is !== 'message') throw new Error(composed.is);
    expect(composed.channel).toBe('C0ALERTS');
    const lines = linesOf(fine(composed.message));
    expect(lines[0]).toBe(
      `:rotating_light: *Client 2.1.252 breaks the prompt cache* · <@${ADA}> and 2 other developers`,
    );
    expect(lines).toContain(
      '*Cost:* 360k tokens rewritten · $0.83 more than hits at API prices · ≈19 points of five-hour windows (12 to 27)',
    );
    expect(JSON.stringify(composed.message)).not.toMatch(/grace|joan/);
  });

  test('is skipped when all of it was explained before it was said, and put right after', async () => {
    const explained = over(regressed({ developers: people }), 'explained');
    const id = store.incidents.add(explained);
    expect(await composer()(notice(id, 'channel'), NOW)).toMatchObject({
      is: 'skip',
      why: 'never said, and explained',
    });
    said(notice(id, 'channel'));
    expect(await composer()(notice(id, 'channel'), NOW)).toMatchObject({
      message: { text: expect.stringMatching(/^Over: /) },
    });
  });

  test('names nobody who did not agree', async () => {
    const composed = await composer()(notice(regression(), 'channel'), NOW);
    expect(composed).toMatchObject({ message: { text: 'Client 2.1.252 breaks the prompt cache · 3 developers' } });
  });

  test('tells its parts in its thread', async () => {
    const id = regression();
    said(notice(id, 'channel'));
    const composed = await composer()(notice(id, 'channel', 'reply'), NOW);
    expect(composed).toMatchObject({ channel: 'C0ALERTS', message: { text: 'Part of it: 3 incidents' } });
    expect(JSON.stringify(composed)).not.toMatch(/ada|grace|joan/);
  });

  test('has no thread while no part of it is known', async () => {
    const id = store.incidents.add(regressed({ developers: people }));
    said(notice(id, 'channel'));
    expect((await composer()(notice(id, 'channel', 'reply'), NOW)).is).toBe('skip');
  });

  test.each(['channel', 'developer'] as const)('turns what the %s heard of a part into a pointer', async (audience) => {
    const fleet = store.incidents.add(regressed({ developers: people }));
    const id = incidentOf(broken());
    said(notice(id, audience));
    change(id, broken({}, { partOf: fleet }));
    const composed = await composer()(notice(id, audience), NOW);
    expect(composed).toMatchObject({
      channel: audience === 'channel' ? 'C0ALERTS' : ADA,
      message: { text: expect.stringMatching(/^Part of the 2\.1\.252 regression: prompt cache broken/) },
    });
    expect(JSON.stringify(composed)).toContain('in <#C0ALERTS>');
  });

  test('keeps a part quiet of which nothing was said', async () => {
    const fleet = store.incidents.add(regressed({ developers: people }));
    const id = incidentOf(broken({}, { partOf: fleet }));
    expect(await composer()(notice(id, 'channel'), NOW)).toEqual({
      is: 'skip',
      why: 'never said, and part of the regression',
      channel: 'C0ALERTS',
    });
  });
});

describe('a reply is not sent', () => {
  const WEEK = { windowKind: 'seven_day', resetsAt: hours(90) } as const;

  test('when its window is used up again by then', async () => {
    const id = incidentOf(lockedOut());
    said(notice(id, 'developer'));
    expect(await composer()(notice(id, 'developer', 'reply'), NOW)).toEqual({
      is: 'skip',
      why: 'the window is used up again',
    });
  });

  test.each([
    ['while another window of the developer is used up', {}, 'skip'],
    ['unless that is another account', { account: 'account-2' }, 'message'],
    ['also if nobody knows yet which account that is', { account: 'unknown' }, 'skip'],
  ])('%s', async (_, part, is) => {
    const id = incidentOf(lockedOut());
    said(notice(id, 'developer'));
    change(id, over(lockedOut(), 'reset'));
    incidentOf(lockedOut({ ...WEEK, ...part }));
    expect((await composer()(notice(id, 'developer', 'reply'), NOW)).is).toBe(is);
  });
});

describe('the summary', () => {
  const subject = { of: 'summary', week: '2026-W47' } as const;

  test('goes to its own channel', async () => {
    const message = { text: 'A quiet week', blocks: [] };
    const compose = composer({ composeSummary: async () => message });
    const summary = waiting({ subject, audience: 'summary_channel', form: 'message' });
    expect(await compose(summary, NOW)).toEqual({ is: 'message', channel: 'C0SUMMARY', message });
  });

  test('is skipped when it has nothing to say', async () => {
    const summary = waiting({ subject, audience: 'summary_channel', form: 'reply' });
    expect((await composer()(summary, NOW)).is).toBe('skip');
  });
});

/** The message that a notice is now. */
async function messageOf(of: Notice, deps: Partial<ComposeDeps> = {}) {
  const composed = await composer(deps)(of, NOW);
  if (composed.is !== 'message') throw new Error(`${composed.is}: ${JSON.stringify(composed)}`);
  fine(composed.message);
  return composed;
}

const GRACE = 'U00000GRACE';

/** Ada is known in Slack. */
function linked() {
  store.developers.forSlackUser(
    { slackUser: ADA, email: 'ada@example.com', name: 'Ada', timeZone: 'America/New_York' },
    NOON,
  );
}

describe('what people did', () => {
  const acknowledgedBy = (by: string) => ({ ...broken(), acknowledged: { at: minutes(5), by } });

  test.each([
    ['not named where the channel may not name them', 'consent', false, 'Acknowledged by the developer at'],
    ['named where they agreed', 'consent', true, `Acknowledged by <@${ADA}> at`],
    ['named where the team names everybody', 'always', false, `Acknowledged by <@${ADA}> at`],
    ['not named where the team names nobody', 'never', true, 'Acknowledged by the developer at'],
  ] as const)('by the owner is %s', async (_, channelNames, hasConsented, words) => {
    linked();
    if (hasConsented) store.developers.consentToNames(ada, NOON);
    const { message } = await messageOf(notice(incidentOf(acknowledgedBy(ADA)), 'channel'), { channelNames });
    expect(linesOf(message).join('\n')).toContain(words);
    if (words.includes('the developer')) expect(JSON.stringify(message)).not.toContain(ADA);
  });

  test('by an admin is named, for the channel and for the owner', async () => {
    linked();
    const id = incidentOf(acknowledgedBy(GRACE));
    for (const audience of ['channel', 'developer'] as const) {
      const { message } = await messageOf(notice(id, audience));
      expect(linesOf(message).join('\n')).toContain(`Acknowledged by <@${GRACE}> at`);
    }
  });

  test('by the owner is said to them as their own', async () => {
    linked();
    const { message } = await messageOf(notice(incidentOf(acknowledgedBy(ADA)), 'developer'));
    expect(linesOf(message).join('\n')).toContain(':eyes: Acknowledged by you at 07:05');
  });

  test('shows a snooze as long as it is in force, of the developer or of the fleet', async () => {
    const id = incidentOf(broken());
    const fleet = store.incidents.add(regressed({ developers: [ada] }));
    store.mutes.set(ada, { kind: 'cache_invalidation', until: minutes(60), by: GRACE }, NOON);
    store.mutes.set(undefined, { kind: 'fleet_regression', until: minutes(60), by: GRACE }, NOON);
    for (const incident of [id, fleet]) {
      const of = notice(incident, 'channel');
      expect(JSON.stringify((await messageOf(of)).message)).toContain(`Snoozed by <@${GRACE}>`);
      const later = await composer()(of, minutes(61));
      expect(JSON.stringify(later)).not.toContain('Snoozed');
      said(of);
    }
  });
});

describe('a timeline', () => {
  /** A timeline of the events up to this one. */
  function timeline(of: IncidentId, eventId: number): Notice {
    const subject = { of: 'incident', incident: of } as const;
    const common = { subject, audience: 'channel', form: 'timeline', reason: 'answered', severity: 'warning' } as const;
    store.notices.add({ ...common, decidedAt: NOON, dueAt: NOON, eventId });
    const [added] = store.notices.due(NOW).filter(({ form }) => form === 'timeline');
    if (!added) throw new Error('nothing waits');
    return added;
  }

  test('tells what happened since the last one, in the thread', async () => {
    linked();
    const id = incidentOf(broken());
    said(notice(id, 'channel'));
    const first = store.events.add({ incident: id, at: minutes(1), event: 'escalated', detail: 'critical' });
    const one = timeline(id, first);
    expect(linesOf((await messageOf(one)).message)).toEqual([':rotating_light: 21:01 · Worse: now critical']);
    said(one);
    store.events.add({ incident: id, at: minutes(2), event: 'acknowledged', by: ADA });
    const last = store.events.add({ incident: id, at: minutes(3), event: 'resolved', detail: 'healthy' });
    const { channel, message } = await messageOf(timeline(id, last));
    expect(channel).toBe('C0ALERTS');
    expect(linesOf(message)).toEqual([
      ':eyes: 21:02 · Acknowledged by the developer',
      ':white_check_mark: 21:03 · Over: the cache works again',
    ]);
  });

  test('has nothing to say twice, nor of what a regression speaks for', async () => {
    const id = incidentOf(broken());
    said(notice(id, 'channel'));
    const event = store.events.add({ incident: id, at: minutes(1), event: 'reopened' });
    said(timeline(id, event));
    expect(await composer()(timeline(id, event), NOW)).toEqual({ is: 'skip', why: 'its thread was told already' });
    const fleet = store.incidents.add(regressed({ developers: [ada] }));
    change(id, broken({}, { partOf: fleet }));
    const later = store.events.add({ incident: id, at: minutes(2), event: 'resolved' });
    expect(await composer()(timeline(id, later), NOW)).toEqual({ is: 'skip', why: 'part of the regression' });
  });
});

describe('a message that stands', () => {
  test('stays in its channel when admins choose another, and so do its thread and what points to it', async () => {
    const id = incidentOf(broken());
    said(notice(id, 'channel'));
    const elsewhere = { alertChannel: () => 'C0OTHER' };
    for (const form of ['message', 'reply'] as const) {
      expect((await messageOf(notice(id, 'channel', form), elsewhere)).channel).toBe('C0ALERTS');
    }
    expect((await messageOf(notice(incidentOf(resumed()), 'channel'), elsewhere)).channel).toBe('C0OTHER');
  });
});

describe('a digest', () => {
  function digested(...incidents: readonly IncidentId[]): Notice {
    const digest = store.digests.add(NOON);
    for (const id of incidents) store.notices.digested(notice(id, 'channel').id, digest, NOON);
    return waiting({ subject: { of: 'digest', digest }, audience: 'channel', form: 'message' });
  }

  test('tells its incidents as they stand, by the names that the channel may know, and animals for the rest', async () => {
    const grace = store.developers.forEmail('grace@example.com', { now: NOON, name: 'Grace' });
    store.developers.consentToNames(ada, NOON);
    const [one, two] = [incidentOf(broken()), incidentOf(resumed(), grace)];
    const fleet = store.incidents.add(regressed({ developers: [ada, grace] }));
    const of = digested(one, two, fleet);
    change(one, over(broken(), 'healthy'));
    const { channel, message } = await messageOf(of);
    expect(channel).toBe('C0ALERTS');
    expect(message.text).toBe('3 more alerts in 1 min, 1 still open');
    const lines = linesOf(message);
    expect(lines.find((line) => line.includes('over at'))).toMatch(new RegExp(`<@${ADA}>$`));
    expect(lines.find((line) => line.includes('Client 2.1.252'))).toMatch(/ · <@U000000ADA> and 1 other developer$/);
    expect(lines.find((line) => line.includes('Resume rewrote'))).toMatch(/ · [A-Z][a-z]+( [a-z]+)*( \d+)?$/);
    expect(JSON.stringify(message)).not.toMatch(/grace/i);
    expect(lines.at(-1)).toContain('Animals stand for people');
  });

  test('is brought up to date also by what turned out to be nothing', async () => {
    const id = incidentOf(broken());
    digested(id);
    change(id, over(broken(), 'explained'));
    expect((await messageOf(notice(id, 'channel'))).message.text).toMatch(/^Over: /);
  });

  test('is not begun for what a regression tells by then', async () => {
    const fleet = store.incidents.add(regressed({ developers: [ada] }));
    const id = incidentOf(broken());
    const of = digested(id);
    change(id, { ...broken(), partOf: fleet });
    expect(await composer()(of, NOW)).toEqual({ is: 'skip', why: 'all of it is part of the regression' });
  });

  test('is skipped when none of its incidents is left', async () => {
    const digest = store.digests.add(NOON);
    const of = waiting({ subject: { of: 'digest', digest }, audience: 'channel', form: 'message' });
    expect(await composer()(of, NOW)).toEqual({ is: 'skip', why: 'its incidents are gone' });
  });
});

describe('a report to an admin', () => {
  const problem = { is: 'cannot_post', channel: 'C0ALERTS', code: 'is_archived' } as const;

  test('goes to them alone, in their own zone', async () => {
    linked();
    const subject = { of: 'admin_report', report: store.adminReports.add(problem, NOON) } as const;
    const of = { ...waiting({ subject, audience: 'admin', form: 'message' }), recipient: ADA };
    const { channel, message } = await messageOf(of);
    expect(channel).toBe(ADA);
    expect(linesOf(message)[1]).toBe('The channel is archived, since 07:00.');
    expect(linesOf((await messageOf({ ...of, recipient: GRACE })).message)[1]).toContain('since 21:00');
  });

  test('that is gone, or for nobody, is skipped', async () => {
    const subject = { of: 'admin_report', report: 999 } as const;
    const of = waiting({ subject, audience: 'admin', form: 'message' });
    expect((await composer()({ ...of, recipient: ADA }, NOW)).is).toBe('skip');
    const report = store.adminReports.add(problem, NOON);
    expect((await composer()({ ...of, subject: { of: 'admin_report', report } }, NOW)).is).toBe('skip');
  });
});

describe('a sample', () => {
  test('goes to the channel of alerts, or to whom it is for', async () => {
    const of = waiting({ subject: { of: 'sample', sample: '1' }, audience: 'channel', form: 'message' });
    const { channel, message } = await messageOf(of);
    expect(channel).toBe('C0ALERTS');
    expect(message.text).toMatch(/^Sample: /);
    expect((await messageOf({ ...of, recipient: ADA })).channel).toBe(ADA);
  });
});

describe('the word that data arrives', () => {
  const of = () => waiting({ subject: { of: 'first_data', developer: ada }, audience: 'developer', form: 'message' });

  test('goes to the developer, with the feeds that were heard by now', async () => {
    expect(await composer()(of(), NOW)).toEqual({ is: 'skip', why: 'nothing was heard' });
    store.reports.hear(ada, 'telemetry', NOON);
    const { channel, message } = await messageOf(of());
    expect(channel).toBe(ADA);
    expect(message.text).toBe('First data received: telemetry');
  });

  test('waits where Slack cannot be asked, and is skipped where Slack knows nobody', async () => {
    store.reports.hear(ada, 'telemetry', NOON);
    const down = { people: { slackUserOf: () => Promise.reject(new WebAPIHTTPError(503, 'Unavailable', {})) } };
    expect((await composer(down)(of(), NOW)).is).toBe('unknown');
    expect((await composer({ people: { slackUserOf: async () => undefined } })(of(), NOW)).is).toBe('skip');
  });
});
