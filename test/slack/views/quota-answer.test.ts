import { describe, expect, test } from 'vitest';
import { accountId, UNKNOWN_ACCOUNT } from '../../../src/model/ids.ts';
import { MINUTE_MS, plus } from '../../../src/model/time.ts';
import { appHome } from '../../../src/slack/views/app-home.ts';
import { quotaAnswer } from '../../../src/slack/views/quota-answer.ts';
import type { QuotaReport } from '../../../src/slack/views/quota-report.ts';
import { at, hours, minutes, NOON } from '../../support/builders.ts';
import { home } from '../homes.ts';
import { broken, burning, resumed } from '../incidents.ts';
import { estimated, NOTHING_KNOWN, outlook, report } from '../reports.ts';
import { fine, fineView, linesOf } from '../seen.ts';

const answer = (part: Partial<QuotaReport> = {}) => fine(quotaAnswer(report(part)));
const told = (part: Partial<QuotaReport> = {}) => linesOf(answer(part));

describe('the answer to /quota', () => {
  test('says what is left, how the cache does, what it is worth, and how old this is', () => {
    expect(told()).toEqual([
      '*Your Claude Code quota*',
      '█████░░░░░  *50% left* of the five-hour window',
      'resets 16:00, in 4 h · pace not known yet',
      '*Cache*  healthy: 96% of the context read from it in the last 24 h (120 requests)',
      '*Used*  $3.21 in 24 h, $18.40 in 7 days at API prices',
      'percentages from Claude Code, under 1 s old · last telemetry 2 min ago',
    ]);
    expect(answer().text).toBe('Your Claude Code quota: five-hour 50% left');
  });

  test('names the colleague whom it is about', () => {
    const message = answer({ who: '<@U000000ADA>' });
    expect(linesOf(message)[0]).toBe('*Claude Code quota of <@U000000ADA>*');
    expect(message.text).toBe('Claude Code quota of <@U000000ADA>: five-hour 50% left');
  });

  test('has a line for each window, the next reset first, and names accounts only where there are several', () => {
    const weekly = outlook({ kind: 'seven_day', scope: 'opus', usedPercent: 29.4, resetsAt: hours(60) });
    expect(told({ windows: [outlook(), weekly] })).toContain('███████░░░  *71% left* of the weekly (opus) window');
    const other = outlook({ account: accountId('abcdef0123456789') });
    const unknown = outlook({ account: UNKNOWN_ACCOUNT });
    const lines = told({ windows: [outlook(), other, unknown] });
    expect(lines).toContain('█████░░░░░  *50% left* of the five-hour window · account abcdef');
    expect(lines).toContain('█████░░░░░  *50% left* of the five-hour window');
  });

  test.each([
    ['used up', outlook({ usedPercent: 100 }), 'resets 16:00, in 4 h · used up'],
    ['more than used up', outlook({ usedPercent: 104 }), 'resets 16:00, in 4 h · used up'],
    ['too young to have a pace', outlook(), 'resets 16:00, in 4 h · pace not known yet'],
    ['idle', outlook({}, { pace15: 0, pace60: 2 }), 'resets 16:00, in 4 h · at this pace it lasts until then'],
    [
      'used up at the faster of its paces alone',
      outlook({}, { pace15: 60, pace60: 5, earliest: hours(1) }),
      'resets 16:00, in 4 h · at the faster recent pace used up at 13:00, 3 h before it resets',
    ],
    [
      'used up at either pace',
      outlook({}, { pace15: 60, pace60: 40, earliest: hours(1), latest: minutes(75) }),
      'resets 16:00, in 4 h · :warning: at this pace used up at 13:00 to 13:15, 3 h before it resets',
    ],
    [
      'perhaps used up since it was last read',
      outlook({ lastReadAt: minutes(-30) }, { pace15: 60, pace60: 60, earliest: NOON, latest: minutes(5) }),
      'resets 16:00, in 4 h · :warning: at the last pace it may be used up already; last read 30 min ago',
    ],
    [
      'used up at paces that agree',
      outlook({}, { pace15: 60, pace60: 60, earliest: hours(1), latest: plus(hours(1), MINUTE_MS - 1) }),
      'resets 16:00, in 4 h · :warning: at this pace used up at 13:00, 3 h before it resets',
    ],
  ])('of a window that is %s', (_, window, line) => {
    expect(told({ windows: [window] })[2]).toBe(line);
  });

  test('never shows more than nothing left', () => {
    expect(answer({ windows: [outlook({ usedPercent: 130 })] }).text).toContain('five-hour 0% left');
  });

  test.each([
    [98.6, '1%'],
    [99, '1%'],
    [99.4, 'under 1%'],
    [99.9, 'under 1%'],
    [100, '0%'],
  ])('of a window %d%% used says that %s is left', (usedPercent, left) => {
    const message = answer({ windows: [outlook({ usedPercent })] });
    expect(message.text).toBe(`Your Claude Code quota: five-hour ${left} left`);
    expect(linesOf(message)[1]).toBe(`░░░░░░░░░░  *${left} left* of the five-hour window`);
  });

  test('between readings tells what is left by now, in what range, since when, and how that is known', () => {
    const message = answer({ windows: [estimated()] });
    expect(message.text).toBe('Your Claude Code quota: five-hour ≈43% left');
    expect(linesOf(message).slice(1, 4)).toEqual([
      '████░░░░░░  *≈43% left* (40% to 45%) of the five-hour window',
      'resets 16:00, in 4 h · pace not known yet',
      '_last read 20 min ago with 50% left, $3.10 spent since: ≈ by the rate of your own readings (12 windows)_',
    ]);
  });

  test.each([
    ['of a colleague', { who: '<@U000000ADA>' }, {}, 'their own readings (12 windows)'],
    ['of a single window', {}, { samples: 1 }, 'your own readings (1 window)'],
    ['of others', {}, { learntFrom: 'team', samples: 4 } as const, '4 colleagues on the same plan'],
  ])('says whose readings an estimate comes from: %s', (_, part, estimate, from) => {
    expect(told({ ...part, windows: [estimated(estimate)] })[3]).toMatch(`≈ by the rate of ${from}_`);
  });

  test('gives no range that says nothing', () => {
    expect(told({ windows: [estimated({ low: 56.9, high: 57.1 })] })[1]).toContain('*≈43% left* of the');
  });

  test.each([
    ['is probably used up', { points: 100, high: 100 }, { earliest: NOON, pace15: 9 }, 'probably used up by now'],
    ['lasts', {}, { pace15: 1, pace60: 1 }, 'at this pace it lasts until then'],
    ['runs out', {}, { pace15: 43, pace60: 43, earliest: hours(1), latest: hours(1) }, 'at this pace used up at 13:00'],
  ])('of a window that %s by what was spent', (_, part, forecast, words) => {
    expect(told({ windows: [estimated(part, forecast)] })[2]).toContain(words);
  });

  test('tells an old reading by its age', () => {
    const windows = [outlook({ lastReadAt: hours(-2) }), outlook({ kind: 'seven_day', lastReadAt: hours(-3) })];
    expect(told({ windows }).at(-1)).toMatch(/^percentages from Claude Code, 2 h old/);
  });

  test('without readings says what is missing and guesses no percentage', () => {
    const message = answer(NOTHING_KNOWN);
    expect(message.text).toBe('Your Claude Code quota: what is left is unknown');
    expect(linesOf(message)).toEqual([
      '*Your Claude Code quota*',
      '*What is left is unknown.* The percentage comes from the status line, which is not connected: `/quota connect` shows how.',
      '*Cache*  no requests in the last 24 h',
      '*Used*  $0.00 in 24 h, $0.00 in 7 days at API prices',
      'no telemetry yet',
    ]);
    expect(JSON.stringify(message)).not.toMatch(/\d%/);
  });

  test('without windows since their reset says that the next turn brings them', () => {
    const heard = { statusLine: hours(-6), telemetry: NOON };
    expect(told({ ...NOTHING_KNOWN, heard })[1]).toBe(
      '*What is left is unknown.* The status line last spoke 6 h ago and its windows have reset since: the next turn brings new ones.',
    );
  });

  test('without readings shows what was spent in the five-hour block, unknown prices apart', () => {
    const block = { startsAt: hours(-2), endsAt: hours(3), requests: 41, costMicros: 2_400_000, unpricedRequests: 1 };
    expect(told({ ...NOTHING_KNOWN, block })[2]).toBe(
      'Five-hour block by activity, since 10:00: $2.40 at API prices in 41 requests, plus 1 request of unknown price.',
    );
  });

  test('without readings tells what the block’s dollars take, by whose readings, and still not what is left', () => {
    const block = { startsAt: hours(-2), endsAt: hours(3), requests: 41, costMicros: 2_400_000, unpricedRequests: 0 };
    const took = { is: 'known', windowKind: 'five_hour', points: 8, low: 6, high: 12 } as const;
    const line = (part: Partial<QuotaReport>) => told({ ...NOTHING_KNOWN, block, ...part })[2];
    expect(line({ blockPoints: { ...took, learntFrom: 'team' } })).toMatch(
      /\$2\.40 at API prices in 41 requests, ≈8 points .*\(6 to 12, learnt from colleagues on the same plan\)\.$/,
    );
    expect(line({ blockPoints: { ...took, learntFrom: 'own' } })).toContain('learnt from your readings');
    expect(line({ blockPoints: { ...took, learntFrom: 'own' }, who: 'Ada' })).toContain('learnt from their readings');
    expect(line({ blockPoints: { is: 'unknown', because: 'no_readings' } })).toMatch(/in 41 requests\.$/);
  });

  test('counts unknown prices, never as zero', () => {
    const spend = { dayMicros: 0, weekMicros: 0, unpricedRequests: 12 };
    expect(told({ spend })[4]).toBe(
      '*Used*  $0.00 in 24 h, $0.00 in 7 days at API prices, plus 12 requests of unknown price',
    );
  });

  test('of a sick cache says how often and how much', () => {
    const cache = { requests: 40, readShare: 0.412, incidents: 2, rewrittenTokens: 1_240_000 };
    expect(told({ cache })[3]).toBe(
      '*Cache*  2 incidents, 1.2M tokens rewritten; 41% of the context read from it in the last 24 h (40 requests)',
    );
  });

  test('lists what is open', () => {
    const lines = told({ openIncidents: [broken(), resumed(), burning()] });
    expect(lines.slice(5, 9)).toEqual([
      '*Open now*',
      ':warning: 12:00 · Prompt cache broken: 2 turns rewrote 120k tokens · *open*',
      ':warning: 12:00 · Resume rewrote 60k tokens',
      ':warning: 12:00 · Five-hour quota runs out at 12:30 · *open*',
    ]);
  });

  test('stays a message that Slack takes with more windows and incidents than anybody has', () => {
    const windows = Array.from({ length: 100 }, (_, index) => outlook({ kind: `${'&'.repeat(200)}${index}` }));
    const openIncidents = Array.from({ length: 100 }, () =>
      burning({ windowKind: '&'.repeat(500), resetsAt: hours(90) }),
    );
    answer({ windows, openIncidents });
    fineView(appHome(home({ quota: report({ windows, openIncidents }) })));
  });
});

