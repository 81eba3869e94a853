import { closest, distance } from 'fastest-levenshtein';
import { COMMANDS } from './views/help-answer.ts';

/** What somebody asked with `/quota …`. */
export type QuotaQuestion =
  | { readonly is: 'own' }
  | { readonly is: 'user'; readonly slackUser: string }
  | { readonly is: 'incidents' }
  | { readonly is: 'connect' }
  | { readonly is: 'help' }
  | { readonly is: 'unknown'; readonly typed: string; readonly nearest: string | undefined };

/** Slack escapes mentions: `<@U123|ada>`. */
const MENTION = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/;
/** More changes than this are another word, not a slip. */
const LARGEST_SLIP = 2;

export function quotaQuestion(text: string): QuotaQuestion {
  const typed = text.trim();
  const mentioned = MENTION.exec(typed)?.[1];
  if (mentioned !== undefined) return { is: 'user', slackUser: mentioned };
  const word = typed.toLowerCase();
  switch (word) {
    case '':
    case 'me':
      return { is: 'own' };
    case 'incidents':
    case 'connect':
    case 'help':
      return { is: word };
    default:
      return { is: 'unknown', typed, nearest: nearestWord(word) };
  }
}

function nearestWord(word: string): string | undefined {
  const words = COMMANDS.map((command) => command.word).filter((known) => /^[a-z]/.test(known));
  const nearest = closest(word, words);
  return distance(word, nearest) <= LARGEST_SLIP ? nearest : undefined;
}
