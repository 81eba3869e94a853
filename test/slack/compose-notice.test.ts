import { WebAPIHTTPError } from '@slack/web-api';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Audience } from '../../src/incidents/reason-to-speak.ts';
import type { DeveloperId, IncidentId } from '../../src/model/ids.ts';
import type { Incident } from '../../src/model/incident.ts';
import { type ComposeDeps, createComposeNotice } from '../../src/slack/compose-notice.ts';
import type { Notice, NoticeSubject } from '../../src/store/notice-store.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { hours, minutes, NOON } from '../support/builders.ts';
import { broken, lockedOut, over } from './incidents.ts';
import { fine, linesOf, shown } from './seen.ts';

const ADA = 'U000000ADA';
const NOW = minutes(20);

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
    alertChannel: 'C0ALERTS',
    summaryChannel: 'C0SUMMARY',
    channelNames: 'consent',
    zone: 'Asia/Tokyo',
    composeSummary: () => undefined,
    ...deps,
  });
}

const incidentOf = (incident: Incident): IncidentId => store.incidents.add({ ...incident, developer: ada });

/** The notice of this incident that now waits. */
function notice(of: IncidentId, audience: Audience, form: Notice['form'] = 'message'): Notice {
  return waiting({ subject: { of: 'incident', incident: of }, audience, form });
}

function waiting(part: { subject: NoticeSubject; audience: Notice['audience']; form: Notice['form'] }): Notice {
  store.notices.add({ ...part, reason: 'opened', severity: 'warning', decidedAt: NOON, dueAt: NOON });
  const [added] = store.notices.due(NOW).filter(({ form }) => form === part.form);
  if (!added) throw new Error('nothing waits');
  return added;
}

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
    store.incidents.update(id, { ...over(broken(), 'healthy'), developer: ada });
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
    store.incidents.update(id, { ...over(lockedOut(), by), developer: ada });
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
    store.incidents.update(id, { ...over(lockedOut(), 'open_again'), developer: ada });
    expect(await composer()(notice(id, 'developer', 'reply'), NOW)).toMatchObject({
      channel: ADA,
      message: { text: expect.stringContaining('Open again') },
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
    store.incidents.update(id, { ...over(lockedOut(), 'reset'), developer: ada });
    incidentOf(lockedOut({ ...WEEK, ...part }));
    expect((await composer()(notice(id, 'developer', 'reply'), NOW)).is).toBe(is);
  });
});

describe('the summary', () => {
  const subject = { of: 'summary', week: '2026-W47' } as const;

  test('goes to its own channel', async () => {
    const message = { text: 'A quiet week', blocks: [] };
    const compose = composer({ composeSummary: () => message });
    const summary = waiting({ subject, audience: 'summary_channel', form: 'message' });
    expect(await compose(summary, NOW)).toEqual({ is: 'message', channel: 'C0SUMMARY', message });
  });

  test('is skipped when it has nothing to say', async () => {
    const summary = waiting({ subject, audience: 'summary_channel', form: 'reply' });
    expect((await composer()(summary, NOW)).is).toBe('skip');
  });
});
