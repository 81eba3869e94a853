import { describe, expect, test } from 'vitest';
import { SEVERITIES } from '../../../src/model/finding.ts';
import { sessionId } from '../../../src/model/ids.ts';
import { type DeveloperIncident, type Incident, isWindowIncident } from '../../../src/model/incident.ts';
import { DAY_MS, plus } from '../../../src/model/time.ts';
import { incidentAlert, incidentLine } from '../../../src/slack/views/incident-alert.ts';
import { evidence, hours, minutes, NOON } from '../../support/builders.ts';
import {
  ANSWERABLE,
  broken,
  burning,
  counted,
  EVERY_KIND,
  EVERY_RESOLUTION,
  inflated,
  lockedOut,
  over,
  passed,
  ranAway,
  resumed,
  SIX_POINTS,
  silent,
  spawned,
  spiked,
  storming,
} from '../incidents.ts';
import { fine, linesOf, shown, wordsOf } from '../seen.ts';

const READING = { now: minutes(20), zone: 'UTC' };
const ADA = '<@U000000ADA>';

function alert(incident: DeveloperIncident, who: string | undefined = undefined, reading = READING) {
  return fine(incidentAlert({ incident, who, next: 'Start a fresh session.', ...ANSWERABLE, ...reading }));
}

/** The lines of the alert; the first is its title. */
const told = (incident: DeveloperIncident, who?: string) => wordsOf(alert(incident, who));

