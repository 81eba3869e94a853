import { describe, expect, test } from 'vitest';
import { losses } from '../../../src/incidents/losses.ts';
import { developerId, incidentId } from '../../../src/model/ids.ts';
import { type Incident, isFleetIncident } from '../../../src/model/incident.ts';
import { epochMs, plus } from '../../../src/model/time.ts';
import type { Message } from '../../../src/slack/views/blocks.ts';
import { escapeText } from '../../../src/slack/views/escape-text.ts';
import { weekSoFarAnswer } from '../../../src/slack/views/week-so-far.ts';
import { weeklySummary } from '../../../src/slack/views/weekly-summary.ts';
import { type WeeklyThread, weeklySummaryThread } from '../../../src/slack/views/weekly-summary-thread.ts';
import { weekOf } from '../../../src/summary/schedule.ts';
import { type WeekFacts, weekSummary } from '../../../src/summary/week-summary.ts';
import type { WeekUsage } from '../../../src/summary/week-usage.ts';
import { worstFirst } from '../../../src/summary/worth-telling.ts';
import {
  burnRate,
  cacheIncident,
  fleet,
  lockOut,
  resume,
  silence,
  threshold,
  usage as usageOf,
  WEDNESDAY,
} from '../../summary/incidents.ts';
import { BEFORE, NO_USAGE, rates, stretch, WEEK, weekFacts, ZONE } from '../../summary/week-facts.ts';
import { inflationFinding, runawayFinding, spikeFinding, stormFinding, ttlFinding } from '../../support/builders.ts';
import { fine, linesOf } from '../seen.ts';

const zone = ZONE;
const week = WEEK;
const now = plus(week.to, 9.5 * 3_600_000);

const POINTS = { is: 'known', windowKind: 'five_hour', learntFrom: 'own', points: 12, low: 8, high: 18 } as const;

const HOSTILE = '<!channel> *x* `y` <https://evil.example|click>\n&';

const USED: WeekUsage = {
  requests: 4210,
  contextTokens: 1_000_000,
  cacheReadTokens: 961_900,
  costMicros: 1_204_000_000,
  unpricedRequests: 0,
};

interface Facts extends Partial<WeekFacts> {
  readonly incidentsBefore?: readonly Incident[];
}

/** Two people worked; `incidentsBefore` opened in the week before. */
function summaryOf({ incidentsBefore = [], ...facts }: Facts = {}) {
  const usage = new Map([
    [developerId(1), USED],
    [developerId(2), NO_USAGE],
  ]);
  return weekSummary(weekFacts({ usage, before: stretch(BEFORE, { incidents: incidentsBefore }), ...facts }));
}

/** Slack takes it, and whatever is said in its place. */
function checked(message: Message): Message {
  for (let one: Message | undefined = message; one; one = one.plainer) fine(one);
  return message;
}

const messageOf = (facts: Facts = {}) => checked(weeklySummary(summaryOf(facts), { zone }));

function threadOf(incidents: readonly Incident[], rest: Partial<WeeklyThread> = {}) {
  const worst = worstFirst(incidents.map((incident) => ({ incident }))).map(({ incident }) =>
    isFleetIncident(incident)
      ? { incident, who: 'Ada and 2 other developers', losses: losses([cacheIncident({ pointsLost: POINTS })]) }
      : { incident, who: 'A developer' },
  );
  const message = weeklySummaryThread({ week, worst, more: 0, ...rest }, { now, zone });
  return checked(message);
}

