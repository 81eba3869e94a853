import { describe, expect, test } from 'vitest';
import { INCIDENT_KINDS } from '../../../src/model/finding.ts';
import { accountId } from '../../../src/model/ids.ts';
import { appHome } from '../../../src/slack/views/app-home.ts';
import type { HomeReport } from '../../../src/slack/views/home-report.ts';
import { quotaBlocks } from '../../../src/slack/views/quota-answer.ts';
import type { QuotaReport } from '../../../src/slack/views/quota-report.ts';
import { hours, minutes } from '../../support/builders.ts';
import { home, team, versionRates } from '../homes.ts';
import { HOSTILE_TEXTS } from '../hostile-texts.ts';
import { EVERY_KIND, EVERY_REGRESSION, lockedOut, over, passed } from '../incidents.ts';
import { estimated, NOTHING_KNOWN, outlook, report } from '../reports.ts';
import { fineView, linesOf } from '../seen.ts';

const shown = (part: Partial<HomeReport> = {}) => fineView(appHome(home(part)));
const lines = (part: Partial<HomeReport> = {}) => linesOf(shown(part));

/** The elements with this action id, wherever they stand. */
function elements(view: unknown, actionId: string): readonly Record<string, unknown>[] {
  if (Array.isArray(view)) return view.flatMap((inner) => elements(inner, actionId));
  if (typeof view !== 'object' || view === null) return [];
  const own = 'action_id' in view && view.action_id === actionId ? [view as Record<string, unknown>] : [];
  return [...own, ...Object.values(view).flatMap((inner) => elements(inner, actionId))];
}

describe('App Home', () => {
  test('shows what is left, what happened, what somebody is told, how to connect and what else can be asked', () => {
    expect(lines({ incidents: [lockedOut()] })).toEqual([
      'Your Claude Code quota',
      ...linesOf({ blocks: quotaBlocks(report()) }),
      'Last incidents',
      ':hourglass_flowing_sand: 12:00 · Locked out until 16:00 (five-hour quota) · *open*',
      'What you are told',
      '*Muted*: nothing. A kind that you mute is still counted; you only do not hear of it until the time is over.',
      ...['hour', 'day', 'week'].flatMap((length) => [
        `Mute for ${length === 'hour' ? 'an' : 'a'} ${length}`,
        'Locked out',
        'Quota burning fast',
      ]),
      '*Quiet hours*: none. Choose when they begin or end (your time zone in Slack, UTC); direct messages then wait until they end, critical ones come at once.',
      'Quiet from',
      'until',
      '*Your name*: alerts in the channel say “a developer”, and only you and admins see your quota. With your name, colleagues can help at once.',
      'Name me',
      '*Another machine?* Each gets a token of its own, and the same settings.',
      'Connect another',
      'As of 12:00 · `/quota` answers anywhere, and only you see it: `/quota team` tells who has headroom, `/quota doctor` whether your data arrives, `/quota privacy` what is kept, `/quota help` the rest.',
    ]);
  });

  test.each<[string, Partial<QuotaReport>]>([
    ['who is not connected', NOTHING_KNOWN],
    ['with open incidents', { openIncidents: EVERY_KIND }],
    ['on a plan, between readings', { plan: 'ultra', windows: [estimated()] }],
  ])('shows somebody %s the answer to /quota', (_, part) => {
    const quota = report(part);
    const answer = linesOf({ blocks: quotaBlocks({ ...quota, openIncidents: [] }) });
    expect(lines({ quota }).join('\n')).toContain(answer.join('\n'));
  });

  test('offers to connect first of all to whoever is not connected', () => {
    const quota = report(NOTHING_KNOWN);
    expect(lines({ quota }).slice(1, 3)).toEqual([
      '*Not connected yet.* The button shows a token of your own and the settings to paste into Claude Code: it takes a minute.',
      'Connect Claude Code',
    ]);
    expect(elements(shown({ quota }), 'home_connect')).toHaveLength(1);
    expect(elements(shown(), 'home_connect')).toHaveLength(1);
  });

  test('tells what is open among the last incidents, once', () => {
    const incident = lockedOut();
    const quota = report({ openIncidents: [incident] });
    expect(lines({ quota, incidents: [incident] }).filter((line) => line.includes('Locked out until'))).toHaveLength(1);
  });

  test('says how each incident stands, and how many more there are', () => {
    const all = [passed(80), over(lockedOut(), 'open_again'), ...Array.from({ length: 10 }, () => passed(90))];
    const incidents = lines({ incidents: all });
    expect(incidents.join('\n')).toContain('Locked out (five-hour quota) · over at 12:12');
    expect(incidents.filter((line) => line.includes('90% used · *open*'))).toHaveLength(8);
    expect(incidents).toContain('and 2 more: `/quota incidents`');
    expect(lines()).toContain('None in the last 7 days.');
  });
});

describe('what is muted', () => {
  const mutes = [
    { kind: 'burn_rate', until: minutes(60) },
    { kind: 'data_silence', until: hours(48) },
  ] as const;

  test('ends at a time that is told, and can be ended at once', () => {
    const view = shown({ mutes });
    expect(linesOf(view)).toEqual(
      expect.arrayContaining(['Quota burning fast, until 13:00', 'Feed silent, until Wed 25 Nov 12:00', 'Unmute']),
    );
    expect(elements(view, 'home_unmute').map(({ value }) => value)).toEqual(['burn_rate', 'data_silence']);
  });

  test('is chosen from a menu that begins afresh after each choice', () => {
    const menus = (part: Partial<HomeReport>) =>
      shown(part).blocks.flatMap(({ block_id: id }) => (id?.startsWith('home_mutes') ? [id] : []));
    const states = [{}, { mutes }, { mutes: mutes.slice(0, 1) }, { mutes: [{ ...mutes[0], until: minutes(90) }] }];
    expect(new Set(states.flatMap(menus)).size).toBe(states.length);
    expect(menus({})).toEqual(menus({ incidents: [passed(80)] }));
  });

  test('needs no menu where the team looks for nothing', () => {
    expect(elements(shown({ kinds: [] }), 'home_mute_hour')).toEqual([]);
  });
});