describe('an alert', () => {
  test('of a broken cache says who, what, how bad, why, what it cost and what to do', () => {
    const incident = broken({ turns: [evidence({ at: NOON, gapMs: 40_000 })] }, { pointsLost: SIX_POINTS });
    expect(told(incident, ADA)).toEqual([
      `:warning: *Prompt cache broken: 2 turns rewrote 120k tokens* · ${ADA}`,
      'client 2.1.330 · claude-sonnet-5-5 · session `session-`',
      'The last turn read 15k of the 75k tokens that the cache held, 40 s after the turn before, and wrote the rest again. No compaction, model switch, resume or expired cache explains it.',
      '*Cost:* $0.28 more than hits at API prices · ≈6 points of the five-hour window (4 to 9, learnt from their readings)',
      '*Next:* Start a fresh session.',
      '2 unexplained misses: very likely · still read: 15k of system prompt and tools · since 12:00',
    ]);
    expect(alert(incident, ADA).text).toBe(`Prompt cache broken: 2 turns rewrote 120k tokens · ${ADA}`);
  });

  test('of a cache that broke for certain says how it knows', () => {
    const grown = broken({ misses: 9, consecutive: 7, rewrittenTokens: 1_240_000 }, { severity: 'critical' });
    expect(told(grown)[0]).toBe(':rotating_light: *Prompt cache broken: 9 turns rewrote 1.2M tokens*');
    expect(told(grown).at(-1)).toMatch(/^7 misses in a row: certain · /);
    expect(told(broken({ consecutive: 1 }, { severity: 'critical' })).at(-1)).toMatch(/^1 miss in a row/);
  });

  test('of a cache of which the client counted more than the tokens show says both', () => {
    const lines = told(broken({ clientCount: { misses: 5, rewrittenTokens: 301_000 } }));
    expect(lines[0]).toContain('5 turns rewrote 301k tokens');
    expect(lines.at(-1)).toContain(' · counted by the client too: 5 misses · ');
    const less = told(broken({ clientCount: { misses: 1, rewrittenTokens: 60_000 } }));
    expect(less[0]).toContain('2 turns rewrote 120k tokens');
    expect(less.at(-1)).toContain(' · counted by the client too: 1 miss · ');
  });

  test('of a cache that only the client counted says so, and what that leaves unknown', () => {
    expect(told(counted({ model: undefined }))).toEqual([
      ':warning: *Prompt cache broken: 3 turns rewrote 412k tokens*',
      'client 2.1.330 · model unknown · session `session-`',
      'Claude Code itself counted 3 cache misses that no idle time, model switch or compaction explains, and 412k tokens written again.',
      '*Cost:* dollars and points unknown: the client counts tokens, not at which price',
      '*Next:* Start a fresh session.',
      'the client’s own count: certain · since 12:00',
    ]);
  });

  test('of a resume says what the cache still held', () => {
    expect(told(resumed({ turns: [evidence({ gapMs: 130_000 })] }))).toEqual([
      ':warning: *Resume rewrote 60k tokens*',
      'client 2.1.330 · claude-sonnet-5-5 · session `session-`',
      'The cache still held 75k tokens (last turn 2 min before), yet only 15k were read and the rest was written again.',
      '*Cost:* $0.28 more than hits at API prices',
      '*Next:* Start a fresh session.',
      '1 request right after a resume · since 12:00',
    ]);
    const agreed = told(resumed({ clientCount: { misses: 1, rewrittenTokens: 60_000 } }));
    expect(agreed.at(-1)).toBe('1 request right after a resume · counted by the client too: 1 miss · since 12:00');
  });

  test.each([
    [1, 'Resume rewrote 60k tokens', '1 request right after a resume'],
    [2, 'Resume rewrote 60k tokens', '2 requests right after a resume'],
    [3, 'Resumes rewrote 60k tokens in 3 requests', '3 requests right after a resume'],
    [5000, 'Resumes rewrote 60k tokens in 5,000 requests', '5,000 requests right after a resume'],
  ])('of a resume with %d misses tells whether there were several', (misses, title, footnote) => {
    const lines = told(resumed({ misses }));
    expect(lines[0]).toBe(`:warning: *${title}*`);
    expect(lines.at(-1)).toBe(`${footnote} · since 12:00`);
  });

  test('of a resume says what was seen last', () => {
    const turns = [evidence({ expectedTokens: 40_000 }), evidence({ gapMs: 180_000, readTokens: 20_000 })];
    expect(told(resumed({ misses: 2, turns }))[2]).toBe(
      'The cache still held 75k tokens (last turn 3 min before), yet only 20k were read and the rest was written again.',
    );
  });

  test('of a lock-out says when it opens again', () => {
    expect(told(lockedOut())).toEqual([
      ':hourglass_flowing_sand: *Locked out until 16:00 (five-hour quota)*',
      'Claude Code was refused at 12:00: this window is used up and resets 16:00 (in 3 h 40 min).',
      '*Next:* Start a fresh session.',
      'told by the client · since 12:00',
    ]);
    expect(alert(lockedOut()).text).toBe('Locked out until 16:00 (five-hour quota)');
    expect(told(lockedOut({ source: 'status_429' })).at(-1)).toMatch(/^a refused request/);
  });

  test.each([
    ['with its model', { scope: 'opus' }, 'Locked out until 16:00 (five-hour opus quota)'],
    ['until another day', { resetsAt: hours(96.5) }, 'Locked out until Fri 27 Nov 12:30 (five-hour quota)'],
    ['cut to fit', { windowKind: 'x'.repeat(40), scope: 'opus' }, `Locked out until 16:00 (${'x'.repeat(17)}… quota)`],
  ])('of a lock-out names its window %s', (_, part, text) => {
    expect(alert(lockedOut(part)).text).toBe(text);
  });

  test('of a lock-out that was reset meanwhile tells no time that is left', () => {
    const past = alert(lockedOut(), undefined, { now: hours(5), zone: 'UTC' });
    expect(linesOf(past)[1]).toBe('Claude Code was refused at 12:00: this window is used up and resets 16:00.');
  });

  test.each<[string, DeveloperIncident, readonly string[]]>([
    [
      'whose pace is not known',
      passed(80),
      [
        ':hourglass_flowing_sand: *Your five-hour quota is 80% used*',
        '20% left · resets 16:00 (in 3 h 40 min)',
        'Too little was read yet to tell how long it lasts.',
        '*Next:* Start a fresh session.',
        'from the status line · since 12:00',
      ],
    ],
    [
      'that lasts',
      passed(90, { isPaceKnown: true, usedPercent: 91.25 }),
      [
        ':hourglass_flowing_sand: *Your five-hour quota is 91% used*',
        '8.8% left · resets 16:00 (in 3 h 40 min)',
        'At this pace it lasts until the reset.',
        '*Next:* Start a fresh session.',
        'from the status line · since 12:00',
      ],
    ],
    [
      'that does not last',
      passed(90, { isPaceKnown: true, runsOutAt: hours(1) }),
      [
        ':hourglass_flowing_sand: *Your five-hour quota is 90% used*',
        '10% left · resets 16:00 (in 3 h 40 min)',
        'At this pace it is gone at 13:00, 3 h before it resets.',
        '*Next:* Start a fresh session.',
        'from the status line · since 12:00',
      ],
    ],
    [
      'that is used up',
      passed(100, { usedPercent: 103 }),
      [
        ':hourglass_flowing_sand: *Your five-hour quota is used up*',
        '0% left · resets 16:00 (in 3 h 40 min)',
        'The next request may be refused until the window resets. Where your account has usage credits, it goes through and is paid at API prices.',
        '*Next:* Start a fresh session.',
        'from the status line · since 12:00',
      ],
    ],
  ])('of a window %s', (_, incident, lines) => {
    expect(told(incident)).toEqual(lines);
  });

  test('of a fast burn compares with the usual pace', () => {
    expect(told(burning({ usualPointsPerHour: 12.34 }))).toEqual([
      ':warning: *Five-hour quota runs out at 12:30*',
      '40% left · resets 16:00 (in 3 h 40 min)',
      'At this pace it is gone at 12:30, 3 h 30 min before it resets.',
      '*Next:* Start a fresh session.',
      '80 points an hour; your usual pace: up to 12 points an hour · since 12:00',
    ]);
    expect(told(burning()).at(-1)).toMatch(/^80 points an hour; too little history/);
    expect(told(burning({ usualPointsPerHour: 4.26 })).at(-1)).toMatch(/up to 4\.3 points/);
  });

  test.each([
    ['a client version', broken({ clientVersion: undefined }), 'client version unknown'],
    ['a price', broken({ extraCostMicros: undefined }), 'dollars and points unknown: this model has no known price\n'],
    ['a price of a resume', resumed({ extraCostMicros: undefined }), 'dollars and points unknown'],
    ['a floor', broken({ floorTokens: undefined }), '2 unexplained misses: very likely · since 12:00'],
    ['a cause', broken({ cause: undefined }), 'of system prompt and tools · since 12:00'],
    [
      'a turn',
      broken({ turns: [] }),
      '\nHistory that the cache held was written again. No compaction, model switch, resume or expired cache explains it.\n',
    ],
    ['a turn after a resume', resumed({ turns: [] }), 'The session was written again after a resume.'],
  ])('gets by without %s', (_, incident, part) => {
    expect(told(incident).join('\n')).toContain(part);
    expect(told(incident).join('\n')).not.toMatch(/undefined|NaN/);
  });

  test.each([
    ['tools_changed', 'the tool list changed'],
    ['system_prompt_changed', 'the system prompt changed'],
    ['messages_rewritten', 'earlier messages were rewritten'],
    ['likely_server_side', 'most likely the server lost it'],
    ['something_new,tools_changed', 'something_new, the tool list changed'],
    ['something_new', 'something_new'],
  ])('says that the client names %s', (cause, words) => {
    expect(told(broken({ cause }))[2]).toMatch(new RegExp(`explains it\\. Claude Code names the cause: ${words}\\.$`));
    expect(told(resumed({ cause }))[2]).toContain(`written again. Claude Code names the cause: ${words}.`);
  });

  test('has a step only where there is something to do', () => {
    const message = fine(incidentAlert({ incident: broken(), who: undefined, ...ANSWERABLE, ...READING }));
    expect(linesOf(message).join('\n')).not.toContain('Next');
  });

  test('shows a moment of another day with its day, and only to readers without zones of their own in ours', () => {
    const tomorrow = alert(passed(80, { resetsAt: plus(NOON, DAY_MS) }), undefined, { now: NOON, zone: 'Asia/Tokyo' });
    expect(linesOf(tomorrow)[1]).toContain('resets Tue 24 Nov 21:00 (in 1 d)');
    expect(JSON.stringify(tomorrow)).toContain('<!date^1795521600^{date_short_pretty} {time}|');
  });
});

