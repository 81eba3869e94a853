import type {
  ActionsBlock,
  Button,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  KnownBlock,
  RichTextBlock,
  SectionBlock,
} from '@slack/types';

/** What Slack shows: `text` for notifications and screen readers, `blocks` for everybody else. */
export interface Message {
  readonly text: string;
  readonly blocks: KnownBlock[];
  /** What to say where Slack does not take these blocks: new kinds of block reach workspaces late. */
  readonly plainer?: Message | undefined;
}

export const header = (text: string): HeaderBlock => ({
  type: 'header',
  text: { type: 'plain_text', text, emoji: true },
});

export const section = (text: string): SectionBlock => ({ type: 'section', text: { type: 'mrkdwn', text } });

/** Slack's limit for the text of one section. */
const SECTION_CHARACTERS = 3000;

/** Lines in as few sections as they fit into. */
export function sections(lines: readonly string[]): SectionBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const longer = texts.length === 0 ? line : `${texts.at(-1)}\n${line}`;
    if (texts.length > 0 && longer.length <= SECTION_CHARACTERS) texts[texts.length - 1] = longer;
    else texts.push(line);
  }
  return texts.map(section);
}

export const context = (...lines: readonly string[]): ContextBlock => ({
  type: 'context',
  elements: lines.map((text) => ({ type: 'mrkdwn', text })),
});

/** Text to be copied: nothing in it is markup, and nothing needs escaping. */
export const code = (text: string): RichTextBlock => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
});

export const divider = (): DividerBlock => ({ type: 'divider' });

export const actions = (...elements: readonly Button[]): ActionsBlock => ({ type: 'actions', elements: [...elements] });

export const button = (actionId: string, text: string, style?: 'primary' | 'danger'): Button => ({
  type: 'button',
  action_id: actionId,
  text: { type: 'plain_text', text },
  ...(style && { style }),
});