describe('quiet hours', () => {
  const quietHours = { from: 22 * 60 + 5, until: 7 * 60 };

  test('are told with their zone, and can be moved or dropped', () => {
    const view = shown({ quietHours, quota: report({ zone: 'Europe/Berlin' }) });
    expect(linesOf(view).find((line) => line.startsWith('*Quiet hours*'))).toBe(
      '*Quiet hours*: from 22:05 until 07:00 (your time zone in Slack, Europe/Berlin). Direct messages wait until they end; critical ones come at once.',
    );
    expect(elements(view, 'home_quiet_from')).toMatchObject([{ initial_time: '22:05' }]);
    expect(elements(view, 'home_quiet_until')).toMatchObject([{ initial_time: '07:00' }]);
    expect(elements(view, 'home_quiet_off')).toHaveLength(1);
  });

  test('that nobody set show no time, and nothing to drop', () => {
    expect(elements(shown(), 'home_quiet_from')[0]).not.toHaveProperty('initial_time');
    expect(elements(shown(), 'home_quiet_off')).toEqual([]);
  });
});

describe('the name in the channel', () => {
  test.each([
    [true, 'home_names_withdraw', 'name you, and colleagues may ask'],
    [false, 'home_names_consent', 'say “a developer”'],
  ])('given %s can be changed', (hasConsented, action, says) => {
    const view = shown({ hasConsented });
    expect(elements(view, action)).toHaveLength(1);
    expect(linesOf(view).join('\n')).toContain(says);
  });

  test('is nobody’s choice where the team decided for all', () => {
    expect(lines({ hasConsented: undefined }).join('\n')).not.toContain('*Your name*');
  });
});

describe('admins', () => {
  test('see whether feeds come in, and how client versions do', () => {
    const all = lines({
      team: team({
        withoutStatusLine: 2,
        silent: [{ feed: 'status_line', who: '<@U000000ADA> and 1 other developer' }],
        versions: [
          versionRates({ clientVersion: '2.1.9', developers: 1, boundaries: 12, boundaryMisses: 1 }),
          versionRates(),
        ],
      }),
    });
    expect(all.slice(all.indexOf('The team, for admins'), -1)).toEqual([
      'The team, for admins',
      '*Feeds in the last 24 hours*',
      'Telemetry: heard from 41 developers, silent from 3',
      'Status line: heard from 38 developers',
      ':warning: 2 developers without a status line: nobody can warn them in time.',
      ':warning: The status line of <@U000000ADA> and 1 other developer stopped, while their other feed goes on.',
      '*Cache misses by client version in 7 days*',
      '`2.1.330`  4 developers: 29% of 538 turn starts missed',
      '`2.1.9`  1 developer: 1 of 12 turn starts missed, too few to tell',
      'More: `/quota versions`',
    ]);
  });

  test('see what to do while nothing comes in', () => {
    const all = lines({ team: team({ feeds: [], versions: [] }) });
    expect(all).toContain('Nobody has sent anything yet: `/quota connect team` has the settings for all machines.');
    expect(all).toContain('No turn was counted yet.');
  });

  test('see the newest versions of many', () => {
    const versions = Array.from({ length: 8 }, (_, index) => versionRates({ clientVersion: `2.1.${300 + index}` }));
    const all = lines({ team: team({ versions }) });
    expect(all.filter((line) => line.startsWith('`2.1.'))).toHaveLength(6);
    expect(all).toContain('2 older versions and more: `/quota versions`');
    expect(all.join('\n')).not.toContain('2.1.301');
  });

  test('alone see the team', () => {
    expect(lines()).not.toContain('The team, for admins');
  });
});

describe('Slack takes App Home', () => {
  const kinds = INCIDENT_KINDS.filter((kind) => kind !== 'fleet_regression');
  const fullest = (text: string): HomeReport => {
    const windows = Array.from({ length: 60 }, (_, index) =>
      outlook({ kind: `${text}${index}`, scope: text, account: accountId(`${index}${text}`) }),
    );
    return home({
      quota: report({ windows, openIncidents: EVERY_KIND }),
      incidents: [...EVERY_KIND, ...EVERY_KIND, ...EVERY_REGRESSION],
      mutes: kinds.map((kind) => ({ kind, until: hours(1) })),
      kinds,
      quietHours: { from: 0, until: 1439 },
      team: team({
        withoutStatusLine: 10_000,
        silent: [
          { feed: 'telemetry', who: '10,000 developers' },
          { feed: 'status_line', who: '10,000 developers' },
        ],
        versions: Array.from({ length: 60 }, (_, index) => versionRates({ clientVersion: `${text}${index}` })),
      }),
    });
  };

  test.each(HOSTILE_TEXTS)('with everything in it at once, written by others: %s', (_, text) => {
    expect(fineView(appHome(fullest(text))).blocks.length).toBeLessThanOrEqual(100);
  });

  test('with nothing in it', () => {
    fineView(appHome(home({ quota: report(NOTHING_KNOWN), kinds: [], hasConsented: undefined })));
  });
});
