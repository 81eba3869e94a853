import type { ModalView } from '@slack/types';
import { timeOfDay } from '../../model/minute-of-day.ts';
import type { QuietHours, Settings } from '../../model/settings.ts';
import { section } from './blocks.ts';
import { KIND_NAMES } from './kind-names.ts';
import type { DefaultChannels } from './settings-modal.ts';

/** What differs between two settings, a line each, as Slack shows it and as the audit keeps it. */
export function settingsChanges(before: Settings, after: Settings, channels: DefaultChannels): readonly string[] {
  const off = after.kindsOff.filter((kind) => !before.kindsOff.includes(kind));
  const on = before.kindsOff.filter((kind) => !after.kindsOff.includes(kind));
  return [
    ...off.map((kind) => `${KIND_NAMES[kind]}: not looked for any more`),
    ...on.map((kind) => `${KIND_NAMES[kind]}: looked for again`),
    ...changed('Levels', before.levels.join(', '), after.levels.join(', ')),
    ...changed('Alerts', alertChannel(before, channels), alertChannel(after, channels)),
    ...changed('Weekly summary', summaryChannel(before, channels), summaryChannel(after, channels)),
    ...changed('Quiet hours', quietWords(before.quietHours), quietWords(after.quietHours)),
  ];
}

/** What was changed, and what is to be done for it. */
export function settingsSaved(before: Settings, after: Settings, channels: DefaultChannels): ModalView {
  const changes = settingsChanges(before, after, channels);
  const said =
    changes.length === 0
      ? 'Nothing is different: all of it was like that already.'
      : [':white_check_mark: *Saved.* From now on:', ...changes.map((line) => `• ${line}`)].join('\n');
  return notice([said, ...inviteWords(before, after, channels)]);
}

/** Somebody who is no admin (any more) sent the form. */
export function settingsRefused(): ModalView {
  return notice(['Only admins can change the settings, and you are none any more. Nothing was saved.']);
}

function notice(texts: readonly string[]): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'Team settings' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: texts.map(section),
  };
}

/** The bot sees no channel that it was not invited to, so whoever chose it is asked. */
function inviteWords(before: Settings, after: Settings, channels: DefaultChannels): readonly string[] {
  const known = [alertChannel(before, channels), summaryChannel(before, channels)];
  const fresh = [alertChannel(after, channels), summaryChannel(after, channels)].filter(
    (channel) => !known.includes(channel),
  );
  return [...new Set(fresh)].map(
    (channel) =>
      `Am I a member of ${channel}? If not, type \`/invite @Quota Watch\` there: without that, nothing of mine arrives.`,
  );
}

function changed(what: string, before: string, after: string): readonly string[] {
  return before === after ? [] : [`${what}: ${after} (was ${before})`];
}

function alertChannel({ alertChannel: chosen }: Settings, { alert }: DefaultChannels): string {
  return `<#${chosen ?? alert}>`;
}

function summaryChannel({ summaryChannel: chosen }: Settings, { summary }: DefaultChannels): string {
  return `<#${chosen ?? summary}>`;
}

function quietWords(quiet: QuietHours | undefined): string {
  return quiet ? `${timeOfDay(quiet.from)} to ${timeOfDay(quiet.until)}` : 'none';
}
