import type { BetterVersion } from '../../incidents/healthiest-version.ts';
import type { FreshCause, NextStep, TightWindow } from '../../incidents/next-step.ts';
import { windowName } from '../../model/quota-window.ts';
import type { Reading } from './alert-words.ts';
import { escapeText } from './escape-text.ts';
import { count, moment, points, share, tokens } from './format.ts';

const LONGEST_VERSION = 20;

/** What to do now, in one or two sentences of mrkdwn; undefined when there is nothing to do. */
export function nextStepText(step: NextStep | undefined, reading: Reading): string | undefined {
  if (step === undefined) return undefined;
  switch (step.is) {
    case 'start_fresh':
      return FRESH[step.cause];
    case 'try_one_more_turn':
      return 'Send one more turn: the server lost the cache, and may have it again. If that turn is rewritten too, start a fresh session.';
    case 'keep_the_model':
      return 'Stay with one model in a session: each switch writes the whole history again.';
    case 'mind_the_pauses':
      return step.ttl === '5m'
        ? 'Pauses outlive the cache, which lasts 5 minutes: set `ENABLE_PROMPT_CACHING_1H=1`, or `/compact` before a pause.'
        : 'Pauses outlive the cache, which lasts an hour: `/compact` before a long one, or start a fresh session after it.';
    case 'wait_for_reset':
      return `Wait for the reset at ${moment(step.window.resetsAt, reading)}${step.afterwards === 'start_fresh' ? ', then start a fresh session' : ''}: ${left(step.window)}.`;
    case 'compact':
      return step.because === 'broken'
        ? `\`/compact\` before the next turn: one last rewrite, and every turn after it is small. ${capital(left(step.window))}, until ${moment(step.window.resetsAt, reading)}.`
        : `\`/compact\` now, while the session is warm: ${left(step.window)}, and another resume would write all of it again.`;
    case 'move_to_version':
      return moveText(step.from, step.to);
    case 'update_client':
      return `Update Claude Code from ${version(step.from)} to ${step.to} or later, which mends a known bug: ${step.bug} (${step.source}).`;
    case 'leave_version':
      return `Do not update to ${version(step.version)}, and ${step.of === 'resume_reprocess' ? 'do not resume sessions with it' : 'start fresh sessions where it runs'}: nobody knows yet which version mends it. \`/quota versions\` compares yours.`;
    case 'keep_sessions_open':
      return 'Nothing to undo: go on in this session. Next time keep it open instead of resuming it; each resume of a long session pays for it again.';
    case 'finish_what_matters':
      return 'Finish what matters first; `/compact` or a fresh session makes each turn cheaper.';
    case 'will_tell_when_open':
      return 'I will say when it is open again. Meanwhile `/quota team` tells who has headroom; usage credits, where your account has them, go on at API prices.';
    case 'look_in_background':
      return 'Look for work in the background: parallel agents, a loop, or a forgotten session. `/quota` shows how it goes on.';
    case 'stop_background':
      return step.rule === 'sessions'
        ? `Stop what starts them: a loop, a hook or a scheduled job that calls \`claude -p\` (${count(step.sessions, 'session')} in the last hour).`
        : 'Stop the agents and loops that run without you: `/tasks` in each session lists them; look for scripts that call `claude -p`.';
    case 'shrink_context':
      return step.contextTokens === undefined
        ? '`/compact`, or start a fresh session, before the next prompt: what a prompt takes grows with the context that it carries.'
        : `\`/compact\`, or start a fresh session: each request carries ${tokens(step.contextTokens)} tokens.`;
    case 'look_what_grew':
      return 'Look at what grew: `/context` shows what each request carries, `/mcp` which tools. `/compact` or a fresh session makes each turn cheaper.';
    case 'ask_for_an_hour':
      return 'Set `ENABLE_PROMPT_CACHING_1H=1` and start Claude Code again; until then `/compact` before a pause of 5 minutes.';
    case 'wait_for_quota':
      return `On usage credits the client caches for 5 minutes only; that ends when the ${name(step.window)} window resets at ${moment(step.window.resetsAt, reading)}. Until then \`/compact\` before a pause.`;
    case 'reconnect':
      return step.feed === 'status_line'
        ? 'Check the `statusLine` setting: `/quota connect` shows it. It does not run in `claude -p`, nor in a folder that is not trusted.'
        : 'Check the telemetry settings, and that they stand in `~/.claude/settings.json`: `/quota connect` shows them. They count after a restart.';
  }
}

const FRESH: Readonly<Record<FreshCause, string>> = {
  tools_changed: 'The tool list changed mid-session: keep MCP servers connected, then start a fresh session.',
  system_prompt_changed:
    'The system prompt changed mid-session: finish edits to `CLAUDE.md` first, then start a fresh session.',
  messages_rewritten:
    'The client rewrote earlier messages: start a fresh session; going on rewrites everything each turn.',
  unnamed: 'Start a fresh session: every further turn of this one writes its history again.',
};

function moveText(from: string, { version: to, there, here, because }: BetterVersion): string {
  const command = `(\`claude install ${version(to)}\`)`;
  const missed = `${share(there.misses, there.of)} of ${count(there.of, 'turn start')} missed the cache there in 7 days`;
  if (because.is === 'measured') {
    return `Move from ${version(from)} to ${version(to)}, which your team runs: ${missed}, ${share(here.misses, here.of)} of ${here.of.toLocaleString('en-US')} with yours ${command}.`;
  }
  const { bug, sources } = because.bug;
  return `Move from ${version(from)}, which has a known bug (${bug}; ${sources[0]}), to ${version(to)}, which your team runs: ${missed}, and there is no open evidence against it ${command}.`;
}

function version(text: string): string {
  return escapeText(text, LONGEST_VERSION);
}

function name({ windowKind, scope }: TightWindow): string {
  return escapeText(windowName(windowKind, scope), 30);
}

function left(window: TightWindow): string {
  if (window.usedPercent >= 100) return `the ${name(window)} window is used up`;
  return `only ${points(100 - window.usedPercent)}% of the ${name(window)} window is left`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
