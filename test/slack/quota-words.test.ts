import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/plans.ts';
import { type QuotaQuestion, quotaQuestion } from '../../src/slack/quota-words.ts';

describe('what is typed after /quota', () => {
  test.each<[string, QuotaQuestion]>([
    ['', { is: 'own' }],
    ['   ', { is: 'own' }],
    ['me', { is: 'own' }],
    ['ME ', { is: 'own' }],
    ['incidents', { is: 'incidents' }],
    ['  Incidents\n', { is: 'incidents' }],
    ['connect', { is: 'connect' }],
    ['help', { is: 'help' }],
    ['versions', { is: 'versions' }],
    ['plan', { is: 'plan' }],
    ['plan max', { is: 'set_plan', plan: 'max' }],
    [' Plan  Max 20x ', { is: 'set_plan', plan: 'ultra' }],
    ['plan\tteam\npremium', { is: 'set_plan', plan: 'team_premium' }],
    ['<@U000000ADA>', { is: 'user', slackUser: 'U000000ADA' }],
    ['<@U000000ADA|ada>', { is: 'user', slackUser: 'U000000ADA' }],
    ['<@W0123ABC|> ', { is: 'user', slackUser: 'W0123ABC' }],
  ])('"%s" is understood', (text, question) => {
    expect(quotaQuestion(text)).toEqual(question);
  });

  test.each<[string, string | undefined]>([
    ['incident', 'incidents'],
    ['INCIDNETS', 'incidents'],
    ['conect', 'connect'],
    ['hlep', 'help'],
    ['weather', undefined],
    ['plans', 'plan'],
    ['version', 'versions'],
    ['planmax', undefined],
    ['connect team', undefined],
    ['@ada', undefined],
    ['<@U1> and <@U2>', undefined],
    ['<@U1', undefined],
    ['<!channel>', undefined],
    ['<#C123|general>', undefined],
  ])('"%s" is not understood, and the nearest command is %s', (typed, nearest) => {
    expect(quotaQuestion(typed)).toEqual({ is: 'unknown', typed, nearest });
  });

  test.each<[string, Plan | undefined]>([
    ['utra', 'ultra'],
    ['enterprize', 'enterprise'],
    ['team premum', 'team_premium'],
    ['max 30x', 'ultra'],
    ['mx', undefined],
    ['free', undefined],
    ['gold', undefined],
    ['!!!', undefined],
    ['<!channel>', undefined],
  ])('"plan %s" names no plan, and the nearest is %s', (typed, nearest) => {
    expect(quotaQuestion(`plan ${typed}`)).toEqual({ is: 'unknown_plan', typed, nearest });
  });

  test('of whatever kind is a question', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 4000 }), (text) => {
        quotaQuestion(text);
        quotaQuestion(`plan ${text}`);
      }),
    );
  });
});
