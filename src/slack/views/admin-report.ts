import type { OwnTrouble } from '../../incidents/own-troubles.ts';
import type { EpochMs } from '../../model/time.ts';
import type { Reading } from './alert-words.ts';
import { context, type Message, section } from './blocks.ts';
import { escapeText } from './escape-text.ts';
import { moment } from './format.ts';
import { ownTroubleReport } from './own-trouble-report.ts';

export type AdminReportView = Reading & {
  /** When it was met first. */
  readonly since: EpochMs;
} & (CannotPost | OwnTrouble);

/** Slack refuses messages to a channel. */
interface CannotPost {
  readonly is?: 'cannot_post';
  /** Id of the channel, or of a person. */
  readonly channel: string;
  /** Slack's own word, such as `is_archived`. */
  readonly code: string;
}

/** Tells an admin, by direct message, what keeps Quota Watch from its work: why, since when, what to do. */
export function adminReport(view: AdminReportView): Message {
  switch (view.is) {
    case undefined:
    case 'cannot_post':
      return cannotPost(view);
    default:
      return ownTroubleReport(view);
  }
}

function cannotPost({ channel, code, since, ...reading }: CannotPost & Reading & { since: EpochMs }): Message {
  const { why, next } = REASONS.get(code) ?? unknownReason(code);
  const told = 'Quota Watch cannot post';
  return {
    text: `${told}: ${why}`,
    blocks: [
      section(`:no_entry: *${told} ${whereWords(channel)}*\n${capital(why)}, since ${moment(since, reading)}.`),
      section(`*Next:* ${next}`),
      context(
        'Nothing is lost: everything is still recorded and shows at `/quota incidents` and in App Home. Messages wait for up to a day; I try again every 5 minutes, and there is nothing to restart.',
      ),
    ],
  };
}

function whereWords(channel: string): string {
  if (/^[CG][A-Z0-9]+$/.test(channel)) return `to <#${channel}>`;
  return /^[UWD]/.test(channel) ? 'direct messages' : `to ${escapeText(channel)}`;
}

interface Reason {
  /** Inside a sentence. */
  readonly why: string;
  readonly next: string;
}

const OTHER_CHANNEL = 'or choose another channel with `/quota settings`';
/** What people can put right, by Slack's own word for it. */
const REASONS: ReadonlyMap<string, Reason> = new Map([
  ['is_archived', { why: 'the channel is archived', next: `Unarchive it, ${OTHER_CHANNEL}.` }],
  [
    'not_in_channel',
    {
      why: 'I am not a member of the channel',
      next: `Type \`/invite @Quota Watch\` in the channel, ${OTHER_CHANNEL}.`,
    },
  ],
  [
    'channel_not_found',
    {
      why: 'the channel was deleted, or it is private and I am not a member',
      next: `Type \`/invite @Quota Watch\` in the channel, ${OTHER_CHANNEL}.`,
    },
  ],
  [
    'missing_scope',
    {
      why: 'the app lacks a permission (scope)',
      next: 'Compare the app’s permissions in Slack’s app settings with `manifest.yml`, and install the app again.',
    },
  ],
  [
    'restricted_action',
    {
      why: 'the workspace does not let apps post there',
      next: `Allow it in the channel’s settings (posting permissions), ${OTHER_CHANNEL}.`,
    },
  ],
]);

function unknownReason(code: string): Reason {
  return {
    why: `Slack answers \`${escapeText(code, 40)}\``,
    next: `Look the word up in Slack’s documentation of \`chat.postMessage\`, ${OTHER_CHANNEL}.`,
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
