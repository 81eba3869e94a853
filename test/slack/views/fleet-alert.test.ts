import { describe, expect, test } from 'vitest';
import { losses } from '../../../src/incidents/losses.ts';
import { incidentId } from '../../../src/model/ids.ts';
import type { FleetIncident } from '../../../src/model/incident.ts';
import { absorbedAlert } from '../../../src/slack/views/absorbed-alert.ts';
import { fleetThread } from '../../../src/slack/views/fleet-thread.ts';
import { fleetAlert, incidentLine } from '../../../src/slack/views/incident-alert.ts';
import { minutes } from '../../support/builders.ts';
import {
  ANSWERABLE,
  broken,
  counted,
  EVERY_REGRESSION,
  missesMore,
  over,
  regressed,
  resumed,
  resumesWorse,
  SIX_POINTS,
  storming,
  THREE_LOSSES,
} from '../incidents.ts';
import { fine, linesOf, shown, wordsOf } from '../seen.ts';

const READING = { now: minutes(20), zone: 'UTC' };
const WHO = '<@U000000ADA> and 2 other developers';

const alert = (incident: FleetIncident, who = WHO, told = THREE_LOSSES) =>
  fine(fleetAlert({ incident, who, losses: told, next: 'Leave 2.1.252.', ...ANSWERABLE, ...READING }));

const COST =
  '*Cost:* 1.4M tokens rewritten · $6.59 more than hits at API prices · ≈12 points of five-hour windows (8 to 18), 1 incident not counted';

describe('the alert of a regression', () => {
  test.each<[string, FleetIncident, readonly string[]]>([
    [
      'that hit several within the hour says what they share',
      regressed(),
      [
        `:rotating_light: *Client 2.1.252 breaks the prompt cache* · ${WHO}`,
        '3 developers on this client had broken prompt caches within 60 minutes. No compaction, model switch or expired cache explains them: the client version is what they share.',
        COST,
        '*Next:* Leave 2.1.252.',
        '3 developers, one client version: very likely · since 12:00',
      ],
    ],
    [
      'told by its rate holds it against the other versions',
      missesMore(),
      [
        `:rotating_light: *Client 2.1.252 misses the cache in 29% of prompts* · ${WHO}`,
        'With this client 157 of 538 prompts sent within 5 minutes of the last turn found their cache gone; with the team’s other versions 342 of 4,757 (7.2%).',
        COST,
        '*Next:* Leave 2.1.252.',
        'by chance alone: p under 0.0001 (Fisher’s exact test, one-sided) · since 12:00',
      ],
    ],
    [
      'told by its resumes holds them against the other versions',
      resumesWorse(),
      [
        `:rotating_light: *Client 2.1.252 rewrites 62% of resumes* · ${WHO}`,
        'With this client 13 of 21 resumed sessions were written again although their cache was warm; with the team’s other versions 4 of 22 (18%).',
        COST,
        '*Next:* Leave 2.1.252.',
        'by chance alone: p = 0.004 (Fisher’s exact test, one-sided) · since 12:00',
      ],
    ],
  ])('%s', (_, incident, lines) => {
    expect(wordsOf(alert(incident))).toEqual(lines);
    expect(alert(incident).text).toBe(lines[0]?.replace(/^:\w+: \*(.*)\* · /, '$1 · '));
  });

  test('of resumes within the hour says that they were resumes', () => {
    expect(wordsOf(alert(regressed({ of: 'resume_reprocess' })))[1]).toContain(
      'had resumes that rewrote their sessions',
    );
  });

  test('that is over says so and what it cost, and gives no step', () => {
    const lines = wordsOf(alert(over(regressed(), 'quiet'), '3 developers'));
    expect(lines[0]).toBe(':white_check_mark: *Over: Client 2.1.252 breaks the prompt cache* · 3 developers');
    expect(lines).toContain(COST);
    expect(lines.at(-1)).toMatch(/since 12:00, over at 12:12 after 12 min: quiet for 12 min$/);
    expect(lines.join('\n')).not.toContain('*Next:*');
  });

  test('told by its rate is over when it is no worse than others', () => {
    expect(wordsOf(alert(over(missesMore(), 'healthy'))).at(-1)).toMatch(/: no worse than other versions any more$/);
  });

  test('says no cost while nothing was rewritten, and what it cannot tell', () => {
    expect(wordsOf(alert(missesMore(), WHO, losses([]))).join('\n')).not.toContain('*Cost:*');
    const unpriced = losses([counted({}, { pointsLost: { is: 'unknown', because: 'no_price' } })]);
    expect(wordsOf(alert(regressed(), WHO, unpriced))).toContain(
      '*Cost:* 412k tokens rewritten · dollars unknown · points unknown',
    );
    const unreckoned = losses([broken(), counted()]);
    expect(wordsOf(alert(regressed(), WHO, unreckoned))).toContain(
      '*Cost:* 532k tokens rewritten · $0.28 more than hits at API prices, 1 incident not counted',
    );
  });

  test('tells the points of different windows apart', () => {
    const weekly = { ...SIX_POINTS, windowKind: 'seven_day', points: 1, low: 1, high: 1 };
    const told = losses([broken({}, { pointsLost: SIX_POINTS }), broken({}, { pointsLost: weekly })]);
    expect(wordsOf(alert(regressed(), WHO, told)).join('\n')).toContain(
      '≈6 points of five-hour windows (4 to 9) and ≈1 point of weekly windows',
    );
  });

  test('has a first line that fits a phone, whatever the client calls itself', () => {
    const all = EVERY_REGRESSION.map(({ evidence }) =>
      regressed({ ...evidence, clientVersion: '2.1.252-nightly.20261123' }),
    );
    const worst = regressed({
      ...missesMore().evidence,
      clientVersion: '9'.repeat(30),
      comparison: { misses: 9990, of: 10_000, otherMisses: 0, otherOf: 60, pValue: 0.002 },
    });
    for (const incident of [...EVERY_REGRESSION, ...all, worst].flatMap((one) => [one, over(one, 'quiet')])) {
      const [title = ''] = shown(alert(incident, 'who').text).split(' · ');
      expect(title.length, title).toBeLessThanOrEqual(60);
    }
  });

  test('in a list stands alone, so it counts its people', () => {
    expect(shown(incidentLine({ incident: regressed(), ...READING }))).toBe(
      ':rotating_light: 12:00 · Client 2.1.252 breaks the prompt cache, 3 people · *open*',
    );
  });
});

