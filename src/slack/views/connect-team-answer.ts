import { code, context, type Message, section } from './blocks.ts';
import { connectSettings } from './connect-answer.ts';

export interface ConnectTeamView {
  /** Address of the collector, without a slash at its end. */
  readonly publicUrl: string;
  /** The team token; shown here and never again. */
  readonly token: string;
  readonly channelNames: 'consent' | 'always' | 'never';
}

/** Where Claude Code looks for managed settings: https://code.claude.com/docs/en/server-managed-settings. */
const PLACES = [
  '• macOS: `/Library/Application Support/ClaudeCode/managed-settings.json`',
  '• Linux and WSL: `/etc/claude-code/managed-settings.json`',
  '• Windows: `C:\\Program Files\\ClaudeCode\\managed-settings.json`',
  '• Team and Enterprise plans, instead of files: claude.ai, admin settings, Claude Code, managed settings',
];

/** Everything that an admin needs to connect all machines at once. */
export function connectTeamAnswer({ publicUrl, token, channelNames }: ConnectTeamView): Message {
  return {
    text: 'Connect the whole team to Quota Watch',
    blocks: [
      section(
        ['*Connect the whole team*', 'Roll this out as managed settings. The token is shown only now.', ...PLACES].join(
          '\n',
        ),
      ),
      code(connectSettings(publicUrl, token)),
      section(
        '*What people see*: telemetry begins when they restart Claude Code. Settings from claude.ai ask each person once, because they send telemetry, run a status line and have a hook; whoever declines ends Claude Code. A file asks nothing.',
      ),
      section(
        ':warning: *Whoever holds this token can write usage for any colleague*: it counts for whichever email Claude Code names, and each machine with these settings holds it. Where that is too much, let people connect themselves: a token of `/quota connect` writes for its owner alone.',
      ),
      section(`*Names*: ${NAMES[channelNames]}`),
      section(
        '*Before you roll it out*, tell people: `/quota privacy` says what is sent and what is never kept. The managed status line replaces their own: leave `statusLine` out where people want to keep theirs, and add the `curl` to its script, or let them connect by `/quota connect`, which keeps it. On Windows the line needs Git Bash.',
      ),
      context(
        'People are known by the email of their Claude login; usage with an API key names nobody and is not counted. `/quota tokens` takes this token back. Each `/quota connect team` makes another.',
      ),
    ],
  };
}

const NAMES: Readonly<Record<ConnectTeamView['channelNames'], string>> = {
  consent:
    'alerts in the channel say “a developer” until that person agrees to be named, with the button in App Home. Nobody is asked for them.',
  always: 'alerts in the channel name everybody (`CHANNEL_NAMES=always`). Tell people that, too.',
  never: 'alerts in the channel name nobody (`CHANNEL_NAMES=never`).',
};
