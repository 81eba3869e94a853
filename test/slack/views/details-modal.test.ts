import { describe, expect, test } from 'vitest';
import type { DeveloperIncident } from '../../../src/model/incident.ts';
import { type DetailsView, detailsModal, fleetDetailsModal } from '../../../src/slack/views/details-modal.ts';
import type { LifeEvent } from '../../../src/slack/views/timeline-reply.ts';
import { evidence, hours, minutes, NOON, seconds } from '../../support/builders.ts';
import {
  broken,
  burning,
  counted,
  downgraded,
  EVERY_KIND,
  EVERY_REGRESSION,
  EVERY_RESOLUTION,
  inflated,
  lockedOut,
  missesMore,
  over,
  passed,
  ranAway,
  regressed,
  resumed,
  silent,
  spawned,
  spiked,
  storming,
  THREE_LOSSES,
} from '../incidents.ts';
import { fineView, linesOf } from '../seen.ts';

const ADA = 'U000000ADA';
const READER = {
  now: minutes(20),
  zone: 'Asia/Tokyo',
  isOwner: true,
  nameOf: (slackUser: string) => `<@${slackUser}>`,
};
const UTC = { ...READER, zone: 'UTC' };

const modal = (incident: DeveloperIncident, part: Partial<DetailsView> = {}) =>
  fineView(detailsModal({ incident, who: undefined, events: [], ...UTC, ...part }));
const told = (incident: DeveloperIncident, part: Partial<DetailsView> = {}) => linesOf(modal(incident, part));

describe('the details of a broken cache', () => {
  test('tell why, the turns as aligned text in the reader’s zone, the facts, the people and the history', () => {
    const turns = [
      evidence({ at: seconds(-31), gapMs: 8000 }),
      evidence({ gapMs: 3_900_000, contextTokens: 1_240_000, rewrittenTokens: 65_488 }),
    ];
    expect(told(broken({ turns, cause: 'tools_changed' }), { zone: 'Asia/Tokyo' })).toEqual([
      ':warning: *Prompt cache broken: 2 turns rewrote 120k tokens*',
      expect.stringMatching(/^The last turn read 15k of the 75k tokens/),
      '*Cost:* $0.28 more than hits at API prices',
      '    Time        Gap  Context  Expected  Read  Written  Rewritten',
      '20:59:29        8 s      80k       75k   15k      65k        60k',
      '21:00:00  1 h 5 min     1.2M       75k   15k      65k        65k',
      'Times in Asia/Tokyo. *Gap*: from the end of the turn before. *Expected*: what that turn left in the cache. *Rewritten*: expected but not read, so paid as a write again.',
      '*Session:* `session-1`',
      '*Model:* claude-sonnet-5-5',
      '*Client:* 2.1.330',
      '*First miss:* 20:59',
      '*Newest miss:* 21:00',
      '*Turns that missed:* 2, at most 2 in a row',
      '*Rewritten:* 120k tokens',
      '*Still read:* 15k tokens of system prompt and tools',
      '*Cause named by the client:* tools_changed',
      '2 unexplained misses: very likely · still read: 15k of system prompt and tools · since 21:00',
      '*What people did*',
      'Nobody has acknowledged or judged it.',
      '*What happened*',
      ':mag: 21:00 · First seen',
    ]);
  });

  test('name whose it is where somebody else looks', () => {
    expect(told(broken(), { who: 'Ada', isOwner: false })[0]).toMatch(/120k tokens\* · Ada$/);
  });

  test('of which only the client told say that no turn is known', () => {
    const lines = told(counted({ model: undefined, clientVersion: undefined }));
    expect(lines).toContain('No turn is known: only the client’s own counter told of it.');
    expect(lines).toContain('*Counted by the client:* 3, 412k tokens');
    expect(lines.join('\n')).not.toMatch(/undefined|\*Rewritten:|\*Model:|\*Client:|\*Newest miss:|\*Still read:/);
  });

  test('of more turns than fit show the newest', () => {
    const turns = Array.from({ length: 50 }, (_, index) => evidence({ at: seconds(index) }));
    const lines = told(broken({ turns, misses: 1234 }));
    expect(lines.filter((line) => /^12:00:\d\d /.test(line))).toHaveLength(20);
    expect(lines.join('\n')).toContain('Times in UTC. The newest 20 of 1234. *Gap*');
    expect(lines.some((line) => line.startsWith('12:00:49'))).toBe(true);
  });

  test('count the conversations where several are hit', () => {
    const stream = (name: string) => ({ stream: name, lastMissAt: NOON, lastTurnAt: NOON, healthyInARow: 0 });
    expect(told(broken({ streams: [stream('one'), stream('two')] }))).toContain('*Conversations hit:* 2');
    expect(told(broken()).join('\n')).not.toContain('Conversations');
  });

  test('of a resume are the same', () => {
    expect(told(resumed())).toContain('12:00:00  10 s      80k       75k   15k      65k        60k');
  });
});

