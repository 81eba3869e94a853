import type { HomeView } from '@slack/types';
import { actions, button, context, type Message, section } from './blocks.ts';

export const FORGET_ACTION = 'forget_me';

export interface ForgetMeView {
  /** Whether machines may be sending with a token of the whole team. */
  readonly hasTeamToken: boolean;
}

/** What goes and what stays, with the button that does it. */
export function forgetMeAnswer({ hasTeamToken }: ForgetMeView): Message {
  return {
    text: 'Delete everything about you? What goes, and the button that does it.',
    blocks: [
      section(
        [
          '*Delete everything about you?* It cannot be undone. What goes:',
          '• your usage, quota windows, cache counters and incidents',
          '• your tokens: what still sends with them is refused',
          '• your plan, quiet hours, snoozes and consent, and what you acknowledged or judged',
          '• my messages to you, and those in the channel that are about you alone; those about several people go on without you',
        ].join('\n'),
      ),
      ...(hasTeamToken ? [section(TEAM_TOKEN)] : []),
      actions({
        ...button(FORGET_ACTION, 'Delete everything about me', 'danger'),
        confirm: {
          title: { type: 'plain_text', text: 'Delete everything about you?' },
          text: { type: 'plain_text', text: 'It is gone at once, for you and for everybody. There is no way back.' },
          confirm: { type: 'plain_text', text: 'Delete' },
          deny: { type: 'plain_text', text: 'Keep' },
          style: 'danger',
        },
      }),
      context(
        'What stays: weekly summaries that are posted already, backups until they expire, and the log of what you yourself looked at or changed for others. Remove the settings of `/quota connect` from `~/.claude/settings.json`, too.',
      ),
    ],
  };
}

const TEAM_TOKEN =
  ':warning: Your team sends usage with a token for everybody. If your machine does too, your next request brings you back as somebody new: ask an admin to take the managed settings off your machine first.';

/** After the deletion; `was`: whether there was anything. */
export function forgottenAnswer(was: 'deleted' | 'nothing'): Message {
  const text =
    was === 'deleted'
      ? ':white_check_mark: Everything about you is deleted. My messages about you disappear from Slack within minutes. To come back: `/quota connect`.'
      : 'There is nothing about you here (any more).';
  return { text, blocks: [section(text)] };
}

/** App Home of somebody who was forgotten, until they open it again. */
export function forgottenHome(): HomeView {
  return { type: 'home', blocks: [section('Nothing is known about you. `/quota connect` begins anew.')] };
}