describe('the plan in the answer to /quota', () => {
  const weekly = outlook({ kind: 'seven_day', resetsAt: hours(60) });

  test('stands above the cache', () => {
    expect(told({ plan: 'max' }).slice(3, 5)).toEqual([
      '*Plan*  Max',
      '*Cache*  healthy: 96% of the context read from it in the last 24 h (120 requests)',
    ]);
  });

  test.each<[string, Partial<QuotaReport>, string]>([
    [
      'Ultra without a five-hour window',
      { plan: 'ultra', windows: [weekly] },
      '*Plan*  Ultra: verified Ultra accounts have no five-hour window',
    ],
    ['Ultra with a temporary one', { plan: 'ultra', windows: [outlook(), weekly] }, '*Plan*  Ultra'],
    ['Ultra before anything was read', { ...NOTHING_KNOWN, plan: 'ultra' }, '*Plan*  Ultra'],
    ['Max, whose five-hour window is unknown', { plan: 'max', windows: [weekly] }, '*Plan*  Max'],
  ])('of %s', (_, part, line) => {
    expect(told(part)).toContain(line);
  });

  test('of an API key knows no windows to connect', () => {
    expect(told({ ...NOTHING_KNOWN, plan: 'api' })[1]).toBe(
      '*No quota windows*: what an API key uses is billed by the token.',
    );
  });
});

