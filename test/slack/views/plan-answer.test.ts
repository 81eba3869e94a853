import { describe, expect, test } from 'vitest';
import { PLANS, type Plan } from '../../../src/model/plans.ts';
import { quotaQuestion } from '../../../src/slack/quota-words.ts';
import { planAnswer, planSetAnswer, unknownPlanAnswer } from '../../../src/slack/views/plan-answer.ts';
import { NOON } from '../../support/builders.ts';
import { HOSTILE_TEXTS } from '../hostile-texts.ts';
import { fine, linesOf } from '../seen.ts';

const CHOICES =
  'Tell me yours: `/quota plan pro` · `/quota plan max` · `/quota plan ultra` · `/quota plan team` · `/quota plan team premium` · `/quota plan enterprise` · `/quota plan api`';

describe('the answer to /quota plan', () => {
  test('tells the plan, its price, what holds for it, and the others', () => {
    const message = fine(planAnswer('max', NOON));
    expect(message.text).toBe('Your plan is Max, $100 a month.');
    expect(linesOf(message)).toEqual([
      '*Your plan is Max, $100 a month.*',
      '• since 6 May 2026: five-hour limits are twice what they were, without peak hours',
      '• since 14 Sep 2026: weekly limits are raised by 25% for good, instead of the 50% of the summer',
      CHOICES,
    ]);
  });

  test('asks for a plan that nobody told', () => {
    expect(linesOf(fine(planAnswer(undefined, NOON)))).toEqual(['*I do not know your plan yet.*', CHOICES]);
  });

  test.each<[Plan, string]>([
    ['enterprise', 'Your plan is Enterprise.'],
    ['api', 'Your plan is API.'],
  ])('names no price where none is published: %s', (plan, text) => {
    expect(planAnswer(plan, NOON).text).toBe(text);
  });

  test('offers what /quota understands', () => {
    const offered = [...CHOICES.matchAll(/`\/quota ([^`]+)`/g)].map(([, words]) => quotaQuestion(words ?? ''));
    expect(offered).toEqual(PLANS.map((plan) => ({ is: 'set_plan', plan })));
  });
});

describe('the answer to a plan that was told', () => {
  test.each<[Plan, string]>([
    ['pro', ':white_check_mark: Your plan is Pro, $20 a month.'],
    [
      'max',
      ':white_check_mark: Your plan is Max, $100 a month. It was Max 5x until October 2026; what was Max 20x is `/quota plan ultra`.',
    ],
    ['ultra', ':white_check_mark: Your plan is Ultra, $200 a month. It was Max 20x until October 2026.'],
    [
      'team',
      ':white_check_mark: Your plan is Team (Standard seat), $25 a month. A Premium seat is `/quota plan team premium`.',
    ],
    ['team_premium', ':white_check_mark: Your plan is Team (Premium seat), $125 a month.'],
    ['enterprise', ':white_check_mark: Your plan is Enterprise.'],
    ['api', ':white_check_mark: Your plan is API.'],
  ])('says what was understood, and what is easily mixed up: %s', (plan, text) => {
    const message = fine(planSetAnswer(plan, NOON));
    expect(message.text).toBe(text);
    expect(linesOf(message)[0]).toBe(text);
  });

  test('says that Ultra has no five-hour window', () => {
    expect(linesOf(planSetAnswer('ultra', NOON))).toContain(
      '• since 1 Nov 2026: verified Ultra accounts have no five-hour window',
    );
  });
});

describe('the answer to a plan that is none', () => {
  test('names the nearest and all others, and that nothing changed', () => {
    const message = fine(unknownPlanAnswer('utra', 'ultra'));
    expect(message.text).toBe('I do not know the plan “utra”; nothing was changed. Did you mean `/quota plan ultra`?');
    expect(linesOf(message)).toEqual([message.text, CHOICES]);
  });

  test('names two words where the nearest has two', () => {
    expect(unknownPlanAnswer('premum', 'team_premium').text).toContain('Did you mean `/quota plan team premium`?');
  });

  test('guesses nothing where nothing is near', () => {
    expect(unknownPlanAnswer('free', undefined).text).toBe('I do not know the plan “free”; nothing was changed.');
  });

  test.each(HOSTILE_TEXTS)('stays one line of text: %s', (_, text) => {
    expect(fine(unknownPlanAnswer(text, undefined)).text.split('\n')).toHaveLength(1);
  });
});
