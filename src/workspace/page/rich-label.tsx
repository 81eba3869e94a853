import type { TextObject } from './block-element.ts';
import { Drawn } from './drawn.tsx';

/** A text of Block Kit: as it is, or with Slack's marks for bold, code and mentions. */
export function RichLabel({ text }: { readonly text: TextObject }) {
  return text.type === 'mrkdwn' ? <Drawn block={{ type: 'section', text }} /> : text.text;
}
