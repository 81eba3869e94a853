import { describe, expect, test } from 'vitest';
import { INCIDENT_KINDS } from '../../../src/model/finding.ts';
import { KNOWN_BUGS } from '../../../src/model/known-bugs.ts';
import { section } from '../../../src/slack/views/blocks.ts';
import { adviceWords, reasonWords } from '../../../src/slack/views/weekly-advice.ts';
import type { Advice, Reason } from '../../../src/summary/recommendation.ts';
import { HOSTILE_TEXTS } from '../hostile-texts.ts';
import { fine, shown } from '../seen.ts';

const [bug] = KNOWN_BUGS;
if (!bug) throw new Error('bugs are known');
const RATES = { there: { misses: 342, of: 4757 }, here: { misses: 157, of: 538 } };
const MEASURED = { version: '2.1.224', ...RATES, because: { is: 'measured' } } as const;

const said = (advice: Advice) => {
  const text = adviceWords(advice);
  return shown(fine({ text, blocks: [section(text)] }).text);
};

describe('the advice of a week', () => {
  test('names the version to move to, with the numbers that speak for it', () => {
    expect(said({ is: 'move_to_version', from: '2.1.252', to: MEASURED })).toBe(
      'Move from 2.1.252 to 2.1.224, which the team runs too: 7.2% of 4,757 turn starts missed a warm cache there, 29% of 538 with 2.1.252.',
    );
  });

  test('never calls a version safe of which there is only no open evidence', () => {
    const to = { ...MEASURED, because: { is: 'known_bug', bug } } as const;
    const words = said({ is: 'move_to_version', from: '2.1.252', to });
    expect(words).toContain(`which has a known cache bug (${bug.sources[0]}), to 2.1.224`);
    expect(words).toMatch(/ and there is no open evidence against it\.$/);
    expect(words).not.toMatch(/safe/i);
  });

  test('names the version that mended a bug, or the one to leave', () => {
    expect(said({ is: 'update', from: '2.1.252', to: '2.1.259', source: 'anthropics/claude-code#91707' })).toBe(
      'Client 2.1.252 has a known cache bug (anthropics/claude-code#91707): update to 2.1.259 or later.',
    );
    expect(said({ is: 'leave_version', version: '2.1.252' })).toMatch(/^Do not update to 2\.1\.252, /);
  });

  test.each([
    ['start_fresh', 'start a fresh session'],
    ['plan_around_resets', 'before a long job'],
    ['keep_sessions_open', 'Keep a long session open'],
    ['watch_background', 'Look for work in the background'],
    ['shrink_contexts', 'grows with the context'],
    ['ask_for_an_hour', 'ENABLE_PROMPT_CACHING_1H=1'],
    ['check_feeds', 'still reports here'],
    ['tell_plans', '`/quota plan max`'],
  ] as const)('has words for %s', (is, words) => {
    expect(said({ is })).toContain(words);
  });

  test.each(HOSTILE_TEXTS)('keeps a version text that is %s', (_, text) => {
    for (const advice of [
      { is: 'move_to_version', from: text, to: { ...MEASURED, version: text } },
      { is: 'update', from: text, to: '2.1.259', source: 'a source' },
      { is: 'leave_version', version: text },
    ] as const) {
      expect(said(advice).split('\n')).toHaveLength(1);
    }
  });
});

describe('the reason', () => {
  test.each<[Reason, string]>([
    [{ is: 'incidents', kind: 'lock_out', incidents: 5, people: 3 }, 'Because 5 lock-outs hit 3 people.'],
    [
      { is: 'incidents', kind: 'cache_read_storm', incidents: 1, people: 1 },
      'Because 1 storm of cache reads hit 1 person.',
    ],
    [{ is: 'rewrote', rewrittenTokens: 800_000 }, 'Because its broken caches wrote 800k tokens again.'],
    [{ is: 'in_use', people: 7 }, 'Because 7 people worked with it. Nothing broke yet.'],
    [{ is: 'no_data' }, 'Because no usage arrived.'],
    [{ is: 'no_plans' }, 'Because nobody who worked told theirs.'],
  ])('of %j is a sentence', (because, words) => {
    expect(reasonWords(because)).toBe(words);
  });

  test.each(INCIDENT_KINDS)('counts incidents of the kind %s', (kind) => {
    const [one, many] = [1, 2].map((incidents) => reasonWords({ is: 'incidents', kind, incidents, people: 1 }));
    expect(one).toMatch(/^Because 1 [a-z0-9 -]+ hit 1 person\.$/);
    expect(many?.replace('2', '1')).not.toBe(one);
  });
});
