import { type Message, section } from './blocks.ts';
import { escapeText } from './escape-text.ts';

/** What `/quota` understands, in the order in which people need it. */
export const COMMANDS = [
  { word: '', usage: '/quota', says: 'what is left of your windows, how long it lasts, how your cache does' },
  { word: '@user', usage: '/quota @user', says: 'what is left for a colleague: for admins, and where they agreed' },
  { word: 'incidents', usage: '/quota incidents', says: 'your incidents of the last 7 days' },
  { word: 'versions', usage: '/quota versions', says: 'how the cache does by client version, across the team' },
  { word: 'plan', usage: '/quota plan max', says: 'tells me your plan; `/quota plan` shows it and the others' },
  { word: 'connect', usage: '/quota connect', says: 'a token and the settings that connect your Claude Code' },
  { word: 'help', usage: '/quota help', says: 'this list' },
] as const;

export function helpAnswer(): Message {
  const lines = COMMANDS.map(({ usage, says }) => `\`${usage}\`  ${says}`);
  return { text: 'What /quota understands', blocks: [section(['*What `/quota` understands*', ...lines].join('\n'))] };
}

/** The answer to a word that `/quota` does not know, with the nearest one that it does. */
export function unknownCommandAnswer(typed: string, nearest: string | undefined): Message {
  const guess = nearest === undefined ? '' : ` Did you mean \`/quota ${nearest}\`?`;
  const help = helpAnswer();
  const text = `I do not know “${escapeText(typed, 40)}”.${guess}`;
  return { text, blocks: [section(text), ...help.blocks] };
}
