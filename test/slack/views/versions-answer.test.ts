import { describe, expect, test } from 'vitest';
import { healthiestVersion } from '../../../src/incidents/healthiest-version.ts';
import { NO_COUNTS, type VersionRates } from '../../../src/model/version-rates.ts';
import { type VersionsView, versionsAnswer } from '../../../src/slack/views/versions-answer.ts';
import { HOSTILE_TEXTS } from '../hostile-texts.ts';
import { fine, linesOf } from '../seen.ts';

const rates = (clientVersion: string, part: Partial<VersionRates> = {}): VersionRates => {
  return { ...NO_COUNTS, clientVersion, developers: 1, ...part };
};

const view = (week: readonly VersionRates[], part: Partial<VersionsView> = {}): VersionsView => {
  return { week, month: week, healthiest: healthiestVersion(week), current: undefined, ...part };
};

const told = (shown: VersionsView) => linesOf(fine(versionsAnswer(shown)));

const BAD = rates('2.1.252', {
  developers: 3,
  boundaries: 538,
  boundaryMisses: 157,
  midTurns: 6021,
  midTurnMisses: 42,
  resumes: 12,
  resumeRewrites: 11,
});
const GOOD = rates('2.1.331', { developers: 2, boundaries: 412, boundaryMisses: 4, midTurns: 5003, midTurnMisses: 15 });

const TITLE = '*Cache misses by client version*';
const FOOTNOTE =
  'Turn starts: the first request of a prompt, within 5 minutes of the turn before; only where nothing lawful explains a miss · bugs as reported until 2026-11-23: no report is no proof';

describe('the answer to /quota versions', () => {
  test('names the healthiest, then each version, the newest first, with what is known against it', () => {
    expect(told(view([BAD, GOOD], { current: '2.1.252' }))).toEqual([
      TITLE,
      'Fewest misses in 7 days: *2.1.331* (1% of 412 turn starts). No open evidence against it.',
      '*2.1.331*  2 developers',
      '7 days: missed 1% of 412 turn starts · 0.3% of 5,003 mid-turn',
      '*2.1.252*  3 developers · yours',
      '7 days: missed 29% of 538 turn starts · 0.7% of 6,021 mid-turn · rewrote 92% of 12 resumes',
      ':beetle: the context that hooks add is dropped when history is rebuilt: mended in 2.1.259 (anthropics/claude-code#91707)',
      ':beetle: the client no longer asks for an hour of cache: no fix known (anthropics/claude-code#84253)',
      FOOTNOTE,
    ]);
  });

  test('says the same in the notification, without marks', () => {
    expect(versionsAnswer(view([GOOD])).text).toBe(
      'Cache misses by client version. Fewest misses in 7 days: 2.1.331 (1% of 412 turn starts). No open evidence against it.',
    );
  });

  test('says whether the reader runs the healthiest', () => {
    expect(told(view([GOOD], { current: '2.1.331' }))[1]).toContain('*2.1.331*, which you run (');
  });

  test('tells the month where it differs, and what was not used of late', () => {
    const month = [rates('2.1.331', { ...GOOD, developers: 5, boundaries: 900, midTurns: 9000 }), BAD];
    const lines = told(view([GOOD], { month }));
    expect(lines).toContain('*2.1.331*  5 developers');
    expect(lines).toContain('30 days: missed 0.4% of 900 turn starts · 0.2% of 9,000 mid-turn');
    expect(lines).toContain('7 days: not used');
  });

  test.each<[what: string, part: Partial<VersionRates>, line: string]>([
    ['few turns', { boundaries: 59, boundaryMisses: 9 }, '7 days: missed 9 of 59 turn starts (too few)'],
    ['enough', { boundaries: 60, boundaryMisses: 9 }, '7 days: missed 15% of 60 turn starts'],
    ['few within prompts', { midTurns: 59, midTurnMisses: 1 }, '7 days: missed 1 of 59 mid-turn (too few)'],
    ['resumes alone', { resumes: 9, resumeRewrites: 8 }, '7 days: rewrote 8 of 9 resumes (too few)'],
    ['enough resumes', { resumes: 10, resumeRewrites: 0 }, '7 days: rewrote 0% of 10 resumes'],
  ])('is honest about %s', (_, part, line) => {
    expect(told(view([rates('2.1.331', part)]))).toContain(line);
  });

  test('names no healthiest where too little is known', () => {
    for (const week of [[BAD], [rates('2.1.331', { boundaries: 59 })]]) {
      expect(told(view(week))[1]).toBe(
        'No version has both 60 turn starts in 7 days and no known bug: too little to name the healthiest.',
      );
    }
  });

  test('names two known bugs of a version, and counts the rest', () => {
    const lines = told(view([rates('2.1.60', { boundaries: 80 })]));
    expect(lines.filter((line) => line.startsWith(':beetle:'))).toHaveLength(2);
    expect(lines.find((line) => /^and \d+ other known bugs$/.test(line))).toBeDefined();
    expect(told(view([rates('2.1.210', { boundaries: 80 })])).join('\n')).toContain(
      ', for Bedrock, Vertex and Foundry:',
    );
  });

  test('shows the eight newest versions, and counts the rest', () => {
    const week = Array.from({ length: 11 }, (_, n) => rates(`2.1.${320 + n}`, { boundaries: 80 }));
    const lines = told(view(week));
    expect(lines.filter((line) => /^\*2\.1\./.test(line))).toHaveLength(8);
    expect(lines.join('\n')).not.toContain('2.1.322');
    expect(lines.at(-1)).toBe(`3 older versions not shown · ${FOOTNOTE}`);
  });

  test('says what it takes when nothing was counted', () => {
    expect(told(view([]))).toEqual([
      'No turn of any client version was counted in the last 30 days. It takes telemetry from Claude Code: `/quota connect` shows how.',
    ]);
  });

  test('never calls a version safe', () => {
    expect(told(view([BAD, GOOD])).join(' ')).not.toMatch(/safe/i);
  });

  test.each(HOSTILE_TEXTS)('stays text: %s', (_, hostile) => {
    const week = [rates(hostile, { ...GOOD, clientVersion: hostile })];
    const model = told(view([rates('3.0.0', { ...GOOD, clientVersion: '3.0.0' })]));
    expect(told(view(week, { current: hostile }))).toHaveLength(model.length);
  });
});
