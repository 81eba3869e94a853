import { describe, expect, test } from 'vitest';
import {
  type DisconnectView,
  disconnectAnswer,
  disconnectedAnswer,
} from '../../../src/slack/views/disconnect-answer.ts';
import { type Naming, privacyAnswer } from '../../../src/slack/views/privacy-answer.ts';
import { adminsOnlyAnswer, notConnectedAnswer, notSharedAnswer } from '../../../src/slack/views/refusals.ts';
import { sampleAnswer } from '../../../src/slack/views/sample-answer.ts';
import { snoozeWords } from '../../../src/slack/views/snooze-words.ts';
import { minutes, NOON } from '../../support/builders.ts';
import { fine, linesOf, shown } from '../seen.ts';

const NAMINGS: readonly Naming[] = ['agreed', 'not_agreed', 'always', 'never'];

describe('the answer to /quota privacy', () => {
  test.each(NAMINGS)('says what is stored, for how long, who sees it and how to leave: %s', (naming) => {
    const lines = linesOf(fine(privacyAnswer(naming)));
    expect(lines.filter((line) => /^\*.*\*$/.test(line))).toEqual([
      '*What is stored about you*',
      '*What never is*',
      '*For how long*',
      '*Who sees what*',
      '*How to leave*',
    ]);
  });

  test('promises an animal only to whom the team list does not name', () => {
    const hides = NAMINGS.filter((naming) => linesOf(privacyAnswer(naming)).join().includes('as an animal'));
    expect(hides).toEqual(['not_agreed', 'never']);
  });

  test('tells of colleagues who may ask only to whoever agreed to that', () => {
    const open = NAMINGS.filter((naming) =>
      linesOf(privacyAnswer(naming)).join().includes('because you agreed, and admins'),
    );
    expect(open).toEqual(['agreed']);
  });
});

describe('the answer to /quota disconnect', () => {
  const answer = (part: Partial<DisconnectView> = {}) =>
    fine(disconnectAnswer({ tokens: [token('qw_abcd')], hasTeamToken: false, now: NOON, ...part }));
  const token = (hint: string, lastUsedAt: DisconnectView['tokens'][number]['lastUsedAt'] = minutes(-5)) => ({
    hint,
    lastUsedAt,
  });

  test('says what to remove before it offers the button, which asks again', () => {
    const message = answer({ tokens: [token('qw_abcd'), { hint: 'qw_efgh', lastUsedAt: undefined }] });
    expect(linesOf(message).slice(0, 7)).toEqual([
      '*1. Remove from `~/.claude/settings.json`, on each machine*',
      '• in `env`: `CLAUDE_CODE_ENABLE_TELEMETRY`, `QUOTA_WATCH_TOKEN`, and what begins with `OTEL_`',
      '• the `statusLine`, or the `curl` in the script of your own',
      '• the `StopFailure` hook; then restart Claude Code',
      '*2. Take back 2 tokens*',
      '• `qw_abcd…` last used 5 min ago',
      '• `qw_efgh…` never used',
    ]);
    expect(message.blocks).toMatchObject([{}, {}, { type: 'actions', elements: [{ confirm: {} }] }, {}]);
  });

  test('names ten tokens and counts the rest', () => {
    const tokens = Array.from({ length: 14 }, (_, index) => token(`qw_${index}`));
    expect(linesOf(answer({ tokens }))).toContain('• and 4 more');
  });

  test('without a token offers no button', () => {
    const message = answer({ tokens: [] });
    expect(message.text).toBe('You have no token, so there is nothing to take back. `/quota connect` makes one.');
    expect(message.blocks).toHaveLength(1);
  });

  test.each([[[]], [[token('qw_abcd')]]])('says that the team’s token goes on: %o', (tokens) => {
    expect(linesOf(answer({ tokens, hasTeamToken: true })).at(-1)).toMatch(
      'Your team also has one token for everybody',
    );
  });

  test.each([
    [2, ':white_check_mark: 2 tokens taken back: nothing can be sent with them any more.'],
    [1, ':white_check_mark: 1 token taken back: nothing can be sent with it any more.'],
    [0, 'You have no token, so there is nothing to take back. `/quota connect` makes one.'],
  ])('says that %i were taken back', (revoked, text) => {
    expect(fine(disconnectedAnswer(revoked)).text).toBe(text);
  });
});

describe('short answers', () => {
  test.each([
    [notSharedAnswer('U000000ADA', 'can_share'), 'has not agreed to share'],
    [notSharedAnswer('U000000ADA', 'cannot_share'), 'Only <@U000000ADA> and admins see that quota.'],
    [notConnectedAnswer('U000000ADA'), '`/quota connect` shows them how'],
    [adminsOnlyAnswer('/quota test'), 'Please ask one of yours.'],
    [adminsOnlyAnswer('/quota test', ['U000000ADA']), 'Please ask <@U000000ADA>.'],
    [sampleAnswer('C0ALERTS'), 'on its way to <#C0ALERTS>'],
  ])('are whole and harmless: %#', (message, words) => {
    expect(fine(message).text).toContain(words);
  });

  test('name what is snoozed, and are silent for nothing', () => {
    expect(snoozeWords([], { now: NOON, zone: 'UTC' })).toBeUndefined();
    const words = snoozeWords([{ kind: 'lock_out', until: minutes(60) }], { now: NOON, zone: 'UTC' });
    expect(shown(words ?? '')).toBe(':zzz: Snoozed: Locked out until 13:00. App Home ends it sooner.');
  });
});
