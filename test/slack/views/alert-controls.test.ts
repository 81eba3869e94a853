import { describe, expect, test } from 'vitest';
import { incidentId } from '../../../src/model/ids.ts';
import { type Incident, isWindowIncident } from '../../../src/model/incident.ts';
import { alertControls, choiceOf, handleOf, lineMenu, MORE_OPTIONS } from '../../../src/slack/views/alert-controls.ts';
import { fleetAlert, incidentAlert } from '../../../src/slack/views/incident-alert.ts';
import { minutes } from '../../support/builders.ts';
import {
  ANSWERABLE,
  broken,
  EVERY_KIND,
  EVERY_REGRESSION,
  lockedOut,
  over,
  regressed,
  THREE_LOSSES,
} from '../incidents.ts';
import { fine, textsOf, wordsOf } from '../seen.ts';

const READING = { now: minutes(20), zone: 'UTC' };
const ADA = 'U000000ADA';
const done = { at: minutes(5), by: ADA };
const HANDLE = incidentId(17);

const offered = (incident: Incident) => textsOf(alertControls(incident, HANDLE));
const MORE = ['Details', 'This was planned', 'False alarm'];

describe('the controls of an alert', () => {
  test.each(EVERY_KIND.map((incident) => [incident.kind, incident] as const))(
    'of %s offer a snooze until the reset where it is about a window',
    (_, incident) => {
      const untilReset = isWindowIncident(incident) ? ['Until the reset'] : [];
      expect(offered(incident)).toEqual(['Acknowledge', 'Snooze', 'For 1 hour', ...untilReset, 'For a week', ...MORE]);
    },
  );

  test.each(EVERY_REGRESSION)('of a regression are the same, for an hour or a week', (incident) => {
    expect(offered(incident)).toEqual(['Acknowledge', 'Snooze', 'For 1 hour', 'For a week', ...MORE]);
  });

  test('have no button any more once somebody looks after it', () => {
    expect(offered({ ...broken(), acknowledged: done })).toEqual(['Snooze', 'For 1 hour', 'For a week', ...MORE]);
  });

  test('keep only the small menu once it is over', () => {
    expect(offered(over(broken(), 'healthy'))).toEqual(MORE);
    expect(offered(over({ ...lockedOut(), acknowledged: done }, 'reset'))).toEqual(MORE);
  });

  test('carry the incident', () => {
    const values = JSON.stringify(alertControls(lockedOut(), HANDLE)).match(/(?<="value":")[^"]+/g);
    expect(values).toEqual(['17', 'hour:17', 'reset:17', 'week:17', 'details:17', 'planned:17', 'false_alarm:17']);
  });
});

describe('the menu of a line', () => {
  test('can acknowledge too, as long as nobody did and it is open', () => {
    expect(textsOf(lineMenu(broken(), HANDLE))).toEqual(['Acknowledge', ...MORE]);
    expect(textsOf(lineMenu({ ...broken(), acknowledged: done }, HANDLE))).toEqual(MORE);
    expect(textsOf(lineMenu(over(broken(), 'quiet'), HANDLE))).toEqual(MORE);
  });
});

describe('what a click carries', () => {
  test.each([
    ['17', 17],
    ['sample', 'sample'],
    [undefined, undefined],
    ['', undefined],
    ['17 ', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['9'.repeat(20), undefined],
  ])('%j is read as %s', (value, handle) => {
    expect(handleOf(value)).toBe(handle);
  });

  test.each([
    ['details:17', { option: 'details', handle: 17 }],
    ['acknowledge:sample', { option: 'acknowledge', handle: 'sample' }],
    ['week:17', undefined],
    ['details', undefined],
    ['details:', undefined],
    [':17', undefined],
    ['details:x', undefined],
    [undefined, undefined],
  ])('of a menu %j is read as %j', (value, choice) => {
    expect(choiceOf(value, MORE_OPTIONS)).toEqual(choice);
  });
});

describe('what people did', () => {
  const told = (
    incident: Parameters<typeof incidentAlert>[0]['incident'],
    who: string | undefined,
    snoozed?: boolean,
  ) =>
    wordsOf(
      fine(
        incidentAlert({
          incident,
          who,
          ...(snoozed && { snoozed: { until: minutes(80), by: ADA } }),
          ...ANSWERABLE,
          ...READING,
        }),
      ),
    );

  test('stands below the alert: who looks after it, and when they said so', () => {
    expect(told({ ...broken(), acknowledged: done }, 'A developer').at(-1)).toBe(
      `:eyes: Acknowledged by <@${ADA}> at 12:05`,
    );
  });

  test('tells who snoozed the kind until when, and for whom', () => {
    expect(told(broken(), 'A developer', true).at(-1)).toBe(
      `:zzz: Snoozed by <@${ADA}> until 13:20: no new alert of this kind about this developer before`,
    );
    expect(told(broken(), undefined, true).at(-1)).toMatch(/until 13:20: no new alert of this kind to you before$/);
    const fleet = fleetAlert({
      incident: regressed(),
      who: '3 developers',
      losses: THREE_LOSSES,
      snoozed: { until: minutes(80), by: ADA },
      ...ANSWERABLE,
      ...READING,
    });
    expect(wordsOf(fine(fleet)).at(-1)).toMatch(/until 13:20: no new alert of this kind before$/);
  });

  test.each([
    ['planned', ':calendar: Marked as planned'],
    ['false_alarm', ':no_bell: Marked as a false alarm'],
  ] as const)('tells who called it %s, also after it is over', (is, words) => {
    const incident = { ...broken(), feedback: { is, ...done } };
    for (const state of [incident, over(incident, 'healthy')]) {
      expect(told(state, 'A developer').at(-1)).toBe(`${words} by <@${ADA}> at 12:05`);
    }
  });

  test('is a line each', () => {
    const all = { ...broken(), acknowledged: done, feedback: { is: 'planned' as const, ...done } };
    expect(
      told(all, 'A developer', true)
        .slice(-3)
        .map((line) => line.split(' ')[0]),
    ).toEqual([':eyes:', ':zzz:', ':calendar:']);
  });
});
