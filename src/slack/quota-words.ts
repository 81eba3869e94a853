import { closest, distance } from 'fastest-levenshtein';
import { PLAN_WORDS, type Plan, planNamed, planWord } from '../model/plans.ts';
import { COMMANDS } from './views/help-answer.ts';

/** What somebody asked with `/quota …`. */
export type QuotaQuestion =
  | { readonly is: 'own' }
  | { readonly is: 'user'; readonly slackUser: string }
  | { readonly is: 'incidents' }
  | { readonly is: 'connect' }
  | { readonly is: 'versions' }
  | { readonly is: 'plan' }
  | { readonly is: 'set_plan'; readonly plan: Plan }
  | { readonly is: 'unknown_plan'; readonly typed: string; readonly nearest: Plan | undefined }
  | { readonly is: 'help' }
  | { readonly is: 'unknown'; readonly typed: string; readonly nearest: string | undefined };

/** Slack escapes mentions: `<@U123|ada>`. */
const MENTION = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/;
const PLAN = /^plan\s+(.+)$/is;
/** More changes than this are another word, not a slip. */
const LARGEST_SLIP = 2;

export function quotaQuestion(text: string): QuotaQuestion {
  const typed = text.trim();
  const mentioned = MENTION.exec(typed)?.[1];
  if (mentioned !== undefined) return { is: 'user', slackUser: mentioned };
  const plan = PLAN.exec(typed)?.[1];
  if (plan !== undefined) return planQuestion(plan);
  const word = typed.toLowerCase();
  switch (word) {
    case '':
    case 'me':
      return { is: 'own' };
    case 'incidents':
    case 'connect':
    case 'versions':
    case 'plan':
    case 'help':
      return { is: word };
    default:
      return { is: 'unknown', typed, nearest: nearestWord(word) };
  }
}

function planQuestion(typed: string): QuotaQuestion {
  const plan = planNamed(typed);
  return plan ? { is: 'set_plan', plan } : { is: 'unknown_plan', typed, nearest: nearestPlan(planWord(typed)) };
}

/** Words for plans are short: two changes make another of them. */
function nearestPlan(word: string): Plan | undefined {
  const nearest = closest(word, [...PLAN_WORDS.keys()]);
  return distance(word, nearest) <= Math.min(LARGEST_SLIP, word.length / 3) ? PLAN_WORDS.get(nearest) : undefined;
}

function nearestWord(word: string): string | undefined {
  const words = COMMANDS.map((command) => command.word).filter((known) => /^[a-z]/.test(known));
  const nearest = closest(word, words);
  return distance(word, nearest) <= LARGEST_SLIP ? nearest : undefined;
}