describe('an alert that is over', () => {
  test.each([
    ['healthy', 'Over: ', 'the cache works again'],
    ['quiet', 'Over: ', 'quiet for 12 min'],
    ['reset', 'Reset: ', 'the window was reset'],
    ['open_again', 'Over: ', 'a request went through'],
    ['explained', 'Over: ', 'later data explained it'],
    ['heard', 'Over: ', 'it speaks again'],
  ] as const)('as it is %s says so in its first and its last line', (by, prefix, reason) => {
    for (const incident of EVERY_KIND) {
      const { text } = alert(over(incident, by));
      const lines = told(over(incident, by), ADA);
      // A lock-out is over; of the rest, the numbers were reset.
      expect(text.startsWith(incident.kind === 'lock_out' ? 'Over: ' : prefix)).toBe(true);
      expect(lines[0]).toBe(`:white_check_mark: *${shown(text)}* · ${ADA}`);
      expect(lines.at(-1)).toMatch(`since 12:00, over at 12:12 after 12 min: ${reason}`);
      expect(lines.join('\n')).not.toContain('*Next:*');
    }
  });

  test('of a lock-out tells no more until when', () => {
    expect(told(over(lockedOut(), 'open_again'))).toEqual([
      ':white_check_mark: *Over: Locked out (five-hour quota)*',
      'Claude Code was refused at 12:00: this window was used up.',
      'told by the client · since 12:00, over at 12:12 after 12 min: a request went through',
    ]);
    expect(alert(over(lockedOut(), 'reset')).text).toBe('Over: Locked out (five-hour quota)');
  });

  test('by a later message says where to look, not that it is over', () => {
    const lines = told(over(passed(80), 'overtaken'));
    expect(lines[0]).toBe(':arrow_right: *Your five-hour quota is 80% used*');
    expect(lines.at(-1)).toBe('from the status line · a later message says more');
    for (const incident of EVERY_KIND) {
      const all = told(over(incident, 'overtaken')).join('\n');
      expect(all).toMatch(/^:arrow_right: \*(?!Over: |Reset: )/);
      expect(all).toMatch(/(?: · |\n)a later message says more$/);
      expect(all).not.toContain('over at');
      expect(all).not.toContain('*Next:*');
    }
  });

  test('by a later lock-out is no word of this one any more', () => {
    expect(told(over(lockedOut(), 'overtaken'))).toEqual([
      ':arrow_right: *Locked out (five-hour quota)*',
      'Claude Code was refused at 12:00: this window was used up.',
      'told by the client · a later message says more',
    ]);
  });
});

