import { context, type Message, section, sections } from './blocks.ts';
import { escapeText } from './escape-text.ts';
import { COMMANDS, type CommandWord } from './quota-commands.ts';

type Command = (typeof COMMANDS)[number];

/** The answer to `/quota help`: a line for each command, those for admins apart. */
export function helpAnswer(): Message {
  const forAll = COMMANDS.filter((command) => !isForAdmins(command)).map(line);
  const forAdmins = COMMANDS.filter(isForAdmins).map(line);
  return {
    text: 'What /quota understands',
    blocks: [
      ...sections(['*What `/quota` understands*', ...forAll]),
      ...sections(['*For admins*', ...forAdmins]),
      context('Only you see what `/quota` answers.'),
    ],
  };
}

/** The answer to `/quota help team`: what one command does. */
export function commandHelp(word: CommandWord): Message {
  const commands = COMMANDS.filter((command) => command.word === word);
  return {
    text: commands.map(({ usage, says }) => `${usage}: ${says.replaceAll('`', '')}`).join(),
    blocks: commands.flatMap((command) => [
      section([`\`${command.usage}\`  ${command.says}`, ...command.more].join('\n')),
      ...(isForAdmins(command) ? [context('For admins alone.')] : []),
    ]),
  };
}

/** The answer to a word that `/quota` does not know, with the nearest one that it does. */
export function unknownCommandAnswer(typed: string, nearest: CommandWord | undefined): Message {
  const guess = nearest === undefined ? '' : ` Did you mean \`${`/quota ${nearest}`.trim()}\`?`;
  const text = `I do not know “${escapeText(typed, 40)}”.${guess}`;
  return { text, blocks: [section(text), ...helpAnswer().blocks] };
}

/** The answer to a name that Slack did not turn into a person, or to more than one of them. */
export function unclearPersonAnswer(): Message {
  const text =
    'I answer about one person at a time. Type `/quota @`, choose the name from the list that Slack opens, and send it without further words.';
  return { text, blocks: [section(text)] };
}

function line({ usage, says }: Command): string {
  return `\`${usage}\`  ${says}`;
}

function isForAdmins(command: Command): boolean {
  return 'isForAdmins' in command;
}
