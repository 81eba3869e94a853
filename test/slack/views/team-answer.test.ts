import { describe, expect, test } from 'vitest';
import { type TeamView, teamAnswer } from '../../../src/slack/views/team-answer.ts';
import { hours, minutes, NOON, window } from '../../support/builders.ts';
import { HOSTILE_TEXTS } from '../hostile-texts.ts';
import { fine, linesOf } from '../seen.ts';

const member = (name: string, ...parts: readonly Parameters<typeof window>[0][]) => ({
  name,
  windows: (parts.length === 0 ? [{}] : parts).map(window),
});

const NOBODY: TeamView = {
  most: [],
  reader: undefined,
  known: 0,
  usedUp: 0,
  firstBackAt: undefined,
  unknown: 0,
  now: NOON,
  zone: 'UTC',
};

const answer = (part: Partial<TeamView>) => fine(teamAnswer({ ...NOBODY, ...part }));
const told = (part: Partial<TeamView>) => linesOf(answer(part));

describe('the answer to /quota team', () => {
  test('tells of each what is left and when it resets, and how this is known', () => {
    const message = answer({ most: [member('Heron'), member('Otter')], known: 2 });
    expect(message.text).toBe('2 people have headroom now');
    expect(linesOf(message)).toEqual([
      '*2 people have headroom now*, the most first',
      '█████░░░░░  *Heron* · five-hour 50%, resets 16:00',
      '█████░░░░░  *Otter* · five-hour 50%, resets 16:00',
      'As read by each status line: less may be left by now. Named are those who agreed; animals change every Monday.',
    ]);
  });

  test('tells the fullest window first, which is the one that holds its owner back, and no more than three', () => {
    const windows = [10, 80, 40, 20].map((usedPercent, index) => ({ usedPercent, kind: `kind_${index}` }));
    expect(told({ most: [member('Heron', ...windows)], known: 1 })[1]).toBe(
      '██░░░░░░░░  *Heron* · kind 1 20%, resets 16:00 · kind 2 60%, resets 16:00 · kind 3 80%, resets 16:00',
    );
  });

  test.each([
    ['read within the hour', { lastReadAt: minutes(-60) }, 'five-hour 50%, resets 16:00'],
    ['read long ago', { lastReadAt: minutes(-200) }, 'five-hour 50%, resets 16:00 (read 3 h 20 min ago)'],
    ['nearly used up', { usedPercent: 99.5 }, 'five-hour under 1%, resets 16:00'],
    ['more than used up', { usedPercent: 104 }, 'five-hour 0%, resets 16:00'],
    ['of one model', { scope: 'opus' }, 'five-hour (opus) 50%, resets 16:00'],
    ['that ends another day', { resetsAt: hours(30) }, 'five-hour 50%, resets Tue 24 Nov 18:00'],
  ])('tells a window %s as it is', (_, part, words) => {
    expect(told({ most: [member('Heron', part)], known: 1 })[1]).toMatch(new RegExp(`· ${escaped(words)}$`));
  });

  test('says how many there are beyond those shown, and where the reader stands', () => {
    const lines = told({ most: [member('Heron')], known: 42, reader: member('You', { usedPercent: 90 }) });
    expect(lines[0]).toBe('*42 people have headroom now*, the most first (1 shown)');
    expect(lines[2]).toBe('█░░░░░░░░░  *You* · five-hour 10%, resets 16:00');
  });

  test('says who waits for a reset, and of whom nothing is known', () => {
    const lines = told({ most: [member('Heron')], known: 3, usedUp: 2, firstBackAt: hours(1), unknown: 1 });
    expect(lines[0]).toBe('*1 person has headroom now*, the most first');
    expect(lines).toContain(':hourglass_flowing_sand: 2 people have used up theirs; the next reset is at 13:00');
    expect(lines).toContain('Of 1 more person no percentage was read since the last reset');
    expect(told({ known: 1, usedUp: 1 })[0]).toBe('*Nobody has headroom now*, the most first');
    expect(told({ known: 1, usedUp: 1 })).toContain(':hourglass_flowing_sand: 1 person has used up theirs');
  });

  test('without any percentage says where they come from', () => {
    expect(told({})).toEqual([
      'Nobody’s windows are known now. The percentages come from the status line: `/quota connect` shows how.',
    ]);
    expect(told({ unknown: 5 })[1]).toBe('Of 5 more people no percentage was read since the last reset');
  });

  test.each(HOSTILE_TEXTS)('takes %s for a kind of window, twenty times', (_, kind) => {
    const most = Array.from({ length: 20 }, () => member('Heron', { kind }, { kind, scope: kind }, { kind: 'x' }));
    answer({
      most,
      reader: member('You', { kind }),
      known: 10_000,
      usedUp: 300,
      firstBackAt: hours(100),
      unknown: 900,
    });
  });
});

function escaped(text: string): string {
  return text.replace(/[()]/g, '\\$&');
}
