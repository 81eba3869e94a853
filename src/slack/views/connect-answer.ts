import { telemetryEnv } from '../../model/telemetry-env.ts';
import { actions, button, code, context, type Message, section } from './blocks.ts';

export const CONSENT_ACTION = 'names_consent';
export const WITHDRAW_ACTION = 'names_withdraw';

export interface ConnectView {
  /** Address of the collector, without a slash at its end. */
  readonly publicUrl: string;
  /** Where npx finds the program for developers' machines; undefined: there is only the block to paste. */
  readonly clientUrl: string | undefined;
  /** The personal token; shown here and never again. */
  readonly token: string;
  /** Whether the channel may name this developer; undefined where the team decided for all. */
  readonly hasConsented: boolean | undefined;
}

/** Everything that one developer needs to connect: one command with Node, one block of settings with a shell and curl alone. */
export function connectAnswer({ publicUrl, clientUrl, token, hasConsented }: ConnectView): Message {
  return {
    text: 'Connect Claude Code to Quota Watch',
    blocks: [
      ...commandBlocks(clientUrl, `--url ${publicUrl} --token ${token}`),
      section(
        `*${clientUrl === undefined ? 'Connect Claude Code' : 'Without Node'}*\nMerge this into \`~/.claude/settings.json\` (not a repository’s settings: Claude Code ignores telemetry keys there) and restart Claude Code. ${SHOWN_ONCE}`,
      ),
      code(connectSettings(publicUrl, token)),
      section(
        '*What it sends*: token counts, model, client version and times of each request; used percentages and cache counters from the status line; which limit was hit. *What is never kept*: prompts, answers, file names, repositories. If you have a status line of your own, keep it and add the `curl` to its script.',
      ),
      ...consentBlocks(hasConsented),
      context(
        'The first data arrives within seconds of your next turn; then `/quota` answers. Each `/quota connect` makes another token, so that every machine can have its own.',
      ),
    ],
  };
}

const SHOWN_ONCE = 'The token is yours alone and is shown only now.';

function commandBlocks(clientUrl: string | undefined, options: string) {
  if (clientUrl === undefined) return [];
  return [
    section(
      `*Connect Claude Code*\nWith Node 20 or newer, in a terminal: it shows what it would change in your settings, asks, and keeps your status line. \`disconnect\` in place of \`connect …\` brings the file back, byte for byte. ${SHOWN_ONCE}`,
    ),
    code(`npx --yes ${clientUrl} connect ${options}`),
  ];
}

/** The `~/.claude/settings.json` block: telemetry for requests, a status line for percentages, a hook for lock-outs. */
export function connectSettings(publicUrl: string, token: string): string {
  const env = { ...telemetryEnv(publicUrl, token), QUOTA_WATCH_TOKEN: token };
  const hook = {
    type: 'http',
    url: `${publicUrl}/v1/hooks`,
    timeout: 5,
    headers: { Authorization: 'Bearer $QUOTA_WATCH_TOKEN' },
    allowedEnvVars: ['QUOTA_WATCH_TOKEN'],
  };
  const statusLine = { type: 'command', command: statusLineCommand(publicUrl, token) };
  const hooks = { StopFailure: [{ matcher: 'rate_limit', hooks: [hook] }] };
  const envLines = Object.entries(env).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  // One line for each part that is copied whole: a page of brackets hides what matters.
  return [
    '{',
    `  "env": {\n${envLines.join(',\n')}\n  },`,
    `  "statusLine": ${JSON.stringify(statusLine)},`,
    `  "hooks": ${JSON.stringify(hooks)}`,
    '}',
  ].join('\n');
}

/** Sends what Claude Code pipes in and prints the collector's one line; two seconds at most, and never an error. */
function statusLineCommand(publicUrl: string, token: string): string {
  return `curl -sS -m 2 -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' --data-binary @- ${publicUrl}/v1/status-line 2>/dev/null || true`;
}

function consentBlocks(hasConsented: boolean | undefined) {
  if (hasConsented === undefined) return [];
  const question = hasConsented
    ? 'Alerts in the channel name you, and colleagues may ask `/quota` about you.'
    : 'Alerts in the channel say “a developer” instead of your name. May they name you, and may colleagues ask `/quota` about you? They can then help at once.';
  const answer = hasConsented
    ? button(WITHDRAW_ACTION, 'Do not name me any more')
    : button(CONSENT_ACTION, 'Yes, name me', 'primary');
  return [section(question), actions(answer)];
}

/** Says what the button changed. */
export function consentAnswer(hasConsented: boolean): Message {
  const text = hasConsented
    ? ':white_check_mark: Alerts in the channel will name you, and colleagues may ask `/quota` about you. `/quota connect` lets you take that back.'
    : ':white_check_mark: Alerts in the channel will say “a developer”, and only you and admins see your quota.';
  return { text, blocks: [section(text)] };
}
