import { describe, expect, test } from 'vitest';
import { SEVERITIES } from '../../../src/model/finding.ts';
import { sessionId } from '../../../src/model/ids.ts';
import type { Incident } from '../../../src/model/incident.ts';
import { DAY_MS, plus } from '../../../src/model/time.ts';
import { incidentAlert, incidentLine, openAgainReply } from '../../../src/slack/views/incident-alert.ts';
import { evidence, hours, minutes, NOON } from '../../support/builders.ts';
import { broken, burning, EVERY_KIND, EVERY_RESOLUTION, lockedOut, over, passed, resumed } from '../incidents.ts';
import { fine, linesOf, shown } from '../seen.ts';

const READING = { now: minutes(20), zone: 'UTC' };
const ADA = '<@U000000ADA>';

function alert(incident: Incident, who: string | undefined = undefined, reading = READING) {
  return fine(incidentAlert({ incident, who, ...reading }));
}

/** The lines of the alert; the first is its title. */
const told = (incident: Incident, who?: string) => linesOf(alert(incident, who));

describe('an alert', () => {
  test('of a broken cache says who, what, how bad, why, and what to do', () => {
    const incident = broken({ turns: [evidence({ at: NOON, gapMs: 40_000 })] });
    expect(told(incident, ADA)).toEqual([
      ':warning: *Prompt cache broken: 2 turns rewrote 120k tokens*',
      `${ADA} · client 2.1.330 · claude-sonnet-5-5 · session \`session-\``,
      'The last turn read 15k of the 75k tokens that the cache held, 40 s after the turn before, and wrote the rest again. No compaction, model switch, resume or expired cache explains it. That is $0.28 more than reading it, at API prices.',
      '*Next:* Start a fresh session: every further turn of this one writes its history again.',
      '2 unexplained misses: very likely · still read: 15k of system prompt and tools · the client named no cause · since 12:00',
    ]);
    expect(alert(incident, ADA).text).toBe(`Prompt cache broken: 2 turns rewrote 120k tokens · ${ADA}`);
  });

  test('of a cache that broke for certain says how it knows', () => {
    const grown = broken({ misses: 9, consecutive: 7, rewrittenTokens: 1_240_000 }, { severity: 'critical' });
    expect(told(grown)[0]).toBe(':rotating_light: *Prompt cache broken: 9 turns rewrote 1.2M tokens*');
    expect(told(grown).at(-1)).toMatch(/^7 misses in a row: certain · /);
    expect(told(broken({ consecutive: 1 }, { severity: 'critical' })).at(-1)).toMatch(/^1 miss in a row/);
  });

  test('of a resume says what the cache still held', () => {
    expect(told(resumed({ turns: [evidence({ gapMs: 130_000 })] }))).toEqual([
      ':warning: *Resume rewrote 60k tokens*',
      'client 2.1.330 · claude-sonnet-5-5 · session `session-`',
      '2 min after the turn before the resume, the cache still held 75k tokens; 15k were read and the rest written again. That is $0.28 more than reading it, at API prices.',
      expect.stringMatching(/^\*Next:\* Keep the session open instead of resuming it/),
      '1 request right after the resume · the client named no cause · since 12:00',
    ]);
  });

  test('of a lock-out says when it opens again', () => {
    expect(told(lockedOut())).toEqual([
      ':hourglass_flowing_sand: *Locked out: five-hour quota used up*',
      'resets 16:00 (in 3 h 40 min)',
      'Claude Code was refused at 12:00: this window is used up.',
      '*Next:* Wait for the reset at 16:00; I will say when it is open again.',
      'told by the client · since 12:00',
    ]);
    expect(told(lockedOut({ source: 'status_429' })).at(-1)).toMatch(/^a refused request/);
  });

  test('of a lock-out that was reset meanwhile asks nobody to wait', () => {
    const past = alert(lockedOut(), undefined, { now: hours(5), zone: 'UTC' });
    expect(linesOf(past)[1]).toBe('resets 16:00');
    expect(linesOf(past).join('\n')).not.toContain('Wait');
  });

  test.each<[string, Incident, readonly string[]]>([
    [
      'whose pace is not known',
      passed(80),
      [
        ':hourglass_flowing_sand: *80% of your five-hour quota is used*',
        '20% left · resets 16:00 (in 3 h 40 min)',
        'Too little was read yet to tell how long it lasts.',
        'from the status line · since 12:00',
      ],
    ],
    [
      'that lasts',
      passed(90, { isPaceKnown: true, usedPercent: 91.25 }),
      [
        ':hourglass_flowing_sand: *90% of your five-hour quota is used*',
        '8.8% left · resets 16:00 (in 3 h 40 min)',
        'At the present pace it lasts until the reset.',
        'from the status line · since 12:00',
      ],
    ],
    [
      'that does not last',
      passed(90, { isPaceKnown: true, runsOutAt: hours(1) }),
      [
        ':hourglass_flowing_sand: *90% of your five-hour quota is used*',
        '10% left · resets 16:00 (in 3 h 40 min)',
        'At the present pace it is gone at 13:00, 3 h before it resets.',
        '*Next:* Finish what matters first; `/compact` or a fresh session makes each turn cheaper.',
        'from the status line · since 12:00',
      ],
    ],
    [
      'that is used up',
      passed(100, { usedPercent: 103 }),
      [
        ':hourglass_flowing_sand: *Your five-hour quota is used up*',
        '0% left · resets 16:00 (in 3 h 40 min)',
        'The next request may be refused until the window resets.',
        'from the status line · since 12:00',
      ],
    ],
  ])('of a window %s', (_, incident, lines) => {
    expect(told(incident)).toEqual(lines);
  });

  test('of a fast burn compares with the usual pace', () => {
    expect(told(burning({ usualPointsPerHour: 12.34 }))).toEqual([
      ':warning: *Your five-hour quota is burning fast*',
      '40% left · resets 16:00 (in 3 h 40 min)',
      '80 points an hour: gone at 12:30, 3 h 30 min before it resets.',
      expect.stringMatching(/^\*Next:\* Look for work in the background/),
      'your usual pace: up to 12 points an hour · since 12:00',
    ]);
    expect(told(burning()).at(-1)).toMatch(/^too little history/);
    expect(told(burning({ usualPointsPerHour: 4.26 })).at(-1)).toMatch(/up to 4\.3 points/);
  });

  test.each([
    ['a client version', broken({ clientVersion: undefined }), 'client version unknown'],
    ['a price', broken({ extraCostMicros: undefined }), 'explains it.'],
    ['a turn', broken({ turns: [] }), 'read little of the all tokens'],
    ['a turn after a resume', resumed({ turns: [] }), 'The session was written again after a resume.'],
  ])('gets by without %s', (_, incident, part) => {
    expect(told(incident).join('\n')).toContain(part);
    expect(told(incident).join('\n')).not.toMatch(/undefined|NaN/);
  });

  test.each([
    ['tools_changed', 'keep MCP servers connected'],
    ['system_prompt_changed', 'finish edits to `CLAUDE.md` first'],
    ['messages_rewritten', 'going on rewrites everything'],
    ['likely_server_side', 'later turns may recover'],
    ['something_new,tools_changed', 'keep MCP servers connected'],
    ['something_new', 'every further turn of this one'],
  ])('gives the step that helps against %s', (cause, advice) => {
    const lines = told(broken({ cause }));
    expect(lines.find((line) => line.startsWith('*Next:*'))).toContain(advice);
    expect(lines.at(-1)).toContain(`cause named by the client: ${cause}`);
  });

  test('shows a moment of another day with its day, and only to readers without zones of their own in ours', () => {
    const tomorrow = alert(passed(80, { resetsAt: plus(NOON, DAY_MS) }), undefined, { now: NOON, zone: 'Asia/Tokyo' });
    expect(linesOf(tomorrow)[1]).toContain('resets Tue 24 Nov 21:00 (in 1 d)');
    expect(JSON.stringify(tomorrow)).toContain('<!date^1795521600^{date_short_pretty} {time}|');
  });
});

