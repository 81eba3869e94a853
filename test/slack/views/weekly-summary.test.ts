import { describe, expect, test } from 'vitest';
import { losses } from '../../../src/incidents/losses.ts';
import { developerId, incidentId } from '../../../src/model/ids.ts';
import { type Incident, isFleetIncident } from '../../../src/model/incident.ts';
import { DAY_MS, epochMs, plus } from '../../../src/model/time.ts';
import { NO_COUNTS, type VersionRates } from '../../../src/model/version-rates.ts';
import { escapeText } from '../../../src/slack/views/escape-text.ts';
import { weeklySummary } from '../../../src/slack/views/weekly-summary.ts';
import { type WeeklyThread, weeklySummaryThread } from '../../../src/slack/views/weekly-summary-thread.ts';
import { weekBefore, weekOf } from '../../../src/summary/schedule.ts';
import { type WeekFacts, weekSummary } from '../../../src/summary/week-summary.ts';
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
import { inflationFinding, runawayFinding, spikeFinding, stormFinding, ttlFinding } from '../../support/builders.ts';
import { invalidMessage } from '../../support/valid-slack.ts';

const zone = 'Europe/Berlin';
const week = weekOf('2026-W47', zone);
const before = weekBefore(week, zone);
const now = plus(week.to, 9.5 * 3_600_000);

const POINTS = { is: 'known', windowKind: 'five_hour', learntFrom: 'own', points: 12, low: 8, high: 18 } as const;

const HOSTILE = '<!channel> *x* `y` <https://evil.example|click>\n&';

/** The turn boundaries of a client version. */
const rates = (clientVersion: string, boundaryMisses: number, boundaries: number): VersionRates => ({
  ...NO_COUNTS,
  clientVersion,
  developers: 3,
  boundaries,
  boundaryMisses,
});

function messageOf(facts: Partial<WeekFacts> = {}) {
  const usage = {
    requests: 4210,
    contextTokens: 1_000_000,
    cacheReadTokens: 961_900,
    costMicros: 1_204_000_000,
    unpricedRequests: 0,
  };
  const summary = weekSummary({
    week,
    weekBefore: before,
    incidents: [],
    incidentsBefore: [],
    open: [],
    usage: new Map([
      [developerId(1), usage],
      [developerId(2), { ...usage, requests: 0, contextTokens: 0, cacheReadTokens: 0, costMicros: 0 }],
    ]),
    plans: new Map(),
    versions: [],
    installedAt: plus(before.from, -DAY_MS),
    ...facts,
  });
  const message = weeklySummary(summary, { zone });
  expect(invalidMessage({ ...message })).toEqual([]);
  return message;
}

function threadOf(incidents: readonly Incident[], rest: Partial<WeeklyThread> = {}) {
  const worst = worstFirst(incidents.map((incident) => ({ incident }))).map(({ incident }) =>
    isFleetIncident(incident)
      ? { incident, who: 'Ada and 2 other developers', losses: losses([cacheIncident({ pointsLost: POINTS })]) }
      : { incident, who: 'A developer' },
  );
  const message = weeklySummaryThread({ week, worst, more: 0, ...rest }, { now, zone });
  expect(invalidMessage({ ...message })).toEqual([]);
  return message;
}

/** Everything that a reader sees, a line each. */
function linesOf({ blocks }: { blocks: readonly object[] }): readonly string[] {
  const texts = (value: unknown): readonly string[] => {
    if (Array.isArray(value)) return value.flatMap(texts);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) =>
      key === 'text' && typeof inner === 'string' ? inner.split('\n') : texts(inner),
    );
  };
  return texts(blocks);
}

