import type { BetterVersion } from '../../incidents/healthiest-version.ts';
import type { Advice, Habit, Reason } from '../../summary/recommendation.ts';
import { escapeText } from './escape-text.ts';
import { count, share, tokens } from './format.ts';
import { countKind, persons } from './weekly-words.ts';

const HABITS: Readonly<Record<Habit, string>> = {
  start_fresh: 'When a cache alert comes, start a fresh session: going on writes the history again on every turn.',
  plan_around_resets: '`/quota` before a long job: it tells what is left, and when the window resets.',
  keep_sessions_open:
    'Keep a long session open, or begin afresh with a short summary: a resume pays for all of it again.',
  watch_background:
    'Look for work in the background when a quota burns fast: parallel agents, a loop, a forgotten session.',
  shrink_contexts:
    '`/compact`, or start a fresh session for each new task: what a prompt takes grows with the context that it carries.',
  ask_for_an_hour:
    'Set `ENABLE_PROMPT_CACHING_1H=1` where the cache was cut to 5 minutes: each longer pause writes the session again.',
  check_feeds: 'Check that Claude Code still reports here: `/quota connect` shows the settings.',
  tell_plans: 'Tell your plan, such as `/quota plan max`: then this summary says what the week was worth against it.',
};

/** The one thing to do after such a week. */
export function adviceWords(advice: Advice): string {
  switch (advice.is) {
    case 'move_to_version':
      return moveWords(advice.from, advice.to);
    case 'update':
      return `Client ${named(advice.from)} has a known cache bug (${advice.source}): update to ${advice.to} or later.`;
    case 'leave_version':
      return `Do not update to ${named(advice.version)}, and start fresh sessions where it runs: nobody knows yet which version mends it. \`/quota versions\` compares yours.`;
    default:
      return HABITS[advice.is];
  }
}

/** Why just this, as a sentence. */
export function reasonWords(because: Reason): string {
  switch (because.is) {
    case 'incidents':
      return `Because ${countKind(because.kind, because.incidents)} hit ${persons(because.people)}.`;
    case 'rewrote':
      return `Because its broken caches wrote ${tokens(because.rewrittenTokens)} tokens again.`;
    case 'in_use':
      return `Because ${persons(because.people)} worked with it. Nothing broke yet.`;
    case 'no_data':
      return 'Because no usage arrived.';
    case 'no_plans':
      return 'Because nobody who worked told theirs.';
  }
}

/** Never "safe": what is measured, or that there is no open evidence. */
function moveWords(from: string, { version, there, here, because }: BetterVersion): string {
  const missed = `${share(there.misses, there.of)} of ${count(there.of, 'turn start')} missed a warm cache there`;
  if (because.is === 'measured') {
    const own = `${share(here.misses, here.of)} of ${here.of.toLocaleString('en-US')} with ${named(from)}`;
    return `Move from ${named(from)} to ${named(version)}, which the team runs too: ${missed}, ${own}.`;
  }
  return `Move from ${named(from)}, which has a known cache bug (${because.bug.sources[0]}), to ${named(version)}, which the team runs too: ${missed}, and there is no open evidence against it.`;
}

function named(version: string): string {
  return escapeText(version, 20);
}
