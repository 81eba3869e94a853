import { describe, expect, test } from 'vitest';
import type { BetterVersion } from '../../../src/incidents/healthiest-version.ts';
import type { NextStep, TightWindow } from '../../../src/incidents/next-step.ts';
import { KNOWN_BUGS } from '../../../src/model/known-bugs.ts';
import { section } from '../../../src/slack/views/blocks.ts';
import { nextStepText } from '../../../src/slack/views/next-step.ts';
import { hours, NOON } from '../../support/builders.ts';
import { HOSTILE_TEXTS } from '../hostile-texts.ts';
import { fine, shown } from '../seen.ts';

const READING = { now: NOON, zone: 'UTC' };
const TIGHT: TightWindow = { windowKind: 'five_hour', scope: '', usedPercent: 94, resetsAt: hours(2) };
const FULL: TightWindow = { ...TIGHT, usedPercent: 100 };
const HOOKS = KNOWN_BUGS.find(({ mendedIn }) => mendedIn === '2.1.259');

const better = (because: BetterVersion['because'], part: Partial<BetterVersion> = {}): BetterVersion => {
  return { version: '2.1.259', there: { misses: 4, of: 200 }, here: { misses: 157, of: 538 }, because, ...part };
};

const text = (step: NextStep) => shown(nextStepText(step, READING) ?? '');

describe('the next step in words', () => {
  test.each<[step: NextStep, words: string]>([
    [
      { is: 'start_fresh', cause: 'unnamed' },
      'Start a fresh session: every further turn of this one writes its history again.',
    ],
    [
      { is: 'wait_for_reset', window: TIGHT, afterwards: 'start_fresh' },
      'Wait for the reset at 14:00, then start a fresh session: only 6% of the five-hour window is left.',
    ],
    [
      { is: 'wait_for_reset', window: FULL, afterwards: 'go_on' },
      'Wait for the reset at 14:00: the five-hour window is used up.',
    ],
    [
      { is: 'compact', window: { ...TIGHT, windowKind: 'seven_day', resetsAt: hours(60) }, because: 'broken' },
      '`/compact` before the next turn: one last rewrite, and every turn after it is small. Only 6% of the weekly window is left, until Thu 26 Nov 00:00.',
    ],
    [
      { is: 'compact', window: TIGHT, because: 'resumed' },
      '`/compact` now, while the session is warm: only 6% of the five-hour window is left, and another resume would write all of it again.',
    ],
    [
      { is: 'move_to_version', from: '2.1.252', to: better({ is: 'measured' }) },
      'Move from 2.1.252 to 2.1.259, which your team runs: 2% of 200 turn starts missed the cache there in 7 days, 29% of 538 with yours (`claude install 2.1.259`).',
    ],
    [
      { is: 'move_to_version', from: '2.1.252', to: better({ is: 'known_bug', bug: HOOKS ?? assertFound() }) },
      'Move from 2.1.252, which has a known bug (the context that hooks add is dropped when history is rebuilt; anthropics/claude-code#91707), to 2.1.259, which your team runs: 2% of 200 turn starts missed the cache there in 7 days, and there is no open evidence against it (`claude install 2.1.259`).',
    ],
    [
      { is: 'update_client', from: '2.1.252', to: '2.1.259', bug: 'history is dropped', source: 'somewhere#1' },
      'Update Claude Code from 2.1.252 to 2.1.259 or later, which mends a known bug: history is dropped (somewhere#1).',
    ],
    [
      { is: 'leave_version', version: '2.1.331', of: 'cache_invalidation' },
      'Do not update to 2.1.331, and start fresh sessions where it runs: nobody knows yet which version mends it. `/quota versions` compares yours.',
    ],
    [
      { is: 'stop_background', rule: 'sessions', sessions: 1240 },
      'Stop what starts them: a loop, a hook or a scheduled job that calls `claude -p` (1,240 sessions in the last hour).',
    ],
    [
      { is: 'shrink_context', contextTokens: 600_000 },
      '`/compact`, or start a fresh session: each request carries 600k tokens.',
    ],
    [
      { is: 'wait_for_quota', window: FULL },
      'On usage credits the client caches for 5 minutes only; that ends when the five-hour window resets at 14:00. Until then `/compact` before a pause.',
    ],
  ])('case %#: $is', (step, words) => {
    expect(text(step)).toBe(words);
  });

  test.each<[step: NextStep, part: string]>([
    [{ is: 'start_fresh', cause: 'tools_changed' }, 'keep MCP servers connected'],
    [{ is: 'start_fresh', cause: 'system_prompt_changed' }, '`CLAUDE.md`'],
    [{ is: 'start_fresh', cause: 'messages_rewritten' }, 'rewrote earlier messages'],
    [{ is: 'try_one_more_turn' }, 'the server lost the cache'],
    [{ is: 'keep_the_model' }, 'one model'],
    [{ is: 'mind_the_pauses', ttl: '5m' }, '`ENABLE_PROMPT_CACHING_1H=1`'],
    [{ is: 'mind_the_pauses', ttl: '1h' }, '`/compact` before a long one'],
    [{ is: 'leave_version', version: '2.1.331', of: 'resume_reprocess' }, 'do not resume sessions with it'],
    [{ is: 'keep_sessions_open' }, 'Nothing to undo'],
    [{ is: 'finish_what_matters' }, 'Finish what matters first'],
    [{ is: 'will_tell_when_open' }, 'I will say when it is open again'],
    [{ is: 'look_in_background' }, 'parallel agents'],
    [{ is: 'stop_background', rule: 'points', sessions: 3 }, '`/tasks`'],
    [{ is: 'shrink_context', contextTokens: undefined }, '`/compact`'],
    [{ is: 'look_what_grew' }, '`/context`'],
    [{ is: 'ask_for_an_hour' }, '`ENABLE_PROMPT_CACHING_1H=1`'],
    [{ is: 'reconnect', feed: 'status_line' }, '`statusLine`'],
    [{ is: 'reconnect', feed: 'telemetry' }, '`~/.claude/settings.json`'],
  ])('case %#: tells what helps', (step, part) => {
    expect(text(step)).toContain(part);
  });

  test('is none where there is nothing to do', () => {
    expect(nextStepText(undefined, READING)).toBeUndefined();
  });

  test('never calls a version safe', () => {
    for (const is of ['measured', 'known_bug'] as const) {
      const because = is === 'measured' ? { is } : { is, bug: HOOKS ?? assertFound() };
      expect(text({ is: 'move_to_version', from: '2.1.252', to: better(because) })).not.toMatch(/safe|sound|fixed/i);
    }
  });

  test.each(HOSTILE_TEXTS)('stays text: %s', (_, hostile) => {
    const window = { ...TIGHT, windowKind: hostile, scope: hostile };
    const steps: readonly NextStep[] = [
      { is: 'wait_for_reset', window, afterwards: 'go_on' },
      { is: 'compact', window, because: 'broken' },
      { is: 'compact', window, because: 'resumed' },
      { is: 'wait_for_quota', window },
      { is: 'move_to_version', from: hostile, to: better({ is: 'measured' }, { version: hostile }) },
      { is: 'update_client', from: hostile, to: '2.1.259', bug: 'b', source: 's' },
      { is: 'leave_version', version: hostile, of: 'cache_invalidation' },
    ];
    for (const step of steps) {
      const words = nextStepText(step, READING) ?? '';
      fine({ text: 'next', blocks: [section(words)] });
      expect(words.split('\n')).toHaveLength(1);
    }
  });
});

function assertFound(): never {
  throw new Error('the table lost a bug');
}
