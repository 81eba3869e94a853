import { describe, expect, test } from 'vitest';
import type { UsageIncident } from '../../../src/model/incident.ts';
import type { PointsLost } from '../../../src/model/points.ts';
import { incidentAlert } from '../../../src/slack/views/incident-alert.ts';
import { hours, minutes, NOON } from '../../support/builders.ts';
import {
  ANSWERABLE,
  broken,
  downgraded,
  inflated,
  ranAway,
  resumed,
  SIX_POINTS,
  silent,
  spawned,
  spiked,
  storming,
} from '../incidents.ts';
import { fine, linesOf, wordsOf } from '../seen.ts';

const READING = { now: minutes(20), zone: 'UTC' };

const told = (incident: Parameters<typeof incidentAlert>[0]['incident'], who?: string) =>
  wordsOf(fine(incidentAlert({ incident, who, next: 'Do this.', ...ANSWERABLE, ...READING })));

describe('an alert', () => {
  test.each<[string, UsageIncident, readonly string[]]>([
    [
      'of a cache that lives for five minutes only says what a pause now loses',
      downgraded(),
      [
        ':information_source: *Prompt cache cut from 1 hour to 5 minutes*',
        'client 2.1.330 · claude-sonnet-5-5 · session `session-`',
        'The last 6 requests that wrote anything wrote to the 5-minute cache alone; until 11:50 writes went to the 1-hour cache.',
        '*At stake:* a pause of more than 5 minutes now loses 180k tokens of cache, and the next turn writes them again',
        '*Next:* Do this.',
        '6 requests in a row, by the client’s own split of its writes · since 12:00',
      ],
    ],
    [
      'of a storm of reads holds it against the usual hour',
      storming(),
      [
        ':warning: *70.2M cached tokens read in an hour, 12x the usual*',
        'client 2.1.330',
        '300 requests of the last 60 minutes read 70.2M tokens from the cache; your median active hour reads 5.8M. For each token of output 1,460 tokens were read: much context, little work done with it.',
        '*Cost:* $31.20 in that hour at API prices · ≈6 points of the five-hour window (4 to 9, learnt from your readings)',
        '*Next:* Do this.',
        'far outside your own active hours · since 12:00',
      ],
    ],
    [
      'of costly prompts holds them against the usual price',
      inflated(),
      [
        ':warning: *Prompts cost 14x the usual: $8.40, not $0.60*',
        'claude-sonnet-5-5 · client 2.1.330',
        '5 prompts of the last 60 minutes cost $8.40 each on average; with this model your median is $0.60.',
        '*Cost:* $42.00 in all, $39.00 more than usual at API prices · ≈6 points of the five-hour window (4 to 9, learnt from your readings)',
        '*Next:* Do this.',
        'against 9 active days of your own with the same model · since 12:00',
      ],
    ],
    [
      'of one prompt says what it took and what is ordinary',
      spiked(),
      [
        ':information_source: *One prompt took ≈38% of the five-hour quota*',
        'resets 16:00 (in 3 h 40 min) · claude-sonnet-5-5 · session `session-`',
        'The prompt set off 40 requests. 95 of 100 of your prompts take at most 8 points.',
        '*Cost:* 38 points of the five-hour window (37 to 39) · $9.00 at API prices',
        '*Next:* Do this.',
        'from the percentages read before and after it · since 12:00',
      ],
    ],
    [
      'of background work says what sent it and what it took',
      ranAway(),
      [
        ':warning: *Background work took ≈34% of a five-hour quota*',
        'resets 16:00 (in 3 h 40 min)',
        '`claude -p`, the SDK or background agents sent 210 requests in this window so far; 3 headless sessions ran in the last hour.',
        '*Cost:* 34 points of the five-hour window (32 to 36) · $18.00 at API prices',
        '*Next:* Do this.',
        'by their share of the dollars spent between two readings · since 12:00',
      ],
    ],
    [
      'of a loop that starts sessions says how many',
      spawned(),
      [
        ':warning: *1,240 background sessions started in an hour*',
        '1,240 headless sessions (`claude -p` or the SDK) made 4,051 requests in the last 60 minutes. Nobody starts that many by hand: it is a script, a scheduled job or a loop.',
        '*Cost:* $18.00 at API prices · ≈6 points of the five-hour window (4 to 9, learnt from your readings)',
        '*Next:* Do this.',
        'since 12:00',
      ],
    ],
    [
      'of a silent status line says what nobody can know without it',
      silent('status_line'),
      [
        ':information_source: *Status line silent since 09:00*',
        '40 requests came by telemetry since 09:00, and nothing by the status line.',
        '*Not known meanwhile:* what is left of your quota, so nobody can warn before a window is used up; what incidents cost in points; what Claude Code itself counts of its cache',
        '*Next:* Do this.',
        'tokens and dollars still come in · since 12:00',
      ],
    ],
    [
      'of silent telemetry says what nobody can know without it',
      silent('telemetry', { missed: 31 }),
      [
        ':information_source: *Telemetry silent since 09:00*',
        'The status line counted 31 requests since 09:00, and telemetry brought none of them.',
        '*Not known meanwhile:* tokens and dollars of each request, so sums over this time are too low; the turns of a broken cache; background work that runs away',
        '*Next:* Do this.',
        'percentages still come in · since 12:00',
      ],
    ],
  ])('%s', (_, incident, lines) => {
    expect(told(incident)).toEqual(lines);
  });

  test('to a channel speaks of somebody, to its owner to them', () => {
    for (const incident of [storming(), inflated(), spiked(), spiked({ isUsualOwn: false }), silent('status_line')]) {
      expect(told(incident).join('\n')).toMatch(/\byour\b/);
      expect(told(incident, 'Ada').join('\n')).not.toMatch(/\byour\b/);
      expect(told(incident, 'Ada').join('\n')).toMatch(/\btheir\b/);
    }
  });

  test.each<[string, UsageIncident, string]>([
    [
      'a price of an hour',
      storming({ costMicros: undefined }),
      '*Cost:* dollars unknown: a model has no known price · ≈6',
    ],
    [
      'a price of a prompt',
      spiked({ costMicros: undefined }),
      ' (37 to 39) · dollars unknown: a model has no known price',
    ],
    ['a client version', storming({ clientVersion: undefined }), 'the usual*\n300 requests'],
    ['points that were read', ranAway({ took: undefined }), '*3 background sessions started in an hour*'],
    [
      'much past',
      spiked({ isUsualOwn: false }),
      'On your plan 95 of 100 prompts take at most 8 points (there is too little',
    ],
  ])('gets by without %s', (_, incident, part) => {
    expect(told(incident).join('\n')).toContain(part);
    expect(told(incident).join('\n')).not.toMatch(/undefined|NaN|Infinity/);
  });

  test.each([
    [70_200_000, 5_900_000, '11x'],
    [1_000_000_000, 1_000_000, '999x+'],
    [5_000_000, 0, '999x+'],
  ])('of %d reads where %d are usual says %s', (readTokens, usualReadTokens, ratio) => {
    expect(told(storming({ readTokens, usualReadTokens }))[0]).toContain(`${ratio} the usual*`);
  });

  test('of a window that was reset meanwhile tells no time that is left', () => {
    const message = incidentAlert({ incident: ranAway(), who: undefined, ...ANSWERABLE, now: hours(5), zone: 'UTC' });
    expect(linesOf(message)[1]).toBe('resets 16:00');
  });
});

