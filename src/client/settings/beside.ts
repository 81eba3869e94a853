/**
 * The command that draws the status line where there was one before: the shell runs that itself, with our own command beside
 * it, so that nobody waits for Node. It prints what the old one prints, and its exit code is 0: any other blanks the line.
 */
export function beside(news: string, command: string): string {
  return `${TO_NEWS}${news}${TO_COMMAND}${command.replaceAll("'", QUOTE)}${END}`;
}

/** The command that was there before, of what `beside` wrote, whichever Node and folder it names; undefined: it is another text. */
export function commandBeside(text: string): string | undefined {
  const start = text.indexOf(TO_COMMAND);
  if (!text.startsWith(TO_NEWS) || start === -1 || !text.endsWith(END)) return undefined;
  return text.slice(start + TO_COMMAND.length, -END.length).replaceAll(QUOTE, "'");
}

/**
 * A shell drops line ends at the end of what it reads, hence the point, which is part of no other letter in any encoding.
 * Claude Code ends a line that is drawn anew together with its process group (seen with client 2.1.330). The news must outlive
 * that: “setsid” takes them out of the group, where there is one; macOS has none. They keep no folder busy, yield to the old
 * command, are spared what a debugger or a tracer was set for, and hold nothing that Claude Code waits for.
 */
const TO_NEWS = `qw_input=$(cat; printf .); qw_input=\${qw_input%.}
(cd /; printf %s "$qw_input" | NODE_OPTIONS= $(command -v setsid) nice `;

/** Nobody may read what is printed. In brackets, because “exit” is for the old command alone; evaluated, whatever it leaves open. */
const TO_COMMAND = ` &) >/dev/null 2>&1
printf %s "$qw_input" 2>/dev/null | (eval '`;

const END = `')
:`;

/** One quote, where text stands in quotes. */
const QUOTE = `'\\''`;
