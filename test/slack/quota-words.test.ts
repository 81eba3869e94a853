import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/plans.ts';
import { type QuotaQuestion, quotaQuestion } from '../../src/slack/quota-words.ts';
import { COMMANDS, type CommandWord } from '../../src/slack/views/quota-commands.ts';

describe('what is typed after /quota', () => {
  test.each<[string, QuotaQuestion]>([
    ['', { is: 'own' }],
    ['   ', { is: 'own' }],
    ['me', { is: 'own' }],
    ['ME ', { is: 'own' }],
    ['incidents', { is: 'incidents' }],
    ['  Incidents\n', { is: 'incidents' }],
    ['connect', { is: 'connect' }],
    ['team', { is: 'team' }],
    ['summary', { is: 'summary' }],
    ['doctor', { is: 'doctor' }],
    ['privacy', { is: 'privacy' }],
    ['disconnect', { is: 'disconnect' }],
    ['forget me', { is: 'forget_me' }],
    ['Forget   ME', { is: 'forget_me' }],
    ['connect team', { is: 'connect_team' }],
    ['tokens', { is: 'tokens' }],
    ['settings', { is: 'settings' }],
    ['test', { is: 'test' }],
    ['help', { is: 'help', topic: undefined }],
    ['?', { is: 'help', topic: undefined }],
    ['--help', { is: 'help', topic: undefined }],
    ['versions', { is: 'versions' }],
    ['plan', { is: 'plan' }],
    ['plan max', { is: 'set_plan', plan: 'max' }],
    [' Plan  Max 20x ', { is: 'set_plan', plan: 'ultra' }],
    ['plan\tteam\npremium', { is: 'set_plan', plan: 'team_premium' }],
    ['<@U000000ADA>', { is: 'user', slackUser: 'U000000ADA' }],
    ['<@U000000ADA|ada>', { is: 'user', slackUser: 'U000000ADA' }],
    ['<@W0123ABC|> ', { is: 'user', slackUser: 'W0123ABC' }],
    ['@ada', { is: 'unclear_user' }],
    ['<@U1> and <@U2>', { is: 'unclear_user' }],
    ['team <@U000000ADA|ada>', { is: 'unclear_user' }],
  ])('"%s" is understood', (text, question) => {
    expect(quotaQuestion(text)).toEqual(question);
  });

  test.each<[string, CommandWord]>([
    ...COMMANDS.flatMap(({ word }): [string, CommandWord][] => [
      [`help ${word === '' ? 'me' : word}`, word],
      [`${word === '' ? 'me' : word} help`, word],
    ]),
    ['TEAM  HELP', 'team'],
    ['help /quota team', 'team'],
    ['help user', '@user'],
    ['<@U000000ADA|ada> help', '@user'],
    ['help plan max', 'plan'],
    ['plan --help', 'plan'],
    ['forget me ?', 'forget me'],
  ])('"%s" asks for help with "%s"', (text, topic) => {
    expect(quotaQuestion(text)).toEqual({ is: 'help', topic });
  });

  test('help with a word that is no command offers the nearest', () => {
    expect(quotaQuestion('help teem')).toEqual({ is: 'unknown', typed: 'teem', nearest: 'team' });
    expect(quotaQuestion('weather help')).toEqual({ is: 'unknown', typed: 'weather', nearest: undefined });
  });

  test.each<[string, CommandWord | undefined]>([
    ['incident', 'incidents'],
    ['INCIDNETS', 'incidents'],
    ['conect', 'connect'],
    ['hlep', 'help'],
    ['weather', undefined],
    ['plans', 'plan'],
    ['version', 'versions'],
    ['planmax', undefined],
    ['connect taem', 'connect team'],
    ['forget', 'forget me'],
    ['conn', 'connect'],
    ['incidents please', 'incidents'],
    ['conect to slack', 'connect'],
    ['usage', ''],
    ['uninstall now', 'disconnect'],
    ['GDPR', 'forget me'],
    ['hi', undefined],
    ['co', undefined],
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
