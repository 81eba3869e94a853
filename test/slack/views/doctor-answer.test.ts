import { describe, expect, test } from 'vitest';
import { doctorAnswer } from '../../../src/slack/views/doctor-answer.ts';
import type { DoctorView } from '../../../src/slack/views/doctor-view.ts';
import { hours, minutes, NOON } from '../../support/builders.ts';
import { HOSTILE_TEXTS } from '../hostile-texts.ts';
import { fine, linesOf } from '../seen.ts';

const token = (part: Partial<DoctorView['tokens'][number]> = {}) => ({
  hint: 'qw_abcd',
  createdAt: hours(-50),
  lastUsedAt: minutes(-1),
  ...part,
});

const WELL: DoctorView = {
  heard: { telemetry: minutes(-2), status_line: minutes(-1), hook: hours(-30) },
  silent: {},
  tokens: [token()],
  hasTeamToken: false,
  clients: [{ version: '2.1.330', lastSeenAt: minutes(-1) }],
  knowsWindows: true,
  plan: 'max',
  publicUrl: 'https://quota.example.com',
  now: NOON,
  zone: 'UTC',
};

const answer = (part: Partial<DoctorView> = {}) => fine(doctorAnswer({ ...WELL, ...part }));
const told = (part: Partial<DoctorView> = {}) => linesOf(answer(part));

/** The line of what was looked at, and what to do about it. */
function check(name: string, part: Partial<DoctorView>) {
  const lines = told(part);
  const index = lines.findIndex((line) => line.includes(`*${name}*`));
  const rest = lines.slice(index + 1);
  const next = rest.findIndex((line) => /^:\w+: \*/.test(line));
  const mend = rest.slice(0, next === -1 ? undefined : next).find((line) => line.startsWith('*Mend:*'));
  return { line: lines[index], mend };
}

describe('the answer to /quota doctor', () => {
  test('says of somebody whose data arrives that all is well, with the age of each feed', () => {
    expect(answer().text).toBe('All is well');
    expect(told()).toEqual([
      '*All is well*',
      ':white_check_mark: *Token*  `qw_abcd…` last used 1 min ago',
      ':white_check_mark: *Telemetry*  heard 2 min ago',
      ':white_check_mark: *Status line*  heard 1 min ago',
      ':white_check_mark: *Hook*  heard 1 d 6 h ago',
      ':white_check_mark: *Client*  2.1.330, last seen 11:59; no bug of it is known',
      'Looked at what arrived here, of you alone',
    ]);
  });

  test('counts what is to mend', () => {
    expect(told({ heard: { hook: NOON } })[0]).toBe('*2 things to mend*');
    expect(told({ heard: { telemetry: NOON } })[0]).toBe('*1 thing to mend*');
  });

  test('says of somebody new that they are not connected', () => {
    const nobody = { heard: {}, tokens: [], clients: [], knowsWindows: false, plan: undefined };
    expect(told(nobody)[0]).toBe('*Your Claude Code is not connected yet*');
    expect(told(nobody).at(-1)).toBe(
      'Looked at what arrived here, of you alone · your plan is not known: `/quota plan`',
    );
    expect(told(nobody).join()).not.toContain('*Client*');
  });

  test.each(HOSTILE_TEXTS)('takes %s for a version', (_, version) => {
    answer({ clients: [{ version, lastSeenAt: NOON }] });
  });
});

