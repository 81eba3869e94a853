import type { ConfirmationDialog } from '@slack/types';
import type { EpochMs } from '../../model/time.ts';
import { actions, button, context, type Message, section } from './blocks.ts';
import { count, duration } from './format.ts';

export const DISCONNECT_ACTION = 'disconnect';

export interface DisconnectView {
  /** Their own that are not revoked. */
  readonly tokens: readonly { readonly hint: string; readonly lastUsedAt: EpochMs | undefined }[];
  /** Whether one token sends for the whole team. */
  readonly hasTeamToken: boolean;
  readonly now: EpochMs;
}

const TOKENS_SHOWN = 10;

/** The answer to `/quota disconnect`: first what to remove, then the button that takes the tokens back. */
export function disconnectAnswer({ tokens, hasTeamToken, now }: DisconnectView): Message {
  const team = hasTeamToken ? [context(OF_TEAM)] : [];
  if (tokens.length === 0) return { text: NOTHING, blocks: [section(NOTHING), ...team] };
  const shown = tokens.slice(0, TOKENS_SHOWN).map(({ hint, lastUsedAt }) => {
    const used = lastUsedAt === undefined ? 'never used' : `last used ${duration(now - lastUsedAt)} ago`;
    return `• \`${hint}…\` ${used}`;
  });
  const more = tokens.length > TOKENS_SHOWN ? [`• and ${tokens.length - TOKENS_SHOWN} more`] : [];
  return {
    text: 'Disconnect your Claude Code',
    blocks: [
      section(['*1. Remove from `~/.claude/settings.json`, on each machine*', ...REMOVED].join('\n')),
      section([`*2. Take back ${count(tokens.length, 'token')}*`, ...shown, ...more].join('\n')),
      actions({ ...button(DISCONNECT_ACTION, 'Disconnect', 'danger'), confirm: CONFIRM }),
      context(STAYS),
      ...team,
    ],
  };
}

/** Says what the button did; a second click finds nothing more to do. */
export function disconnectedAnswer(revoked: number): Message {
  if (revoked === 0) return { text: NOTHING, blocks: [section(NOTHING)] };
  const text = `:white_check_mark: ${count(revoked, 'token')} taken back: nothing can be sent with ${revoked === 1 ? 'it' : 'them'} any more.`;
  return { text, blocks: [section(text), context(STAYS)] };
}

const NOTHING = 'You have no token, so there is nothing to take back. `/quota connect` makes one.';

const REMOVED = [
  '• in `env`: `CLAUDE_CODE_ENABLE_TELEMETRY`, `QUOTA_WATCH_TOKEN`, and what begins with `OTEL_`',
  '• the `statusLine`, or the `curl` in the script of your own',
  '• the `StopFailure` hook; then restart Claude Code',
];

const STAYS = 'What is stored stays: `/quota forget me` deletes it. `/quota connect` brings you back.';

const OF_TEAM =
  'Your team also has one token for everybody: what managed settings send with it still arrives. An admin can change that.';

const CONFIRM: ConfirmationDialog = {
  title: { type: 'plain_text', text: 'Disconnect?' },
  text: {
    type: 'plain_text',
    text: 'Your tokens stop working at once, on every machine. Settings that still have one are refused.',
  },
  confirm: { type: 'plain_text', text: 'Disconnect' },
  deny: { type: 'plain_text', text: 'Not now' },
  style: 'danger',
};