describe('the Monday message', () => {
  test('tells a bad week: what, how bad, against the week before, and what to do', () => {
    const on = { clientVersion: '2.1.252', misses: 7 };
    const message = messageOf({
      incidents: [
        cacheIncident({ severity: 'critical', evidence: on }),
        cacheIncident({ developer: 2, evidence: on }),
        resume({ developer: 3, evidence: { rewrittenTokens: 160_000, extraCostMicros: undefined } }),
        lockOut({ developer: 2 }),
        threshold({ isOpen: true }),
      ],
      incidentsBefore: [cacheIncident(), burnRate()],
      open: [threshold({ isOpen: true })],
      recorded: { resumes: 1, rewrittenTokens: 30_000 },
    });
    expect(message.text).toBe('Week 47: The prompt cache broke 2 times for 2 people');
    expect(linesOf(message)).toEqual([
      'Week 47, 16 to 22 November',
      '*The prompt cache broke 2 times for 2 people.*',
      '5 incidents (week before: 2) · 3 people affected',
      'Lost to broken caches: 960k tokens written again · $4.00 at API prices, 1 incident not counted',
      '*Next:* Client 2.1.252 has a known cache bug (anthropics/claude-code#91707): update to 2.1.259 or later.',
      '_Because its broken caches wrote 800k tokens again._',
      ...['Incidents', 'Week 47', 'Week 46'],
      ...['Prompt cache broken', '2', '1'],
      ...['Locked out', '1', '0'],
      ...['Costly resume', '1', '0'],
      ...['Quota burning fast', '0', '1'],
      ...['Quota running low', '1', '0'],
      '*Still open:* 1 incident',
      '*Client versions:* 2.1.252 wrote the most again: 800k tokens in 14 misses.',
      '*Cache health:* 96.1% of all context was read from the cache',
      '*Used:* 4,210 requests by 2 people, worth $1,204 at API prices (week before: 0)',
      '1 smaller resume rewrote 30k tokens: too small for an alert, in no number above',
      'The incidents are in the thread',
    ]);
  });

  test('tells a regression as one trouble, with all that it cost', () => {
    const of = {
      partOf: incidentId(9),
      severity: 'critical',
      evidence: { clientVersion: '2.1.252', misses: 7 },
    } as const;
    const message = messageOf({
      incidents: [
        fleet({ developers: [1, 2, 3] }),
        cacheIncident({ ...of, pointsLost: POINTS }),
        cacheIncident({ ...of, developer: 2, pointsLost: POINTS }),
        cacheIncident({ ...of, developer: 3, pointsLost: { is: 'unknown', because: 'no_readings' } }),
        silence('status_line', { developer: 4 }),
        silence('telemetry', { developer: 5 }),
      ],
      plans: new Map([[developerId(1), 'max']]),
      versions: [rates('2.1.252', 157, 538), rates('2.1.330', 342, 4757)],
    });
    expect(message.text).toBe('Week 47: Client 2.1.252 broke the prompt cache for 3 people');
    expect(linesOf(message)).toEqual([
      'Week 47, 16 to 22 November',
      '*Client 2.1.252 broke the prompt cache for 3 people.*',
      '3 incidents (week before: 0) · 5 people affected',
      'Lost to broken caches: 1.2M tokens written again · $6.00 at API prices · ≈24 points of five-hour windows (16 to 36), 1 incident not counted: no percentage was read',
      expect.stringMatching(/^\*Next:\* Move from 2\.1\.252 to 2\.1\.330, /),
      '_Because 1 client regression hit 3 people._',
      ...['Incidents', 'Week 47', 'Week 46'],
      ...['Client regression', '1', '0'],
      ...['Feed silent', '2', '0'],
      '*Client versions:* worst is 2.1.252, which missed a warm cache at 29% of 538 turn starts; best is 2.1.330 with 7.2% of 4,757, and no open evidence against it. 2.1.252 wrote the most again: 1.2M tokens in 21 misses.',
      '*Cache health:* 96.1% of all context was read from the cache',
      '*Used:* 4,210 requests by 2 people, worth $1,204 at API prices (week before: 0)',
      '*Plans:* worth 52x what they cost, $1,204 at API prices against $23.00 for the same time, for 1 person whose plan is known. Low estimate, at 10% of list prices: 5.2x.',
      'Silent for a time: the status line of 1 person (what they had left is unknown), telemetry of 1 person (what they used is not counted)',
      'The incidents are in the thread',
    ]);
  });

  test('tells a quiet week in a few lines that are worth opening', () => {
    const message = messageOf({ weeklyQuotas: [20, 55, 100], before: stretch(BEFORE, { usageByDay: [USED] }) });
    expect(linesOf(message)).toEqual([
      'Week 47, 16 to 22 November',
      '*A quiet week: no incidents.*',
      '0 incidents (week before: 0)',
      '*Cache health:* 96.1% of all context was read from the cache',
      '*Used:* 4,210 requests by 2 people, worth $1,204 at API prices (week before: 4,210, $1,204)',
      '*Weekly quotas:* 3 reset, half of them with 45% or more left, 1 used up',
    ]);
    expect(message.blocks.map(({ type }) => type)).toContain('data_visualization');
  });

  test('shows what a quiet week has put behind it', () => {
    const lines = linesOf(messageOf({ incidentsBefore: [cacheIncident(), lockOut()] }));
    expect(lines).toContain('0 incidents (week before: 2)');
    expect(lines).toContain('Locked out');
  });

  test('tells a week without data from a quiet one', () => {
    const message = messageOf({ usage: new Map(), installedAt: plus(BEFORE.from, 1) });
    expect(linesOf(message)).toEqual([
      'Week 47, 16 to 22 November',
      '*A silent week: no usage arrived.*',
      '*Next:* Check that Claude Code still reports here: `/quota connect` shows the settings.',
      '_Because no usage arrived._',
      'Nothing was counted',
    ]);
  });

  test('a first week is compared with nothing and says since when it counts', () => {
    const message = messageOf({ installedAt: WEDNESDAY, incidents: [cacheIncident()] });
    const lines = linesOf(message);
    expect(lines).toContain('Watched since Wednesday 11:00: not a whole week');
    expect(lines.join(' ')).not.toContain('Week 46');
    expect(lines.join(' ')).not.toContain('week before');
  });

  test.each<[string, readonly Incident[]]>([
    ['The prompt cache broke once for 1 person', [cacheIncident()]],
    ['1 person was locked out', [lockOut()]],
    ['2 people were locked out', [lockOut(), lockOut({ developer: 2 })]],
    ['1 person was locked out, 2 times in all', [lockOut(), lockOut()]],
    ['1 resume rewrote 400k tokens', [resume()]],
    ['2 quotas burned fast, no lock-out was reported', [burnRate(), burnRate()]],
    ['1 quota ran low, no lock-out was reported', [threshold()]],
    ['Client 2.1.252 broke the prompt cache for 3 people', [fleet({ developers: [1, 2, 3] })]],
    [
      '2 client versions broke the prompt cache for 4 people',
      [fleet({ developers: [1, 2, 3] }), fleet({ developers: [3, 4], clientVersion: '2.1.258' })],
    ],
    ['Background work ran away once for 1 person', [usageOf(runawayFinding())]],
    ['2 storms of cache reads for 1 person', [usageOf(stormFinding()), usageOf(stormFinding())]],
    ['Prompts cost many times the usual for 1 person', [usageOf(inflationFinding())]],
    ['1 prompt took a large part of a quota', [usageOf(spikeFinding())]],
    ['The cache was cut to 5 minutes for 1 person', [usageOf(ttlFinding())]],
    ['A week with gaps: 1 feed fell silent', [silence('telemetry')]],
  ])('its first line: %s', (line, incidents) => {
    const { text } = messageOf({ incidents });
    expect(text).toBe(`Week 47: ${line}`);
    expect(text.length).toBeLessThanOrEqual(70);
  });

  test.each<[string, readonly Incident[]]>([
    ['When a cache alert comes', [cacheIncident()]],
    ['before a long job', [lockOut()]],
    ['Keep a long session open', [resume()]],
    ['Look for work in the background', [burnRate()]],
  ])('gives one thing to do: %s', (advice, incidents) => {
    expect(linesOf(messageOf({ incidents })).filter((line) => line.startsWith('*Next:*'))).toEqual([
      expect.stringContaining(advice),
    ]);
  });

  test('says so when no price is known', () => {
    const unknown = cacheIncident({ evidence: { extraCostMicros: undefined } });
    expect(linesOf(messageOf({ incidents: [unknown] })).join(' ')).toContain(
      'Lost to broken caches: 400k tokens written again · dollars unknown',
    );
    const usage = new Map([
      [developerId(1), { requests: 3, contextTokens: 0, cacheReadTokens: 0, costMicros: 0, unpricedRequests: 3 }],
    ]);
    expect(linesOf(messageOf({ usage }))).toContain(
      '*Used:* 3 requests by 1 person, of unknown price (week before: 0)',
    );
    const some = new Map([
      [developerId(1), { requests: 3, contextTokens: 0, cacheReadTokens: 0, costMicros: 420_000, unpricedRequests: 1 }],
    ]);
    expect(linesOf(messageOf({ usage: some }))).toContain(
      '*Used:* 3 requests by 1 person, worth $0.42 at API prices, 1 request of unknown price not counted (week before: 0)',
    );
  });

  test('names both months where a week spans them', () => {
    expect(linesOf(messageOf({ week: weekOf('2026-W49', zone) }))[0]).toBe('Week 49, 30 November to 6 December');
  });

  test('a hostile client version stays text', () => {
    const incidents = [cacheIncident({ evidence: { clientVersion: HOSTILE } })];
    const message = messageOf({ incidents, versions: [rates(HOSTILE, 30, 60), rates(`${HOSTILE} `, 3, 60)] });
    expect(JSON.stringify(message)).not.toContain('<!');
    expect(JSON.stringify(message)).not.toContain('<https');
  });
});

