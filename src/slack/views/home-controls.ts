import type { ActionsBlock, Button, KnownBlock, SectionBlock, StaticSelect, Timepicker } from '@slack/types';
import { timeOfDay } from '../../model/minute-of-day.ts';
import { button, section } from './blocks.ts';
import { moment } from './format.ts';
import type { HomeReport } from './home-report.ts';
import { KIND_NAMES } from './kind-names.ts';

/** How long a kind can be muted from App Home: it always ends. */
export type MuteLength = 'hour' | 'day' | 'week';

export const MUTE_ACTIONS = {
  hour: 'home_mute_hour',
  day: 'home_mute_day',
  week: 'home_mute_week',
} as const satisfies Readonly<Record<MuteLength, string>>;
export const UNMUTE_ACTION = 'home_unmute';
export const QUIET_ACTIONS = { from: 'home_quiet_from', until: 'home_quiet_until' } as const;
export const QUIET_OFF_ACTION = 'home_quiet_off';
export const HOME_NAMES_ACTIONS = { given: 'home_names_consent', withdrawn: 'home_names_withdraw' } as const;

/** What somebody is told, when, and under which name: each with the switch that changes it. */
export function controlBlocks(report: HomeReport): KnownBlock[] {
  return [...muteBlocks(report), ...quietBlocks(report), ...namesBlocks(report)];
}

function muteBlocks({ mutes, kinds, quota }: HomeReport): KnownBlock[] {
  const lines = mutes.map(({ kind, until }) =>
    withButton(`${KIND_NAMES[kind]}, until ${moment(until, quota)}`, {
      ...button(UNMUTE_ACTION, 'Unmute'),
      value: kind,
    }),
  );
  return [section(mutes.length === 0 ? NOTHING_MUTED : MUTED), ...lines, ...muteMenus(mutes, kinds)];
}

const NOTHING_MUTED =
  '*Muted*: nothing. A kind that you mute is still counted; you only do not hear of it until the time is over.';
const MUTED = '*Muted* for now: still counted, but you do not hear of it.';

function muteMenus(mutes: HomeReport['mutes'], kinds: HomeReport['kinds']): readonly ActionsBlock[] {
  if (kinds.length === 0) return [];
  // Slack keeps what was chosen in a block of the same name: a new one shows the menu as it was before the choice.
  const ends = mutes.reduce((sum, { until }) => sum + until, 0);
  return [
    {
      type: 'actions',
      block_id: `home_mutes_${mutes.length}_${ends}`,
      elements: [
        menu('hour', 'for an hour', kinds),
        menu('day', 'for a day', kinds),
        menu('week', 'for a week', kinds),
      ],
    },
  ];
}

function menu(length: MuteLength, says: string, kinds: HomeReport['kinds']): StaticSelect {
  return {
    type: 'static_select',
    action_id: MUTE_ACTIONS[length],
    placeholder: plain(`Mute ${says}`),
    options: kinds.map((kind) => ({ text: plain(KIND_NAMES[kind]), value: kind })),
  };
}

function quietBlocks({ quietHours, quota }: HomeReport): KnownBlock[] {
  const zone = `your time zone in Slack, ${quota.zone}`;
  const says = quietHours
    ? `*Quiet hours*: from ${timeOfDay(quietHours.from)} until ${timeOfDay(quietHours.until)} (${zone}). Direct messages wait until they end; critical ones come at once.`
    : `*Quiet hours*: none. Choose when they begin or end (${zone}); direct messages then wait until they end, critical ones come at once.`;
  const times: (Timepicker | Button)[] = [
    picker('from', 'Quiet from', quietHours?.from),
    picker('until', 'until', quietHours?.until),
    ...(quietHours ? [button(QUIET_OFF_ACTION, 'No quiet hours')] : []),
  ];
  const id = quietHours ? `${quietHours.from}_${quietHours.until}` : 'none';
  return [section(says), { type: 'actions', block_id: `home_quiet_${id}`, elements: times }];
}

function picker(end: keyof typeof QUIET_ACTIONS, says: string, minute: number | undefined): Timepicker {
  return {
    type: 'timepicker',
    action_id: QUIET_ACTIONS[end],
    placeholder: plain(says),
    ...(minute !== undefined && { initial_time: timeOfDay(minute) }),
  };
}

function namesBlocks({ hasConsented }: HomeReport): readonly SectionBlock[] {
  if (hasConsented === undefined) return [];
  return [
    hasConsented
      ? withButton(
          '*Your name*: alerts in the channel name you, and colleagues may ask `/quota` about you.',
          button(HOME_NAMES_ACTIONS.withdrawn, 'Do not name me'),
        )
      : withButton(
          '*Your name*: alerts in the channel say “a developer”, and only you and admins see your quota. With your name, colleagues can help at once.',
          button(HOME_NAMES_ACTIONS.given, 'Name me'),
        ),
  ];
}

function withButton(text: string, accessory: Button): SectionBlock {
  return { ...section(text), accessory };
}

const plain = (text: string) => ({ type: 'plain_text', text }) as const;
