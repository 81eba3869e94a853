import { describe, expect, test } from 'vitest';
import type { ThresholdIncident, WindowIncident } from '../../../src/model/incident.ts';
import { windowWords } from '../../../src/slack/views/window-words.ts';
import { at, hours, minutes } from '../../support/builders.ts';
import { burning, lockedOut, over, passed } from '../incidents.ts';
import { shown } from '../seen.ts';

const READER = { now: minutes(-60), zone: 'UTC', isOwner: true };
const why = (incident: WindowIncident) => shown(windowWords(incident, READER).why);
const paid = (incident: ThresholdIncident) => ({
  ...incident,
  evidence: { ...incident.evidence, paidSince: minutes(14) },
});

describe('a window that runs low', () => {
  test.each<[string, ThresholdIncident, string]>([
    [
      'is gone long before its reset',
      passed(80, { isPaceKnown: true, runsOutAt: minutes(60) }),
      'At this pace it is gone at 13:00, 3 h before it resets.',
    ],
    [
      'is gone about an hour before its reset',
      passed(90, { isPaceKnown: true, resetsAt: at('2026-11-23T12:10:00Z'), runsOutAt: at('2026-11-23T11:05:00Z') }),
      'At this pace it is gone at 11:05, 65 minutes before it resets.',
    ],
    [
      'is gone a minute before its reset',
      passed(90, { isPaceKnown: true, runsOutAt: at('2026-11-23T15:59:00Z') }),
      'At this pace it is gone at 15:59, 1 minute before it resets.',
    ],
    ['lasts', passed(80, { isPaceKnown: true }), 'At this pace it lasts until the reset.'],
    ['was hardly read', passed(80), 'Too little was read yet to tell how long it lasts.'],
    [
      'is used up',
      passed(100),
      'The next request may be refused until the window resets. Where your account has usage credits, it goes through and is paid at API prices.',
    ],
    [
      'is a gateway’s limit',
      passed(100, { windowKind: 'spend_limit' }),
      'The next request may be refused until it resets.',
    ],
    [
      'is passed by',
      paid(passed(100)),
      'A request went through at 12:14 although nothing is left: *probably paid usage*, at API prices. No feed says so; it is inferred, and your account’s usage credits would show it.',
    ],
  ])('and %s', (_, incident, words) => {
    expect(why(incident)).toBe(words);
  });

  test.each<[string, ThresholdIncident, string]>([
    [
      'would have been gone',
      passed(80, { isPaceKnown: true, runsOutAt: minutes(60) }),
      'At that pace it would have been gone at 13:00, 3 h before its reset.',
    ],
    ['would have lasted', passed(80, { isPaceKnown: true }), 'At that pace it would have lasted.'],
    ['was used up', passed(100), 'Nothing was left of it.'],
    ['was passed by', paid(passed(100)), why(paid(passed(100)))],
  ])('and was reset since tells the past: it %s', (_, incident, words) => {
    expect(why(over(incident, 'reset', hours(4)))).toBe(words);
  });
});

test('a moment that passed without it is told as what would have been', () => {
  const passedBy = passed(80, { isPaceKnown: true, runsOutAt: minutes(-90) });
  expect(why(passedBy)).toBe('At that pace it would have been gone at 10:30, 5 h 30 min before its reset.');
});

describe('a window that burns', () => {
  test('is gone so much before its reset, at a pace that is told', () => {
    const { why: words, footnote } = windowWords(burning({ usualPointsPerHour: 12 }), READER);
    expect(shown(words)).toBe('At this pace it is gone at 12:30, 3 h 30 min before it resets.');
    expect(footnote).toEqual(['80 points an hour; your usual pace: up to 12 points an hour']);
    expect(why(over(burning(), 'reset', hours(4)))).toBe(
      'At that pace it would have been gone at 12:30, 3 h 30 min before its reset.',
    );
  });
});

describe('a lock-out', () => {
  test('of some models alone leaves the others', () => {
    const alone = 'It limits opus alone: `/model` switches to another model meanwhile.';
    expect(why(lockedOut({ scope: 'opus' }))).toContain(alone);
    expect(why(lockedOut())).not.toContain('`/model`');
    expect(why(over(lockedOut({ scope: 'opus' }), 'reset'))).not.toContain('`/model`');
  });
});