describe('the calendar in the answer to /quota', () => {
  const plainAt = (moment: string, part: Partial<QuotaReport> = {}) => {
    const now = at(moment);
    const lines = told({
      plan: 'max',
      now,
      zone: 'Europe/Berlin',
      windows: [outlook({ resetsAt: plus(now, 1) })],
      ...part,
    });
    return lines.filter((line) => /Peak|Off-peak|Promotion/.test(line));
  };

  test('names the next off-peak hour in one’s own zone while it is a peak hour', () => {
    // 5 to 11 in the morning at San Francisco.
    expect(plainAt('2026-04-06T16:00:00Z')).toEqual([
      ':hourglass: *Peak hours*: the five-hour window is used up faster; off-peak from 20:00',
    ]);
    expect(plainAt('2026-04-06T16:00:00Z', { zone: 'Asia/Kolkata' })[0]).toMatch('off-peak from 23:30');
  });

  test('names the next peak hour while it is none', () => {
    expect(plainAt('2026-04-10T19:00:00Z')).toEqual([
      '*Off-peak* until Mon 13 Apr 14:00, then the five-hour window is used up faster',
    ]);
  });

  test('says until when a promotion runs', () => {
    expect(plainAt('2026-03-16T12:00:00Z')).toEqual([
      '*Promotion*  five-hour limits are doubled outside weekdays 5 to 11 am Pacific; what that adds does not count for the week; until 28 Mar',
    ]);
  });

  test('asks for the plan where what holds depends on it', () => {
    const hint = '(not on every plan: `/quota plan` tells me yours)';
    for (const moment of ['2026-03-16T12:00:00Z', '2026-04-06T16:00:00Z', '2026-04-10T19:00:00Z']) {
      expect(plainAt(moment, { plan: undefined })[0]).toContain(hint);
    }
  });

  test.each(['team', 'enterprise', 'api'] as const)('says nothing to %s, whom peak hours never concerned', (plan) => {
    expect(plainAt('2026-04-06T16:00:00Z', { plan })).toEqual([]);
  });

  test('says nothing once nothing holds', () => {
    expect(plainAt('2026-11-23T16:00:00Z')).toEqual([]);
    expect(plainAt('2026-11-23T16:00:00Z', { plan: undefined })).toEqual([]);
  });
});