describe('its chart', () => {
  const typesOf = ({ blocks }: Message) => blocks.map(({ type }) => type);
  const bad = { incidents: [cacheIncident()], incidentsBefore: [lockOut()] };

  test('draws each day beside the same one of the week before', () => {
    const chart = messageOf(bad).blocks.find(({ type }) => String(type) === 'data_visualization');
    expect(chart).toEqual({
      type: 'data_visualization',
      title: 'Tokens written again by broken caches by day',
      chart: {
        type: 'bar',
        series: [
          { name: 'Week 47', data: daily([0, 0, 400_000, 0, 0, 0, 0]) },
          { name: 'Week 46', data: daily([0, 0, 0, 0, 0, 0, 0]) },
        ],
        axis_config: { categories: DAYS, x_label: 'Day', y_label: 'Tokens' },
      },
    });
  });

  test('is a table where Slack refuses it, and text where it refuses that too: always with the same numbers', () => {
    const message = messageOf(bad);
    expect(typesOf(message)).toEqual([
      'header',
      'section',
      'section',
      'data_visualization',
      'table',
      'section',
      'context',
    ]);
    const { plainer } = message;
    expect(plainer && typesOf(plainer)).toEqual(['header', ...Array(4).fill('section'), 'table', 'section', 'context']);
    expect(plainer && linesOf(plainer).join(' ')).toContain(
      'Prompt cache broken: 1 (week before: 0) Locked out: 0 (week before: 1) *Tokens written again by broken caches by day* Day Week 47 Week 46 Mon 0 0 Tue 0 0 Wed 400k 0',
    );
    const plainest = plainer?.plainer;
    expect(plainest && new Set(typesOf(plainest))).toEqual(new Set(['header', 'section', 'context']));
    expect(plainest && linesOf(plainest).join(' ')).toContain(
      'Tokens written again by broken caches by day (Week 47 / Week 46): Mon: 0 / 0 Tue: 0 / 0 Wed: 400k / 0',
    );
    expect(plainest?.plainer).toBeUndefined();
    for (const one of [plainer, plainest]) expect(one?.text).toBe(message.text);
  });

  test('stands alone where there is nothing to compare with', () => {
    const { plainer } = messageOf({ installedAt: WEDNESDAY });
    expect(plainer && linesOf(plainer).join(' ')).toContain(
      '*Use at API prices by day* Day Week 47 Mon $1,204 Tue $0.00',
    );
    expect(plainer?.plainer && linesOf(plainer.plainer).join(' ')).toContain(
      'Use at API prices by day: Mon: $1,204 Tue:',
    );
  });

  test.each<[string, Facts]>([
    ['Incidents by day', { incidents: [lockOut()] }],
    ['Requests by day', { usage: new Map([[developerId(1), { ...USED, costMicros: 0, unpricedRequests: 4210 }]]) }],
  ])('has a title: %s', (title, facts) => {
    expect(messageOf(facts).blocks).toContainEqual(expect.objectContaining({ title }));
  });

  test('a week whose only incidents were before its days leaves a table of kinds, and text in its place', () => {
    const summary = { ...summaryOf(bad), chart: undefined };
    const message = checked(weeklySummary(summary, { zone }));
    expect(typesOf(message)).toContain('table');
    expect(message.plainer && typesOf(message.plainer)).not.toContain('table');
    expect(message.plainer?.plainer).toBeUndefined();
  });
});

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const daily = (values: readonly number[]) => values.map((value, index) => ({ label: DAYS[index], value }));