const STATES: readonly ((incident: DeveloperIncident) => DeveloperIncident)[] = [
  (incident) => incident,
  ...SEVERITIES.map((severity) => (incident: DeveloperIncident) => ({ ...incident, severity })),
  ...EVERY_RESOLUTION.map((by) => (incident: DeveloperIncident) => over(incident, by)),
];

describe('every kind in every state', () => {
  const cases = EVERY_KIND.flatMap((incident) =>
    STATES.map((state) => state(incident)).map((changed) => [changed.kind, changed.severity, changed] as const),
  );

  /** That the incident of a resume or of one prompt waits for quiet is nothing to read, and what was overtaken is not over. */
  const stateInLists = ({ kind, resolved }: Incident) => {
    if (kind === 'resume_reprocess' || kind === 'prompt_spike' || resolved?.by === 'overtaken') return [];
    return [resolved ? 'over at 12:12' : '*open*'];
  };

  test.each(cases)(
    '%s at %s is a message that Slack takes, with an owner and without',
    (_kind, _severity, incident) => {
      for (const who of [undefined, ADA, 'A developer']) alert(incident, who);
      const [when, title, ...state] = shown(incidentLine({ incident, ...READING })).split(' · ');
      expect(when).toMatch(/^:[a-z_]+: 12:00$/);
      expect(title).toMatch(/./);
      expect(state).toEqual(stateInLists(incident));
    },
  );
});

