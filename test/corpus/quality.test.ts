import { describe, expect, test } from 'vitest';
import { atLeast } from '../../src/model/finding.ts';
import { type Incident, isCacheIncident } from '../../src/model/incident.ts';
import { collectorCalls, type Feed } from '../../src/simulation/collector-calls.ts';
import type { Fault } from '../../src/simulation/scene.ts';
import { simulate } from '../../src/simulation/shapes.ts';
import { type CorpusRow, ROWS } from './cases.ts';
import { inWords, replayCalls } from './replay-calls.ts';

const CASES = ROWS.flatMap((row) =>
  row.seeds.flatMap((seed) => row.feeds.map((feed) => ({ name: `${row.shape} ${seed} by ${feed}`, row, seed, feed }))),
);

describe('each case leads to exactly what was put into it', () => {
  test.each(CASES)('$name', ({ row, seed, feed }) => {
    const { sessions, faults } = simulate(row.shape, seed);
    const incidents = replayCalls(collectorCalls(sessions, feed));
    expect(incidents.map(inWords).toSorted()).toEqual(row.incidents.toSorted());
    for (const fault of row.alert ? faults : []) expectTold(fault, incidents, row);
  });

  /** The incident counts the misses that were put in, and was there after as many as the row says. */
  function expectTold(fault: Fault, incidents: readonly Incident[], { alert }: CorpusRow) {
    const told = incidents.filter(isCacheIncident).find(({ kind, evidence }) => {
      return kind === fault.kind && evidence.session === fault.session;
    });
    expect(alert?.after).toContain(fault.missesAt.findLastIndex((at) => at <= (told?.openedAt ?? 0)) + 1);
    if (alert?.counts === 'all') {
      const { missesAt, rewrittenTokens } = fault;
      expect(told?.evidence).toMatchObject({ misses: missesAt.length, rewrittenTokens });
    }
  }
});

describe('ordinary sessions, one each of a team', () => {
  test.each([
    ['webhook', 200],
    ['telemetry', 40],
  ] as const)('by %s show the resumes that are in them, and nothing else: %i sessions', (feed, count) => {
    const { incidents, faults } = replayOrdinary(feed, count);
    expect(incidents.filter(({ kind }) => kind !== 'resume_reprocess')).toEqual([]);
    expect(incidents.filter(isAlarm)).toEqual([]);
    // What a resume rewrites is recorded from 20,000 tokens on.
    const resumed = new Set(faults.filter((fault) => fault.rewrittenTokens >= 20_000).map(({ session }) => session));
    expect(new Set(incidents.filter(isCacheIncident).map(({ evidence }) => evidence.session))).toEqual(resumed);
    expect(resumed.size).toBeGreaterThan(count / 20);
  });

  test('raise no alarm where the client names no sources', () => {
    expect(replayOrdinary('old_telemetry', 40).incidents.filter(isAlarm)).toEqual([]);
  });
});

const isAlarm = ({ severity }: Incident) => atLeast(severity, 'warning');

function replayOrdinary(feed: Feed, count: number) {
  const simulated = Array.from({ length: count }, (_, nth) => simulate('ordinary', nth + 1));
  const sessions = simulated.flatMap((one) => one.sessions);
  return { incidents: replayCalls(collectorCalls(sessions, feed)), faults: simulated.flatMap((one) => one.faults) };
}