describe('its lines', () => {
  test('tell what people answered', () => {
    const incidents = [
      cacheIncident({ isAcknowledged: true }),
      lockOut({ feedback: 'planned' }),
      cacheIncident({ feedback: 'false_alarm' }),
    ];
    const lines = linesOf(messageOf({ incidents }));
    expect(lines).toContain('2 incidents (week before: 0) · 1 person affected · 1 acknowledged · 1 planned');
    expect(lines).toContain('1 false alarm, as people marked them: in no number above');
  });

  test('tell what other use cost apart from broken caches', () => {
    const incidents = [cacheIncident(), usageOf(stormFinding(), { pointsLost: POINTS })];
    expect(linesOf(messageOf({ incidents }))).toContain(
      'Other use beyond the usual: $9.00 at API prices · ≈12 points of five-hour windows (8 to 18)',
    );
  });

  test.each([
    ['no_price', 'points unknown: no known price'],
    ['no_readings', 'points unknown: no percentage was read'],
    ['too_few_readings', 'points unknown: too few percentages were read'],
  ] as const)('tell why points are unknown: %s', (because, words) => {
    const incidents = [cacheIncident({ pointsLost: { is: 'unknown', because } })];
    expect(linesOf(messageOf({ incidents })).join('\n')).toContain(`$2.00 at API prices · ${words}\n`);
  });

  test.each<[string, Facts]>([
    ['2.1.331 missed a warm cache at 5% of 60 turn starts.', { versions: [rates('2.1.331', 3, 60)] }],
    [
      '2.1.331 and 2.1.330 do about the same, a warm cache was missed at 5% of 60 and 4% of 100 turn starts.',
      { versions: [rates('2.1.331', 3, 60), rates('2.1.330', 4, 100)] },
    ],
    [
      'worst is 2.1.331, which missed a warm cache at 30% of 100 turn starts; best is 2.1.252 with 0.1% of 1,000, but a known bug.',
      { versions: [rates('2.1.331', 30, 100), rates('2.1.252', 1, 1000)] },
    ],
  ])('compare client versions: %s', (words, facts) => {
    expect(linesOf(messageOf(facts))).toContain(`*Client versions:* ${words}`);
  });

  test.each([
    [[64], '1 reset, with 36% left'],
    [[100], '1 reset, it was used up'],
    [[40, 50, 60], '3 reset, half of them with 50% or more left, none was used up'],
  ])('tell of weekly quotas that were %j percent used', (weeklyQuotas, words) => {
    expect(linesOf(messageOf({ weeklyQuotas }))).toContain(`*Weekly quotas:* ${words}`);
  });

  test('never call a version safe', () => {
    const message = messageOf({ versions: [rates('2.1.252', 157, 538), rates('2.1.330', 342, 4757)] });
    expect(JSON.stringify(message)).not.toMatch(/safe/i);
  });
});

