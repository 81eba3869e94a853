import { describe, expect, test } from 'vitest';
import { incidentId } from '../../../src/model/ids.ts';
import type { Incident } from '../../../src/model/incident.ts';
import { DAY_MS, plus } from '../../../src/model/time.ts';
import { incidentsAnswer } from '../../../src/slack/views/incidents-answer.ts';
import { NOON } from '../../support/builders.ts';
import { broken, burning, EVERY_KIND, lockedOut, over, resumed } from '../incidents.ts';
import { fine, linesOf } from '../seen.ts';

const READING = { now: NOON, zone: 'UTC' };
const answer = (incidents: readonly Incident[]) => fine(incidentsAnswer(incidents, READING));
const small = resumed({ rewrittenTokens: 25_000 }, { severity: 'recorded' });

describe('the list of incidents', () => {
  test('without any says so', () => {
    const message = answer([]);
    expect(message.text).toBe('No incidents in the last 7 days.');
    expect(linesOf(message)).toEqual([message.text]);
  });

  test('counts what was too small for a message', () => {
    expect(linesOf(answer([small, small]))).toEqual([
      'No incidents in the last 7 days. 2 small resumes recorded, each too small for a message.',
    ]);
  });

  test('calls resumes what are resumes alone', () => {
    const other = { ...lockedOut(), severity: 'recorded' as const };
    expect(answer([small, other]).text).toContain('2 small incidents recorded, each too small for a message.');
  });

  test('says of a part of a regression that it is one, open or over', () => {
    const part = broken({}, { partOf: incidentId(7) });
    for (const line of linesOf(answer([part, over(part, 'healthy')])).slice(1)) {
      expect(line).toMatch(/120k tokens · part of a client’s regression$/);
    }
  });

  test('tells one, and what is beside it', () => {
    const message = answer([small, over(broken(), 'healthy')]);
    expect(message.text).toBe('1 incident in the last 7 days');
    expect(linesOf(message)).toEqual([
      '*1 incident in the last 7 days*',
      ':white_check_mark: 12:00 · Prompt cache broken: 2 turns rewrote 120k tokens · over at 12:12',
      '1 small resume recorded, each too small for a message.',
    ]);
  });

  test('has a line for every kind, in the order in which they are given', () => {
    expect(linesOf(answer([...EVERY_KIND, lockedOut({ scope: 'opus' })]))).toEqual([
      '*14 incidents in the last 7 days*',
      ':warning: 12:00 · Prompt cache broken: 2 turns rewrote 120k tokens · *open*',
      ':warning: 12:00 · Resume rewrote 60k tokens',
      ':hourglass_flowing_sand: 12:00 · Locked out until 16:00 (five-hour quota) · *open*',
      ':hourglass_flowing_sand: 12:00 · Your five-hour quota is 80% used · *open*',
      ':warning: 12:00 · Five-hour quota runs out at 12:30 · *open*',
      ':information_source: 12:00 · Prompt cache cut from 1 hour to 5 minutes · *open*',
      ':warning: 12:00 · 70.2M cached tokens read in an hour, 12x the usual · *open*',
      ':warning: 12:00 · Prompts cost 14x the usual: $8.40, not $0.60 · *open*',
      ':information_source: 12:00 · One prompt took ≈38% of the five-hour quota',
      ':warning: 12:00 · Background work took ≈34% of a five-hour quota · *open*',
      ':warning: 12:00 · 1,240 background sessions started in an hour · *open*',
      ':information_source: 12:00 · Status line silent since 09:00 · *open*',
      ':information_source: 12:00 · Telemetry silent since 09:00 · *open*',
      ':hourglass_flowing_sand: 12:00 · Locked out until 16:00 (five-hour opus quota) · *open*',
    ]);
  });

  test('tells what was done about them: looked after while it lasts, and judged', () => {
    const deed = { at: NOON, by: 'U000000ADA' };
    const acknowledged = { ...broken(), acknowledged: deed };
    const judged = (is: 'planned' | 'false_alarm') => ({ ...acknowledged, feedback: { is, ...deed } });
    expect(
      linesOf(answer([acknowledged, judged('planned'), over(judged('false_alarm'), 'healthy')]))
        .slice(1)
        .map((line) => line.split(' · ').slice(2)),
    ).toEqual([
      ['*open*', 'acknowledged'],
      ['*open*', 'acknowledged', 'planned'],
      ['over at 12:12', 'false alarm'],
    ]);
  });

  test('of a lock-out that is over says when, not until when, and of a resume neither', () => {
    const incidents = [over(lockedOut(), 'open_again'), over(resumed(), 'quiet')];
    expect(linesOf(answer(incidents)).slice(1)).toEqual([
      ':white_check_mark: 12:00 · Locked out (five-hour quota) · over at 12:12',
      ':white_check_mark: 12:00 · Resume rewrote 60k tokens',
    ]);
  });

  test('of 40 shows 15, however long their lines are', () => {
    const longAgo = { ...broken({ misses: 5000, rewrittenTokens: 10_000_000 }), openedAt: plus(NOON, -3 * DAY_MS) };
    const longest = { ...burning({ windowKind: '&'.repeat(500) }), openedAt: plus(NOON, -3 * DAY_MS) };
    for (const incident of [over(longAgo, 'healthy', plus(NOON, -2 * DAY_MS)), longest]) {
      const lines = linesOf(answer([...Array.from({ length: 40 }, () => incident), small]));
      expect(lines).toHaveLength(1 + 15 + 1);
      expect(lines[0]).toBe('*40 incidents in the last 7 days*');
      expect(lines.at(-1)).toMatch(/^and 25 older ones · 1 small resume recorded/);
    }
  });

  test('of exactly 15 hides none', () => {
    expect(linesOf(answer(Array.from({ length: 15 }, () => broken())))).toHaveLength(16);
  });
});