describe('an alert that is over', () => {
  test.each([
    ['healthy', 'the cache works again'],
    ['quiet', 'quiet for 30 minutes'],
    ['reset', 'the window was reset'],
    ['open_again', 'a request went through'],
    ['explained', 'later data explained it'],
  ] as const)('as it is %s says so in its first and its last line', (by, reason) => {
    for (const incident of EVERY_KIND) {
      const lines = told(over(incident, by));
      expect(lines[0]).toMatch(/^:white_check_mark: \*Over: /);
      expect(lines.at(-1)).toMatch(`since 12:00, over at 12:12 after 12 min: ${reason}`);
      expect(lines.join('\n')).not.toContain('*Next:*');
    }
  });

  test('by a later message says where to look, not that it is over', () => {
    const lines = told(over(passed(80), 'overtaken'));
    expect(lines[0]).toBe(':white_check_mark: *80% of your five-hour quota is used*');
    expect(lines.at(-1)).toContain('a later message says more');
  });
});

describe('the word that a window is open again', () => {
  test.each([
    ['reset', ':white_check_mark: Open again. The window was reset: you can go on.'],
    ['open_again', ':white_check_mark: Open again. A request went through: you can go on.'],
  ] as const)('after %s', (by, text) => {
    const reply = fine(openAgainReply({ incident: over(lockedOut(), by), who: undefined, ...READING }));
    expect(reply.text).toBe(text);
    expect(linesOf(reply)).toEqual([text]);
  });
});