describe('the details of another kind', () => {
  test.each<[DeveloperIncident, readonly string[]]>([
    [
      lockedOut(),
      ['*Window:* five-hour', '*Account:* `account-`', '*Resets:* 16:00', '*Refused:* 12:00', '*Told by:* the client'],
    ],
    [
      lockedOut({ source: 'status_429', account: 'unknown', scope: 'opus' }),
      ['*Window:* five-hour (opus)', '*Resets:* 16:00', '*Refused:* 12:00', '*Told by:* a refused request'],
    ],
    [
      passed(90, { isPaceKnown: true, runsOutAt: hours(1), usedPercent: 91.25 }),
      [
        '*Window:* five-hour',
        '*Account:* `account-`',
        '*Resets:* 16:00',
        '*Level passed:* 90%',
        '*Read:* 91% at 12:00',
        '*Used up at this pace:* 13:00',
      ],
    ],
    [
      passed(80),
      [
        '*Window:* five-hour',
        '*Account:* `account-`',
        '*Resets:* 16:00',
        '*Level passed:* 80%',
        '*Read:* 80% at 12:00',
      ],
    ],
    [
      burning({ usualPointsPerHour: 12.34 }),
      [
        '*Window:* five-hour',
        '*Account:* `account-`',
        '*Resets:* 16:00',
        '*Read:* 60% at 12:00',
        '*Pace:* 80 points an hour',
        '*Usual pace:* up to 12 points an hour',
        '*Used up at this pace:* 12:30',
      ],
    ],
    [
      downgraded({ clientVersion: undefined }),
      [
        '*Session:* `session-1`',
        '*Model:* claude-sonnet-5-5',
        '*Last write to the 1-hour cache:* 11:50',
        '*Requests since, to the 5-minute cache:* 6',
        '*In the cache:* 180k tokens',
      ],
    ],
    [
      storming(),
      [
        '*Client:* 2.1.330',
        '*Read in the hour:* 70.2M tokens in 300 requests',
        '*Median active hour:* 5.8M tokens',
        '*Read for each token of output:* 1,460 tokens',
        '*Distance from usual hours:* robust z 5.1',
      ],
    ],
    [
      inflated(),
      [
        '*Model:* claude-sonnet-5-5',
        '*Client:* 2.1.330',
        '*Prompts in the hour:* 5',
        '*Each on average:* $8.40',
        '*Usual:* $0.60, median of 9 active days',
      ],
    ],
    [
      spiked(),
      [
        '*Session:* `session-1`',
        '*Model:* claude-sonnet-5-5',
        '*Prompt:* `prompt-1`',
        '*Window:* five-hour',
        '*Account:* `account-`',
        '*Resets:* 16:00',
        '*Ordinary prompts:* up to 8 points',
        '*Requests:* 40',
      ],
    ],
    [
      ranAway(),
      ['*Window:* five-hour', '*Account:* `account-`', '*Headless sessions in the hour:* 3', '*Requests:* 210'],
    ],
    [spawned(), ['*Headless sessions in the hour:* 1,240', '*Requests:* 4,051']],
    [
      silent('status_line'),
      ['*Silent:* the status line', '*Since:* 09:00', '*Told by the other feed meanwhile:* 40 requests'],
    ],
    [silent('telemetry'), ['*Silent:* telemetry', '*Since:* 09:00', '*Told by the other feed meanwhile:* 40 requests']],
  ])('are facts: $kind', (incident, facts) => {
    const lines = told(incident).filter((line) => /^\*[^*]+:\* /.test(line));
    expect(lines.filter((line) => !/^\*(?:Cost|At stake|Not known meanwhile):\*/.test(line))).toEqual(facts);
  });

  test('of a burn without a past say so', () => {
    expect(told(burning())).toContain('*Usual pace:* too little history');
  });
});