describe('a token', () => {
  const said = (part: Partial<DoctorView>) => check('Token', part);

  test('that nobody has is the first thing to get', () => {
    expect(said({ tokens: [] }).line).toBe(':x: *Token*  you have none any more, so nothing more can arrive');
    expect(said({ tokens: [], heard: {} })).toEqual({
      line: ':x: *Token*  you have none, so nothing can arrive',
      mend: '*Mend:* `/quota connect` gives you one, with the settings it belongs into.',
    });
  });

  test('of the team is enough where something arrived with it', () => {
    expect(said({ tokens: [], hasTeamToken: true }).line).toBe(
      ':white_check_mark: *Token*  your team’s token sends for you',
    );
    const silent = said({ tokens: [], hasTeamToken: true, heard: {} });
    expect(silent.line).toBe(':x: *Token*  your team has one, but nothing of you has arrived with it');
    expect(silent.mend).toMatch('signed in with the same address as Slack');
  });

  test('that was just made waits for its first turn', () => {
    const tokens = [token({ createdAt: minutes(-3), lastUsedAt: undefined })];
    expect(said({ tokens })).toEqual({
      line: ':white_circle: *Token*  `qw_abcd…` was made 3 min ago and was never used: the first turn after a restart of Claude Code uses it',
      mend: undefined,
    });
  });

  test('that was never used leads to the settings, and to the address of the collector', () => {
    const tokens = [token({ createdAt: hours(-9), lastUsedAt: undefined })];
    const { line, mend } = said({ tokens });
    expect(line).toBe(':x: *Token*  `qw_abcd…` was made 9 h ago and was never used');
    expect(mend).toContain('`curl https://quota.example.com/healthz`');
  });

  test('is told with others, the last used first, and no more than three', () => {
    const tokens = [
      token({ hint: 'qw_aaaa', lastUsedAt: undefined }),
      token({ hint: 'qw_bbbb', lastUsedAt: minutes(-9) }),
      token({ hint: 'qw_cccc', lastUsedAt: minutes(-2) }),
      token({ hint: 'qw_dddd', lastUsedAt: undefined }),
    ];
    expect(said({ tokens }).line).toBe(
      ':white_check_mark: *Token*  `qw_cccc…` last used 2 min ago; `qw_bbbb…` last used 9 min ago; ' +
        '`qw_aaaa…` made 2 d 2 h ago, never used; and 1 more',
    );
  });
});

describe('a feed', () => {
  test.each<[name: string, part: Partial<DoctorView>, line: string]>([
    [
      'Telemetry',
      { heard: { status_line: NOON } },
      ':x: *Telemetry*  never heard: no tokens, no dollars, no broken caches',
    ],
    ['Telemetry', { silent: { telemetry: hours(-3) } }, ':x: *Telemetry*  silent since 09:00, while you worked'],
    ['Usage webhook', { heard: { webhook: minutes(-5) } }, ':white_check_mark: *Usage webhook*  heard 5 min ago'],
    [
      'Status line',
      { heard: { telemetry: NOON } },
      ':x: *Status line*  never heard: nobody knows what is left of your windows',
    ],
    ['Status line', { silent: { status_line: hours(-3) } }, ':x: *Status line*  silent since 09:00, while you worked'],
    [
      'Status line',
      { knowsWindows: false },
      ':white_circle: *Status line*  heard 1 min ago; no percentage since the last reset, the next turn brings one',
    ],
    [
      'Status line',
      { knowsWindows: false, plan: 'api' },
      ':white_check_mark: *Status line*  heard 1 min ago; an API key has no windows',
    ],
    [
      'Hook',
      { heard: { telemetry: NOON, status_line: NOON } },
      ':white_circle: *Hook*  not heard yet, as it speaks only when a limit is hit',
    ],
  ])('%s of %o is told so, with what to do where it is a fault', (name, part, line) => {
    const said = check(name, part);
    expect(said.line).toBe(line);
    expect(said.mend !== undefined).toBe(line.startsWith(':x:'));
  });
});

describe('a client', () => {
  const client = (...versions: readonly string[]) =>
    told({ clients: versions.map((version) => ({ version, lastSeenAt: minutes(-30) })) });

  test('is the oldest of those in use', () => {
    expect(client('2.1.331', '2.1.330', '2.1.329').join()).toContain('2.1.329, the oldest of 3 versions in 7 days');
  });

  test('that breaks caches is to be updated to where that was mended', () => {
    const lines = client('2.1.88');
    expect(lines).toContain(':x: *Client*  2.1.88, last seen 11:30');
    expect(lines.filter((line) => line.startsWith(':beetle:')).length).toBeGreaterThan(0);
    expect(lines.find((line) => line.includes('update Claude Code'))).toMatch(
      /update Claude Code to 2\.1\.\d+ or newer/,
    );
  });

  test('that cannot tell percentages or misses says what is lost by that', () => {
    expect(client('2.1.10')).toContain('• it tells no percentages: they came with 2.1.80');
    expect(client('2.1.240').join()).toContain('it does not count its own cache misses, which came with 2.1.251');
  });

  test('without a number is told as it is, and nothing is claimed of it', () => {
    expect(client('nightly')).toContain(':white_check_mark: *Client*  nightly, last seen 11:30; no bug of it is known');
    expect(client('')).toContain(':white_check_mark: *Client*  no name, last seen 11:30; no bug of it is known');
  });
});