describe('an alert for which a regression speaks now', () => {
  const pointer = (incident: Parameters<typeof absorbedAlert>[0]['incident'], who: string | undefined) =>
    fine(absorbedAlert({ incident, who, fleet: regressed(), channel: 'C0ALERTS', ...ANSWERABLE, ...READING }));

  test('points to it, and keeps its own facts in one line', () => {
    const message = pointer(broken({}, { pointsLost: SIX_POINTS }), 'Ada');
    expect(message.text).toBe('Part of the 2.1.252 regression: prompt cache broken · Ada');
    expect(wordsOf(message)).toEqual([
      ':link: *Part of the 2.1.252 regression: prompt cache broken* · Ada',
      '2 turns rewrote 120k tokens · $0.28 more than hits at API prices · ≈6 points of the five-hour window (4 to 9, learnt from their readings) · session `session-`',
      '“Client 2.1.252 breaks the prompt cache” in <#C0ALERTS> (12:00) tells what helps · since 12:00',
    ]);
  });

  test('speaks to its owner, and says when their own part was over', () => {
    const lines = wordsOf(pointer(over(resumed({}, { pointsLost: SIX_POINTS }), 'healthy'), undefined));
    expect(lines[0]).toBe(':link: *Part of the 2.1.252 regression: costly resume*');
    expect(lines[1]).toContain('1 turn rewrote 60k tokens');
    expect(lines[1]).toContain('your readings');
    expect(lines[2]).toMatch(/over at 12:12 after 12 min: the cache works again$/);
  });

  test('has a first line that fits a phone, and the small menu alone', () => {
    const fleet = regressed({ clientVersion: '2.1.252-nightly.20261123' });
    for (const incident of [broken(), resumed(), storming()]) {
      const message = absorbedAlert({
        incident,
        who: undefined,
        fleet,
        channel: 'C0ALERTS',
        ...ANSWERABLE,
        ...READING,
      });
      expect(shown(message.text).length).toBeLessThanOrEqual(60);
      expect(linesOf(message).slice(-3)).toEqual(['Details', 'This was planned', 'False alarm']);
    }
  });

  test('of another kind is short', () => {
    expect(wordsOf(pointer(storming(), undefined))).toHaveLength(2);
  });

  test('in a list says that it is a part', () => {
    const line = incidentLine({ incident: broken({}, { partOf: incidentId(7) }), ...READING });
    expect(line).toMatch(/ · part of a client’s regression$/);
  });
});

describe('the thread of a regression', () => {
  test('tells whom it hit, when and how hard', () => {
    const parts = [
      { incident: broken(), who: 'Ada' },
      { incident: counted({ model: undefined }), who: 'A developer' },
      { incident: resumed(), who: 'A developer' },
      { incident: storming(), who: 'Grace' },
    ];
    expect(linesOf(fine(fleetThread(parts, READING)))).toEqual([
      '*Part of it: 4 incidents*',
      '• Ada, 12:00 · 2 turns rewrote 120k tokens · $0.28 more than hits at API prices · claude-sonnet-5-5',
      '• A developer, 12:00 · 3 turns rewrote 412k tokens · dollars unknown · model unknown',
      '• A developer, 12:00 · Resume rewrote 60k tokens · $0.28 more than hits at API prices · claude-sonnet-5-5',
      '• Grace, 12:00',
    ]);
  });

  test('of a large team counts the rest', () => {
    const parts = Array.from({ length: 100 }, () => ({ incident: broken({ model: '&'.repeat(500) }), who: 'Ada' }));
    const lines = linesOf(fine(fleetThread(parts, READING)));
    expect(lines).toHaveLength(1 + 20 + 1);
    expect(lines.at(-1)).toBe('and 80 more incidents');
  });
});
