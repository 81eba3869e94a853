import { describe, expect, test } from 'vitest';
import { adminReport } from '../../../src/slack/views/admin-report.ts';
import { minutes } from '../../support/builders.ts';
import { fine, linesOf } from '../seen.ts';

const reportOf = (code: string, channel = 'C0ALERTS') =>
  fine(adminReport({ channel, code, since: minutes(5), now: minutes(20), zone: 'UTC' }));

describe('the word to an admin that a channel hears nothing', () => {
  test('says where, why, since when, what to do, and that nothing is lost', () => {
    const report = reportOf('is_archived');
    expect(report.text).toBe('Quota Watch cannot post: the channel is archived');
    expect(linesOf(report)).toEqual([
      ':no_entry: *Quota Watch cannot post to <#C0ALERTS>*',
      'The channel is archived, since 12:05.',
      '*Next:* Unarchive it, or choose another channel with `/quota settings`.',
      'Nothing is lost: everything is still recorded and shows at `/quota incidents` and in App Home. Messages wait for up to a day; I try again every 5 minutes, and there is nothing to restart.',
    ]);
  });

  test.each([
    ['not_in_channel', 'I am not a member of the channel', '/invite @Quota Watch'],
    ['channel_not_found', 'The channel was deleted, or it is private', '/invite @Quota Watch'],
    ['missing_scope', 'The app lacks a permission', 'manifest.yml'],
    ['restricted_action', 'The workspace does not let apps post there', 'posting permissions'],
    ['token_revoked', 'Slack answers `token\u200B_revoked`', 'chat.postMessage'],
  ])('of %s says what it means and what to do', (code, why, next) => {
    const texts = JSON.stringify(reportOf(code));
    expect(texts).toContain(why);
    expect(texts).toContain(next);
  });

  test.each([
    ['U000000ADA', 'Quota Watch cannot post direct messages'],
    ['D0001', 'Quota Watch cannot post direct messages'],
    ['G0001', 'Quota Watch cannot post to <#G0001>'],
    ['alerts', 'Quota Watch cannot post to alerts'],
  ])('calls %s what it is', (channel, title) => {
    expect(
      linesOf(adminReport({ channel, code: 'is_archived', since: minutes(5), now: minutes(20), zone: 'UTC' }))[0],
    ).toBe(`:no_entry: *${title}*`);
  });
});