/** Only these are over when a window resets. */
const isOfWindow = (incident: Incident) => isWindowIncident(incident) || incident.kind === 'runaway';

describe('the first line', () => {
  const LONG = { windowKind: 'a_window_kind_that_nobody_has_seen_before', scope: 'claude-opus-with-a-long-name' };
  /** A moment that takes its day to tell: `Fri 27 Nov 12:30`. */
  const FRIDAY = hours(96.5);
  const EXTREME: readonly DeveloperIncident[] = [
    ...EVERY_KIND,
    broken({ misses: 5000, rewrittenTokens: 10_000_000 }),
    broken({ misses: 1, rewrittenTokens: 999_499 }),
    broken({ misses: 12_345, rewrittenTokens: 1_000_000_000 }),
    resumed({ rewrittenTokens: 10_000_000 }),
    resumed({ misses: 3 }),
    resumed({ misses: 12_345, rewrittenTokens: 1_000_000_000 }),
    lockedOut(LONG),
    lockedOut({ ...LONG, resetsAt: FRIDAY }),
    lockedOut({ windowKind: 'seven_day', scope: 'opus' }),
    lockedOut({ windowKind: 'seven_day', scope: 'opus', resetsAt: FRIDAY }),
    passed(80, LONG),
    passed(90, { ...LONG, usedPercent: 99.99 }),
    passed(100, LONG),
    burning(LONG),
    burning({ ...LONG, runsOutAt: FRIDAY, resetsAt: plus(FRIDAY, DAY_MS) }),
    storming({ readTokens: 10_000_000_000, usualReadTokens: 1_000_000 }),
    inflated({ costPerPromptMicros: 12_040_000_000, usualCostPerPromptMicros: 99_990_000 }),
    inflated({ usualCostPerPromptMicros: 0 }),
    spiked({ ...LONG, took: { points: 104, low: 99, high: 106 } }),
    ranAway({ window: { account: '', resetsAt: FRIDAY, ...LONG }, took: { points: 100, low: 99, high: 101 } }),
    spawned({ sessions: 123_456 }),
    silent('status_line', { silentSince: plus(FRIDAY, -8 * DAY_MS) }),
    silent('telemetry', { silentSince: plus(FRIDAY, -8 * DAY_MS) }),
  ];

  test.each(EXTREME.map((incident) => [incident.kind, incident] as const))('of %s fits a phone', (_, incident) => {
    // No cache is ever reset: only windows are.
    const ends = EVERY_RESOLUTION.filter((by) => by !== 'reset' || isOfWindow(incident));
    for (const state of [incident, ...ends.map((by) => over(incident, by))]) {
      const { text } = incidentAlert({ incident: state, who: undefined, ...ANSWERABLE, ...READING });
      expect(shown(text).length, shown(text)).toBeLessThanOrEqual(60);
    }
  });

  test('names the session by its first eight characters', () => {
    const session = sessionId('0f9d2c31-7b1e-4c55-9a51-6a0f2c9d1b77');
    expect(told(broken({ session }))[1]).toContain('session `0f9d2c31`');
  });
});
