import { describe, expect, test } from 'vitest';
import { incidentId } from '../../../src/model/ids.ts';
import type { Incident } from '../../../src/model/incident.ts';
import type { EpochMs } from '../../../src/model/time.ts';
import { digest } from '../../../src/slack/views/digest.ts';
import { hours, minutes, seconds } from '../../support/builders.ts';
import { broken, EVERY_KIND, EVERY_REGRESSION, inflated, over, regressed, resumed, storming } from '../incidents.ts';
import { fine, linesOf } from '../seen.ts';

const READING = { now: minutes(20), zone: 'UTC' };

function digestOf(incidents: readonly Incident[], hasPseudonyms = false) {
  const parts = incidents.map((incident, index) => ({
    incident,
    handle: incidentId(index + 1),
    who: `Heron ${index}`,
  }));
  return fine(digest({ parts, hasPseudonyms, ...READING }));
}

/** Without the menus. */
const told = (incidents: readonly Incident[], hasPseudonyms = false) =>
  linesOf(digestOf(incidents, hasPseudonyms)).filter(
    (line) => !['Acknowledge', 'Details', 'This was planned', 'False alarm'].includes(line),
  );

const since = <I extends Incident>(incident: I, openedAt: EpochMs): I => ({ ...incident, openedAt });

describe('a digest', () => {
  test('counts the alerts, groups them by kind, and tells the state of each', () => {
    const later = { ...over(broken(), 'healthy'), openedAt: minutes(7), acknowledged: { at: minutes(8), by: 'U1' } };
    const judged = { ...storming(), feedback: { is: 'planned' as const, at: minutes(8), by: 'U1' } };
    expect(told([broken(), later, resumed(), judged, regressed()], true)).toEqual([
      ':warning: *5 more alerts in 7 min, 3 still open*',
      'Too many for a message each: they are gathered here, and this message is kept up to date.',
      '*Client regression:* 1, still open',
      ':rotating_light: 12:00 · Client 2.1.252 breaks the prompt cache, 3 people · *open* · Heron 4',
      '*Prompt cache broken:* 2, 1 still open',
      ':warning: 12:00 · Prompt cache broken: 2 turns rewrote 120k tokens · *open* · Heron 0',
      ':white_check_mark: 12:07 · Prompt cache broken: 2 turns rewrote 120k tokens · over at 12:12 · Heron 1',
      '*Costly resume:* 1',
      ':warning: 12:00 · Resume rewrote 60k tokens · Heron 2',
      '*Storm of cache reads:* 1, still open',
      ':warning: 12:00 · 70.2M cached tokens read in an hour, 12x the usual · *open* · planned · Heron 3',
      'Your own are at `/quota incidents`. Animals stand for people who have not agreed to be named.',
    ]);
  });

  test.each<[string, readonly Incident[], string]>([
    ['of one says that it is one more', [broken()], '1 more alert, still open'],
    ['within a minute', [broken(), since(broken(), seconds(20))], '2 more alerts in 1 min, 2 still open'],
    [
      'of what is over',
      [broken(), since(broken(), hours(1.5))].map((one) => over(one, 'quiet')),
      'Over: 2 more alerts in 1 h 30 min',
    ],
    ['of resumes, which neither last nor end', [resumed(), over(resumed(), 'quiet')], '2 more alerts in 1 min'],
  ])('%s', (_, incidents, title) => {
    expect(digestOf(incidents).text).toBe(title);
  });

  test('of a hundred lists the 12 worst: what is open first, then by how serious, then the newest', () => {
    const many = Array.from({ length: 97 }, (_, index) => over(since(broken(), minutes(index / 20)), 'quiet'));
    const critical = over({ ...broken(), severity: 'critical' as const }, 'quiet');
    const message = digestOf([...many, critical, inflated(), since(storming(), minutes(9))]);
    const lines = linesOf(message);
    expect(message.text).toBe('100 more alerts in 9 min, 2 still open');
    expect(message.blocks.length).toBeLessThanOrEqual(50);
    expect(lines.filter((line) => / · Heron \d+$/.test(line)).map((line) => line.split(' · ').at(-1))).toEqual([
      'Heron 97',
      'Heron 96',
      'Heron 95',
      'Heron 94',
      'Heron 93',
      'Heron 92',
      'Heron 91',
      'Heron 90',
      'Heron 89',
      'Heron 88',
      'Heron 99',
      'Heron 98',
    ]);
    expect(lines).toContain('*Prompt cache broken:* 98');
    expect(lines.at(-1)).toBe('The 12 worst of 100 are listed. Your own are at `/quota incidents`.');
  });

  test('has a first line that fits a phone, and is a message that Slack takes, whatever it tells of', () => {
    const everything = [...EVERY_KIND, ...EVERY_REGRESSION];
    const thousands = Array.from({ length: 400 }, () => [...everything, since(broken(), hours(23.9))]).flat();
    for (const incidents of [everything, thousands, thousands.map((one) => over(one, 'healthy'))]) {
      expect(digestOf(incidents, true).text.length).toBeLessThanOrEqual(60);
    }
  });

  test('offers with each line what an alert of its own would offer', () => {
    const accessories = JSON.stringify(digestOf([broken(), over(broken(), 'quiet')])).match(/(?<="value":")[^"]+/g);
    expect(accessories).toEqual([
      'acknowledge:1',
      'details:1',
      'planned:1',
      'false_alarm:1',
      'details:2',
      'planned:2',
      'false_alarm:2',
    ]);
  });
});
