import type { InputBlock, KnownBlock, ModalView, Option } from '@slack/types';
import type { IncidentKind } from '../../model/finding.ts';
import { timeOfDay } from '../../model/minute-of-day.ts';
import type { Settings } from '../../model/settings.ts';
import { context, section } from './blocks.ts';
import { KIND_NAMES } from './kind-names.ts';

export const SETTINGS_MODAL = 'settings_modal';

/** Block and action ids of what can be chosen. */
export const SETTINGS_FIELDS = {
  cacheKinds: 'kinds_cache',
  quotaKinds: 'kinds_quota',
  levels: 'levels',
  alertChannel: 'alert_channel',
  summaryChannel: 'summary_channel',
  quiet: 'quiet',
  quietFrom: 'quiet_from',
  quietUntil: 'quiet_until',
} as const;

/** The channels that hold where the team chose none: those of the environment. */
export interface DefaultChannels {
  readonly alert: string;
  readonly summary: string;
}

export interface SettingsView {
  readonly settings: Settings;
  readonly channels: DefaultChannels;
  /** The team's zone. */
  readonly zone: string;
}

type Described = readonly [kind: IncidentKind, says: string];

/** Slack takes at most ten checkboxes in a group, so the kinds come in two. */
export const CACHE_KINDS = [
  ['fleet_regression', 'One client version breaks the cache for several people'],
  ['cache_invalidation', 'The history is written again, turn after turn'],
  ['resume_reprocess', 'Resuming a session writes all of it again'],
  ['ttl_downgrade', 'The cache is lost after 5 minutes instead of an hour'],
  ['cache_read_storm', 'Far more is read from the cache than usual'],
] as const satisfies readonly Described[];

export const QUOTA_KINDS = [
  ['lock_out', 'Claude Code refuses to work until a window resets'],
  ['window_threshold', 'A window passes one of the levels below'],
  ['burn_rate', 'A window will be used up long before it resets'],
  ['prompt_spike', 'One prompt takes a large part of a window'],
  ['cost_inflation', 'Prompts cost many times what is usual'],
  ['runaway', 'Background work eats a window, or starts many sessions'],
  ['data_silence', 'Telemetry or status line stopped while the other goes on'],
] as const satisfies readonly Described[];

/** What most teams would call a night, offered where none is set. */
const NIGHT = { from: 22 * 60, until: 7 * 60 };
const INVITE = 'Invite me there first: type /invite @Quota Watch in the channel.';

/** What admins choose for the team. What they saw travels along, so that only what they change is changed. */
export function settingsModal({ settings, channels, zone }: SettingsView): ModalView {
  return {
    type: 'modal',
    callback_id: SETTINGS_MODAL,
    private_metadata: JSON.stringify(settings),
    title: plain('Team settings'),
    submit: plain('Save'),
    close: plain('Cancel'),
    blocks: [
      section('What you save holds for the whole team at once, and is written down with your name.'),
      kindsInput('cacheKinds', 'Look for: cache and client', { kinds: CACHE_KINDS, settings }),
      kindsInput('quotaKinds', 'Look for: quota and spending', { kinds: QUOTA_KINDS, settings }),
      levelsInput(settings.levels),
      channelInput('alertChannel', 'Channel for alerts', settings.alertChannel ?? channels.alert),
      channelInput('summaryChannel', 'Channel for the weekly summary', settings.summaryChannel ?? channels.summary),
      ...quietInputs(settings.quietHours, zone),
    ],
  };
}

function kindsInput(
  field: 'cacheKinds' | 'quotaKinds',
  label: string,
  { kinds, settings }: { kinds: readonly Described[]; settings: Settings },
): InputBlock {
  const options = kinds.map(([kind, says]) => option(kind, KIND_NAMES[kind], says));
  const on = options.filter(({ value }) => !settings.kindsOff.some((kind) => kind === value));
  const hint = field === 'quotaKinds' ? 'What is not ticked is neither looked for nor counted.' : undefined;
  return {
    type: 'input',
    block_id: SETTINGS_FIELDS[field],
    optional: true,
    label: plain(label),
    ...(hint && { hint: plain(hint) }),
    element: {
      type: 'checkboxes',
      action_id: SETTINGS_FIELDS[field],
      options,
      ...(on.length > 0 && { initial_options: on }),
    },
  };
}

function levelsInput(levels: readonly number[]): InputBlock {
  return {
    type: 'input',
    block_id: SETTINGS_FIELDS.levels,
    label: plain('Tell people when a window is used up to (percent)'),
    hint: plain('Each level once per window, by direct message. Such as 80, 90, 100.'),
    element: { type: 'plain_text_input', action_id: SETTINGS_FIELDS.levels, initial_value: levels.join(', ') },
  };
}

/** Somebody who cannot see a private channel sees an empty field: leaving it so must change nothing. */
function channelInput(field: 'alertChannel' | 'summaryChannel', label: string, channel: string): InputBlock {
  return {
    type: 'input',
    block_id: SETTINGS_FIELDS[field],
    optional: true,
    label: plain(label),
    hint: plain(`${INVITE} Left empty, it stays as it is.`),
    element: {
      type: 'conversations_select',
      action_id: SETTINGS_FIELDS[field],
      initial_conversation: channel,
      // What outsiders read is no place for who uses how much.
      filter: { include: ['public', 'private'], exclude_bot_users: true, exclude_external_shared_channels: true },
    },
  };
}

function quietInputs(quietHours: Settings['quietHours'], zone: string): readonly KnownBlock[] {
  const hold = option('on', 'Hold alerts in the channel overnight', 'Critical ones come at once; the rest wait.');
  const { from, until } = quietHours ?? NIGHT;
  return [
    {
      type: 'input',
      block_id: SETTINGS_FIELDS.quiet,
      optional: true,
      label: plain('Quiet hours of the team'),
      element: {
        type: 'checkboxes',
        action_id: SETTINGS_FIELDS.quiet,
        options: [hold],
        ...(quietHours && { initial_options: [hold] }),
      },
    },
    timeInput('quietFrom', 'Quiet from', timeOfDay(from)),
    timeInput('quietUntil', 'Quiet until', timeOfDay(until)),
    context(`Times of the team, in ${zone}. Each person’s own quiet hours are in App Home.`),
  ];
}

function timeInput(field: 'quietFrom' | 'quietUntil', label: string, time: string): InputBlock {
  return {
    type: 'input',
    block_id: SETTINGS_FIELDS[field],
    optional: true,
    label: plain(label),
    element: { type: 'timepicker', action_id: SETTINGS_FIELDS[field], initial_time: time },
  };
}

function option(value: string, text: string, description: string): Option {
  return { value, text: plain(text), description: plain(description) };
}

const plain = (text: string) => ({ type: 'plain_text', text }) as const;