const STATES: readonly ((incident: Incident) => Incident)[] = [
  (incident) => incident,
  ...SEVERITIES.map((severity) => (incident: Incident) => ({ ...incident, severity })),
  ...EVERY_RESOLUTION.map((by) => (incident: Incident) => over(incident, by)),
];

describe('every kind in every state', () => {
  const cases = EVERY_KIND.flatMap((incident) =>
    STATES.map((state) => state(incident)).map((changed) => [changed.kind, changed.severity, changed] as const),
  );

  test.each(cases)(
    '%s at %s is a message that Slack takes, with an owner and without',
    (_kind, _severity, incident) => {
      for (const who of [undefined, ADA, 'A developer']) alert(incident, who);
      expect(shown(incidentLine({ incident, ...READING }))).toMatch(/12:00 · .+ · (\*open\*|over at 12:12)$/);
    },
  );
});

describe('the first line', () => {
  const LONG = { windowKind: 'a_window_kind_that_nobody_has_seen_before', scope: 'claude-opus-with-a-long-name' };
  const EXTREME: readonly Incident[] = [
    ...EVERY_KIND,
    broken({ misses: 5000, rewrittenTokens: 10_000_000 }),
    broken({ misses: 1, rewrittenTokens: 999_499 }),
    resumed({ rewrittenTokens: 10_000_000 }),
    lockedOut(LONG),
    lockedOut({ windowKind: 'seven_day', scope: 'opus' }),
    passed(80, LONG),
    passed(100, LONG),
    burning(LONG),
  ];

  test.each(EXTREME.map((incident) => [incident.kind, incident] as const))('of %s fits a phone', (_, incident) => {
    for (const state of [incident, over(incident, 'quiet')]) {
      const { text } = incidentAlert({ incident: state, who: undefined, ...READING });
      expect(shown(text).length, shown(text)).toBeLessThanOrEqual(60);
    }
  });

  test('names the session by its first eight characters', () => {
    const session = sessionId('0f9d2c31-7b1e-4c55-9a51-6a0f2c9d1b77');
    expect(told(broken({ session }))[1]).toContain('session `0f9d2c31`');
  });
});