describe('points lost', () => {
  const costOf = (pointsLost: PointsLost, who?: string) =>
    told(broken({}, { pointsLost }), who).find((line) => line.startsWith('*Cost:*'));

  test.each<[string, Partial<typeof SIX_POINTS>, string]>([
    ['rounded, their range outwards', {}, '≈6 points of the five-hour window (4 to 9, '],
    [
      'about one to a tenth',
      { points: 0.84, low: 0.31, high: 1.52 },
      '≈0.8 points of the five-hour window (0.3 to 1.6, ',
    ],
    ['one as one', { points: 1.04, low: 0.96, high: 1.1 }, '≈1 point of the five-hour window (0.9 to 1.1, '],
    [
      'next to none as such',
      { points: 0.01, low: 0, high: 0.3 },
      '≈under 0.1 points of the five-hour window (0 to 0.3, ',
    ],
    ['none as none', { points: 0, low: 0, high: 0 }, '≈0 points of the five-hour window (learnt from'],
    ['exact ones without a range', { points: 7, low: 7, high: 7 }, '≈7 points of the five-hour window (learnt from'],
  ])('are told %s', (_, range, words) => {
    expect(costOf({ ...SIX_POINTS, ...range } as PointsLost)).toContain(words);
  });

  test('say from whom they were learnt', () => {
    expect(costOf(SIX_POINTS)).toMatch(/, learnt from your readings\)$/);
    expect(costOf(SIX_POINTS, 'Ada')).toMatch(/, learnt from their readings\)$/);
    expect(costOf({ ...SIX_POINTS, learntFrom: 'team' })).toMatch(/, learnt from colleagues on the same plan\)$/);
  });

  test.each([
    ['no_price', 'this model has no known price'],
    ['no_readings', 'no percentage was read, the status line brings them'],
    ['too_few_readings', 'too few percentages were read yet to tell what a dollar takes'],
  ] as const)('say why they are unknown: %s', (because, why) => {
    expect(costOf({ is: 'unknown', because })).toBe(
      `*Cost:* $0.28 more than hits at API prices · points unknown: ${why}`,
    );
  });

  test('are of the window that taught them', () => {
    expect(told(resumed({}, { pointsLost: { ...SIX_POINTS, windowKind: 'seven_day' } })).join('\n')).toContain(
      'points of the weekly window',
    );
  });
});

test('moments are those of the incident', () => {
  expect(told({ ...silent('telemetry'), openedAt: NOON }).at(-1)).toContain('since 12:00');
});