describe('the details of a regression', () => {
  const fleet = (incident = missesMore(), parts = 2) =>
    fineView(
      fleetDetailsModal({
        incident,
        who: '3 developers',
        losses: THREE_LOSSES,
        parts: Array.from({ length: parts }, () => ({ incident: broken(), who: 'A developer' })),
        events: [],
        ...UTC,
        isOwner: false,
      }),
    );

  test('tell whom it hit one by one, and how sure it is', () => {
    const lines = linesOf(fleet());
    expect(lines[0]).toBe(':rotating_light: *Client 2.1.252 misses the cache in 29% of prompts* · 3 developers');
    expect(lines).toContain('*Part of it: 2 incidents*');
    expect(lines).toContain('*Client:* 2.1.252');
    expect(lines).toContain('*Exact p-value:* 3.1e-38');
  });

  test.each(EVERY_REGRESSION)('fit a modal however many they are', (incident) => {
    expect(linesOf(fleet(incident, 1000))).toContain('and 980 more incidents');
    expect(linesOf(fleet(incident, 0)).join('\n')).not.toContain('Part of it');
  });

  test('found together have no p-value', () => {
    expect(linesOf(fleet(regressed())).join('\n')).not.toContain('p-value');
  });
});

describe('what people did and what happened', () => {
  const done = (minute: number) => ({ at: minutes(minute), by: ADA });

  test('is told with who and when', () => {
    const incident = { ...broken(), acknowledged: done(3), feedback: { is: 'planned' as const, ...done(4) } };
    const events: readonly LifeEvent[] = [
      { at: minutes(1), event: 'escalated', detail: 'critical' },
      { ...done(3), event: 'acknowledged' },
      { ...done(4), event: 'planned' },
    ];
    const lines = told(incident, { events, snoozed: { until: minutes(80), by: ADA } });
    expect(lines.slice(lines.indexOf('*What people did*'))).toEqual([
      '*What people did*',
      `:eyes: Acknowledged by <@${ADA}> at 12:03`,
      `:zzz: Snoozed by <@${ADA}> until 13:20: no new alert of this kind to you before`,
      `:calendar: Marked as planned by <@${ADA}> at 12:04`,
      '*What happened*',
      ':mag: 12:00 · First seen',
      ':rotating_light: 12:01 · Worse: now critical',
      `:eyes: 12:03 · Acknowledged by <@${ADA}>`,
      `:calendar: 12:04 · Marked as planned by <@${ADA}>`,
    ]);
  });

  const resolved: LifeEvent = { at: minutes(12), event: 'resolved', detail: 'healthy' };
  const reopened: LifeEvent = { at: minutes(13), event: 'reopened' };

  test.each<[string, readonly LifeEvent[]]>([
    ['where no event told it', []],
    ['where an event told it', [resolved]],
    [
      'where it came back meanwhile',
      [
        { ...resolved, at: minutes(5) },
        { ...reopened, at: minutes(6) },
      ],
    ],
  ])('ends with its end, once, %s', (_, events) => {
    const lines = told(over(broken(), 'healthy'), { events });
    expect(lines.at(-1)).toBe(':white_check_mark: 12:12 · Over: the cache works again');
    expect(lines.filter((line) => line.includes('12:12 · Over'))).toHaveLength(1);
  });

  test('of an open incident has no end', () => {
    expect(told(broken(), { events: [resolved, reopened] }).at(-1)).toBe(':warning: 12:13 · It is back');
  });

  test('of a thousand events shows the newest 20', () => {
    const events = Array.from({ length: 1000 }, () => reopened);
    const lines = told(broken(), { events });
    expect(lines).toContain('981 earlier updates left out');
    expect(lines.filter((line) => line.includes('It is back'))).toHaveLength(20);
  });
});

test('every kind in every state fits a modal', () => {
  for (const incident of EVERY_KIND) {
    for (const state of [incident, ...EVERY_RESOLUTION.map((by) => over(incident, by))]) {
      expect(told(state).join('\n')).not.toMatch(/undefined|NaN|Infinity|Invalid/);
    }
  }
});