describe('the Monday message', () => {
  test('tells a bad week: what, how bad, against the week before, and what to do', () => {
    const on = { clientVersion: '2.1.252', misses: 7 };
    const message = messageOf({
      incidents: [
        cacheIncident({ severity: 'critical', evidence: on }),
        cacheIncident({ developer: 2, evidence: on }),
        resume({ developer: 3, evidence: { rewrittenTokens: 160_000, extraCostMicros: undefined } }),
        resume({ severity: 'recorded', evidence: { rewrittenTokens: 30_000 } }),
        lockOut({ developer: 2 }),
        threshold({ isOpen: true }),
      ],
      incidentsBefore: [cacheIncident(), burnRate()],
      open: [threshold({ isOpen: true })],
    });
    expect(message.text).toBe('Week 47: The prompt cache broke 2 times for 2 people');
    expect(linesOf(message)).toEqual([
      'Week 47, 16 to 22 November',
      '*The prompt cache broke 2 times for 2 people.*',
      '5 incidents (week before: 2) · 3 people affected',
      'Lost: 960k tokens rewritten · $4.00 at API prices, 1 incident not counted',
      ...['Incidents', 'Week 47', 'Week 46'],
      ...['Prompt cache broken', '2', '1'],
      ...['Locked out', '1', '0'],
      ...['Costly resume', '1', '0'],
      ...['Quota burning fast', '0', '1'],
      ...['Quota running low', '1', '0'],
      '*Next:* Client 2.1.252 has a known cache bug (anthropics/claude-code#91707): update to 2.1.259 or later.',
      'Still open: 1 incident',
      'Worst client: 2.1.252, 800k tokens rewritten in 14 misses',
      'Cache health: 96.1% of all context was read from the cache',
      'Used: 4,210 requests by 2 people, worth $1,204 at API prices',
      '1 smaller resume rewrote 30k tokens: too small for an alert, in no number above',
      'Each incident is in the thread',
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
      versions: [rates('2.1.252', 157, 538), rates('2.1.224', 342, 4757)],
    });
    expect(message.text).toBe('Week 47: Client 2.1.252 broke the prompt cache for 3 people');
    expect(linesOf(message)).toEqual([
      'Week 47, 16 to 22 November',
      '*Client 2.1.252 broke the prompt cache for 3 people.*',
      '3 incidents (week before: 0) · 5 people affected',
      'Lost: 1.2M tokens rewritten · $6.00 at API prices · ≈24 points of five-hour windows (16 to 36), 1 incident not counted',
      ...['Incidents', 'Week 47', 'Week 46'],
      ...['Client regression', '1', '0'],
      ...['Feed silent', '2', '0'],
      expect.stringMatching(/^\*Next:\* /),
      'Worst client: 2.1.252, 1.2M tokens rewritten in 21 misses',
      'Cache health: 96.1% of all context was read from the cache',
      'Warm caches missed at turn starts, by client: 2.1.252 29% of 538, 2.1.224 7.2% of 4,757',
      'Used: 4,210 requests by 2 people, worth $1,204 at API prices',
      'Plans: 52x their price ($1,204 at API prices against $23.00 for the week) for 1 person whose plan is known; 5.2x at a tenth of list prices',
      'Silent for a time: the status line of 1 person (what they had left is unknown), telemetry of 1 person (what they used is not counted)',
      'Each incident is in the thread',
    ]);
  });

  test('tells a quiet week in a few lines', () => {
    expect(linesOf(messageOf())).toEqual([
      'Week 47, 16 to 22 November',
      '*A quiet week: no incidents.*',
      '0 incidents (week before: 0)',
      'Cache health: 96.1% of all context was read from the cache',
      'Used: 4,210 requests by 2 people, worth $1,204 at API prices',
    ]);
  });

  test('shows what a quiet week has put behind it', () => {
    const lines = linesOf(messageOf({ incidentsBefore: [cacheIncident(), lockOut()] }));
    expect(lines).toContain('0 incidents (week before: 2)');
    expect(lines).toContain('Locked out');
  });

  test('tells a week without data from a quiet one', () => {
    const message = messageOf({ usage: new Map(), installedAt: plus(before.from, 1) });
    expect(linesOf(message)).toEqual([
      'Week 47, 16 to 22 November',
      '*A silent week: no usage arrived.*',
      '*Next:* Check that Claude Code still reports here: `/quota connect` shows the settings.',
      'Nothing was counted',
    ]);
  });

  test('a first week is compared with nothing and says since when it counts', () => {
    const message = messageOf({ installedAt: WEDNESDAY, incidents: [cacheIncident()] });
    const lines = linesOf(message);
    expect(lines).toContain('Counted since Wednesday 11:00: not a whole week');
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
      'Lost: 400k tokens rewritten · dollars unknown',
    );
    const usage = new Map([
      [developerId(1), { requests: 3, contextTokens: 0, cacheReadTokens: 0, costMicros: 0, unpricedRequests: 3 }],
    ]);
    expect(linesOf(messageOf({ usage }))).toContain('Used: 3 requests by 1 person, of unknown price');
    const some = new Map([
      [developerId(1), { requests: 3, contextTokens: 0, cacheReadTokens: 0, costMicros: 420_000, unpricedRequests: 1 }],
    ]);
    expect(linesOf(messageOf({ usage: some }))).toContain(
      'Used: 3 requests by 1 person, worth $0.42 at API prices, 1 request of unknown price not counted',
    );
  });

  test('names both months where a week spans them', () => {
    const spanning = weekOf('2026-W49', zone);
    expect(linesOf(messageOf({ week: spanning }))[0]).toBe('Week 49, 30 November to 6 December');
  });

  test('a hostile client version stays text', () => {
    const message = messageOf({ incidents: [cacheIncident({ evidence: { clientVersion: HOSTILE } })] });
    expect(JSON.stringify(message)).not.toContain('<!');
    expect(JSON.stringify(message)).not.toContain('<https');
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
    const opened = '<!date^1794996000^{date_short_pretty} {time}|Wed 18 Nov 11:00>';
    expect(lines[0]).toBe('*Week 47: 5 incidents*');
    expect(lines.slice(1, 4)).toEqual([
      expect.stringMatching(/^\*1\.\* \*Prompt cache broken: .+400k tokens\*$/),
      `A developer · ${opened}, over after 12 min`,
      'client 2.1.330 · claude-opus-5-5 · $2.00 more than hits at API prices · cause: tools\u200B_changed',
    ]);
    expect(lines.slice(4, 7)).toEqual([
      '*2.* *Resumes rewrote 400k tokens in 3 requests*',
      `A developer · ${opened}, over after 12 min`,
      'client version unknown · claude-opus-5-5 · dollars and points unknown: this model has no known price',
    ]);
    expect(lines[7]).toBe('*3.* *A five-hour quota burned fast*');
    expect(lines[9]).toMatch(/^48 points an hour · was reset <!date/);
    expect(lines[10]).toBe('*4.* *Locked out: five-hour quota used up*');
    expect(lines[13]).toBe('*5.* *90% of a weekly quota used*');
    expect(lines[14]).toContain('still open');
  });

  test('tells a regression first, with what it cost in all, and no part of it again', () => {
    const part = cacheIncident({ severity: 'critical', partOf: incidentId(9) });
    const lines = linesOf(threadOf([part, fleet({ developers: [1, 2, 3] }), cacheIncident({ severity: 'critical' })]));
    expect(lines[0]).toBe('*Week 47: 2 incidents*');
    expect(lines[1]).toBe('*1.* *Client 2.1.252 breaks the prompt cache*');
    expect(lines[2]).toMatch(/^Ada and 2 other developers · <!date/);
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
    expect(linesOf(message)[2]).toMatch(/^Ann · <!date\^\d+\^\{time\}\|\d\d:\d\d>/);
    expect(linesOf(message)[3]).toMatch(/^resets <!date/);
  });
});