describe('the week so far', () => {
  const told = { worst: [{ incident: cacheIncident(), who: 'Otter', isPseudonym: true }], more: 2 };
  const reading = { now: plus(WEDNESDAY, 3_600_000), zone: 'America/New_York' };

  test('says until when it counts, in the reader’s zone, and what it is held against', () => {
    const running = { ...week, to: plus(WEDNESDAY, 1) };
    const summary = summaryOf({ ...stretch(running), incidents: [cacheIncident()], incidentsBefore: [lockOut()] });
    const message = checked(weekSoFarAnswer(summary, { told, reading, teamZone: zone }));
    expect(message.text).toBe('Week 47 so far: The prompt cache broke once for 1 person');
    const lines = linesOf(message);
    expect(lines[0]).toBe('Week 47 so far, since Monday 16 November');
    expect(lines).toContain('*The worst 1 of 3 incidents*');
    expect(lines).toContain('Otter · 05:00, over after 12 min');
    expect(lines.at(-1)).toBe(
      'Counted until 05:00, week 46 until the same time of the same day. The whole week is told in the summary’s channel.',
    );
  });

  test('is compared with nothing where nothing was watched, and tells no incidents where there are none', () => {
    const summary = summaryOf({ installedAt: WEDNESDAY });
    const lines = linesOf(checked(weekSoFarAnswer(summary, { told: undefined, reading, teamZone: zone })));
    expect(lines.at(-2)).toMatch(/^Counted until \S+ \S+ \S+ \S+\. The whole week/);
    expect(lines.at(-1)).toBe('Watched since Wednesday 05:00: not a whole week');
    expect(lines.join(' ')).not.toContain('worst');
  });
});

