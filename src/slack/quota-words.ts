import { closest, distance } from 'fastest-levenshtein';
import { PLAN_WORDS, type Plan, planNamed, planWord } from '../model/plans.ts';
import { COMMANDS, type CommandWord } from './views/quota-commands.ts';

/** Questions that are one command and nothing more. */
type PlainQuestion =
  | 'own'
  | 'team'
  | 'incidents'
  | 'versions'
  | 'summary'
  | 'plan'
  | 'connect'
  | 'doctor'
  | 'disconnect'
  | 'privacy'
  | 'forget_me'
  | 'connect_team'
  | 'tokens'
  | 'settings'
  | 'test';

/** What somebody asked with `/quota …`. */
export type QuotaQuestion =
  | { readonly is: PlainQuestion }
  | { readonly is: 'user'; readonly slackUser: string }
  | { readonly is: 'unclear_user' }
  | { readonly is: 'set_plan'; readonly plan: Plan }
  | { readonly is: 'unknown_plan'; readonly typed: string; readonly nearest: Plan | undefined }
  /** Of one command, or of all. */
  | { readonly is: 'help'; readonly topic: CommandWord | undefined }
  | { readonly is: 'unknown'; readonly typed: string; readonly nearest: CommandWord | undefined };

const QUESTIONS = {
  '': 'own',
  team: 'team',
  incidents: 'incidents',
  versions: 'versions',
  summary: 'summary',
  plan: 'plan',
  connect: 'connect',
  doctor: 'doctor',
  disconnect: 'disconnect',
  privacy: 'privacy',
  'forget me': 'forget_me',
  'connect team': 'connect_team',
  tokens: 'tokens',
  settings: 'settings',
  test: 'test',
} as const satisfies Readonly<Record<Exclude<CommandWord, '@user' | 'help'>, PlainQuestion>>;

const PLAIN: ReadonlyMap<string, PlainQuestion> = new Map([...Object.entries(QUESTIONS), ['me', 'own']]);

/** Slack escapes mentions: `<@U123|ada>`. */
const MENTION = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/;
/** A name that Slack did not turn into a person, or a person among other words. */
const NAMES_SOMEBODY = /^@|<@[UW][A-Z0-9]+(?:\|[^>]*)?>/;
const PLAN = /^plan\s+(.+)$/is;
const HELP = /^(?:help|-h|--help|\?)$/i;

/** Understands what was typed after `/quota`. */
export function quotaQuestion(text: string): QuotaQuestion {
  const typed = text.trim();
  const parts = typed.split(/\s+/);
  if (HELP.test(typed)) return { is: 'help', topic: undefined };
  if (HELP.test(parts.at(0) ?? '')) return helpQuestion(parts.slice(1));
  if (HELP.test(parts.at(-1) ?? '')) return helpQuestion(parts.slice(0, -1));
  const mentioned = MENTION.exec(typed)?.[1];
  if (mentioned !== undefined) return { is: 'user', slackUser: mentioned };
  if (NAMES_SOMEBODY.test(typed)) return { is: 'unclear_user' };
  const plan = PLAN.exec(typed)?.[1];
  if (plan !== undefined) return planQuestion(plan);
  const words = parts.join(' ').toLowerCase();
  const plain = PLAIN.get(words);
  return plain === undefined ? { is: 'unknown', typed, nearest: nearestCommand(words) } : { is: plain };
}

/** Help with a command that is typed as it would be without the word help. */
function helpQuestion(parts: readonly string[]): QuotaQuestion {
  const typed = parts.join(' ').replace(/^\/quota ?/i, '');
  const words = typed.toLowerCase();
  if (words === 'me') return { is: 'help', topic: '' };
  if (words === 'user' || NAMES_SOMEBODY.test(typed)) return { is: 'help', topic: '@user' };
  const isPlan = PLAN.test(words);
  const topic = COMMANDS.find(({ word }) => word === (isPlan ? 'plan' : words))?.word;
  return topic === undefined ? { is: 'unknown', typed, nearest: nearestCommand(words) } : { is: 'help', topic };
}

function planQuestion(typed: string): QuotaQuestion {
  const plan = planNamed(typed);
  return plan ? { is: 'set_plan', plan } : { is: 'unknown_plan', typed, nearest: nearestPlan(planWord(typed)) };
}

/** More changes than this are another word, not a slip. */
const LARGEST_SLIP = 2;

/** Words for plans are short: two changes make another of them. */
function nearestPlan(word: string): Plan | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const nearest = closest(word, [...PLAN_WORDS.keys()]);
  return distance(word, nearest) <= Math.min(LARGEST_SLIP, word.length / 3) ? PLAN_WORDS.get(nearest) : undefined;
}

const WORDS = COMMANDS.map(({ word }) => word).filter((word) => /^[a-z]/.test(word));

/** No command is so long that anything longer could be a slip of it. */
const LONGEST_WORD = 20;

/** What people call a command who do not know its name. */
const OTHER_NAMES: ReadonlyMap<string, CommandWord> = new Map([
  ['usage', ''],
  ['status', ''],
  ['left', ''],
  ['alerts', 'incidents'],
  ['week', 'summary'],
  ['weekly', 'summary'],
  ['report', 'summary'],
  ['setup', 'connect'],
  ['install', 'connect'],
  ['login', 'connect'],
  ['check', 'doctor'],
  ['debug', 'doctor'],
  ['uninstall', 'disconnect'],
  ['logout', 'disconnect'],
  ['leave', 'disconnect'],
  ['delete', 'forget me'],
  ['gdpr', 'forget me'],
  ['admin', 'settings'],
  ['config', 'settings'],
]);

/** The command that was meant: by another name, with a slip, cut short, or with more words behind it. */
function nearestCommand(words: string): CommandWord | undefined {
  const [first = ''] = words.split(' ');
  if (first.length > LONGEST_WORD) return undefined;
  return OTHER_NAMES.get(words) ?? withSlip(words) ?? cutShort(words) ?? OTHER_NAMES.get(first) ?? withSlip(first);
}

function withSlip(words: string): CommandWord | undefined {
  if (words.length > LONGEST_WORD) return undefined;
  const nearest = closest(words, WORDS);
  const slip = Math.min(LARGEST_SLIP, words.length / 2);
  return distance(words, nearest) <= slip ? WORDS.find((word) => word === nearest) : undefined;
}

function cutShort(words: string): CommandWord | undefined {
  return words.length < 3 ? undefined : WORDS.find((word) => word.startsWith(words));
}
