import { findChannel } from './channels.ts';
import { findPerson } from './people.ts';

/**
 * A command's text as an app with `should_escape` gets it: `@ada` and `<@ada>` become `<@U…|ada>`, `#claude-quota`
 * becomes `<#C…|claude-quota>`. Strangers stay as typed.
 */
export function escapeMentions(text: string): string {
  return text
    .replace(/<@(\w+)(?:\|\w+)?>|(?<!\S)@(\w+)/g, (typed, bracketed: string | undefined, plain: string | undefined) => {
      const person = findPerson(bracketed ?? plain ?? '');
      return person ? `<@${person.id}|${person.name}>` : typed;
    })
    .replace(/(?<!\S)#([\w-]+)/g, (typed, name: string) => {
      const channel = findChannel(name);
      return channel ? `<#${channel.id}|${channel.name}>` : typed;
    });
}