describe('the thread', () => {
  test('tells each incident, worst first, with who, when, how long and what it cost', () => {
    const lines = linesOf(
      threadOf([
        threshold({ isOpen: true }),
        burnRate(),
        resume({ evidence: { extraCostMicros: undefined, clientVersion: undefined } }),
        lockOut(),
        cacheIncident({ severity: 'critical', evidence: { cause: 'tools_changed' } }),
      ]),
    );
    const opened = 'Wed 18 Nov 11:00';
    expect(lines[0]).toBe('*Week 47: 5 incidents*');
    expect(lines.slice(1, 4)).toEqual([
      expect.stringMatching(/^\*1\.\* \*Prompt cache broken: .+400k tokens\*$/),
      `A developer · ${opened}, over after 12 min`,
      'client 2.1.330 · claude-opus-5-5 · $2.00 more than hits at API prices · cause: tools_changed',
    ]);
    expect(lines.slice(4, 7)).toEqual([
      '*2.* *Resumes rewrote 400k tokens in 3 requests*',
      `A developer · ${opened}, over after 12 min`,
      'client version unknown · claude-opus-5-5 · dollars and points unknown: this model has no known price',
    ]);
    expect(lines[7]).toBe('*3.* *A five-hour quota burned fast*');
    expect(lines[9]).toMatch(/^48 points an hour · was reset /);
    expect(lines[10]).toBe('*4.* *Locked out: five-hour quota used up*');
    expect(lines[13]).toBe('*5.* *90% of a weekly quota used*');
    expect(lines[14]).toContain('still open');
  });

  test('tells a regression first, with what it cost in all, and no part of it again', () => {
    const part = cacheIncident({ severity: 'critical', partOf: incidentId(9) });
    const lines = linesOf(threadOf([part, fleet({ developers: [1, 2, 3] }), cacheIncident({ severity: 'critical' })]));
    expect(lines[0]).toBe('*Week 47: 2 incidents*');
    expect(lines[1]).toBe('*1.* *Client 2.1.252 breaks the prompt cache*');
    expect(lines[2]).toMatch(/^Ada and 2 other developers · /);
    expect(lines[3]).toBe(
      '400k tokens rewritten · $2.00 more than hits at API prices · ≈12 points of five-hour windows (8 to 18)',
    );
    expect(lines[4]).toMatch(/^\*2\.\* \*Prompt cache broken/);
  });

  test('tells what use that differs from the past cost, and nothing where it cost nothing', () => {
    const lines = linesOf(threadOf([usageOf(stormFinding(), { pointsLost: POINTS }), silence('telemetry')]));
    expect(lines[1]).toBe('*1.* *60.0M cached tokens read in an hour, 10x the usual*');
    expect(lines[3]).toBe(
      '$10.00 in that hour at API prices · ≈12 points of the five-hour window (8 to 18, learnt from their readings)',
    );
    expect(lines.slice(4)).toEqual([
      expect.stringMatching(/^\*2\.\* \*Telemetry silent since .*\*$/),
      expect.stringMatching(/^A developer · /),
    ]);
  });

  test('says where no client told its model', () => {
    expect(linesOf(threadOf([cacheIncident({ evidence: { model: undefined } })]))[3]).toContain(' · model unknown · ');
  });

  test('40 incidents with the longest names fit into one message', () => {
    const incidents = Array.from({ length: 40 }, (_, index) =>
      cacheIncident({
        developer: index,
        evidence: { clientVersion: '9'.repeat(500), model: '*'.repeat(500), cause: '<'.repeat(500) },
      }),
    );
    const worst = incidents.slice(0, 10).map((incident) => ({ incident, who: escapeText('&'.repeat(500)) }));
    const message = threadOf([], { worst, more: 30 });
    expect(message.text).toBe('Week 47: the worst 10 of 40 incidents');
    expect(message.blocks).toHaveLength(12);
    expect(linesOf(message).at(-1)).toBe('and 30 less serious ones');
    expect(linesOf(messageOf({ incidents }))).toContain('*The prompt cache broke 40 times for 40 people.*');
  });

  test('hostile names, models, causes and window names stay text', () => {
    const evidence = { clientVersion: HOSTILE, model: HOSTILE, cause: HOSTILE };
    const worst = [
      { incident: cacheIncident({ evidence }), who: escapeText(HOSTILE) },
      { incident: threshold({ windowKind: HOSTILE, scope: HOSTILE }), who: 'A developer' },
    ];
    const said = JSON.stringify(threadOf([], { worst }));
    expect(said).not.toContain('<!channel');
    expect(said).not.toContain('<https');
  });

  test('an incident of today shows its time alone', () => {
    const message = weeklySummaryThread(
      { week, worst: [{ incident: lockOut({ openedAt: epochMs(now - 60_000) }), who: 'Ann' }], more: 0 },
      { now, zone },
    );
    expect(linesOf(message)[2]).toMatch(/^Ann · \d\d:\d\d, /);
    expect(linesOf(message)[3]).toMatch(/^resets \d\d:\d\d$/);
  });
});
