import { expect } from 'vitest';
import { invalidMessage, invalidView } from '../support/valid-slack.ts';

/** Every text that a reader sees of a message or view, in order. */
export function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'text' && typeof inner === 'string' ? [inner] : textsOf(inner),
  );
}

/** What Slack shows of mrkdwn where it cannot show moments in the reader's zone: a line each, without invisible marks. */
export function linesOf({ blocks }: { readonly blocks: readonly object[] }): readonly string[] {
  return textsOf(blocks).flatMap((text) => shown(text).split('\n'));
}

/** The same without what can be clicked. */
export function wordsOf({ blocks }: { readonly blocks: readonly object[] }): readonly string[] {
  return linesOf({ blocks: blocks.filter((block) => !('type' in block) || block.type !== 'actions') });
}

/** One text as it is shown: dates by their fallback, entities as characters. */
export function shown(mrkdwn: string): string {
  return mrkdwn
    .replace(/<!date\^\d+\^[^|>]+\|([^>]*)>/g, '$1')
    .replaceAll('\u200B', '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

interface Shown {
  readonly text: string;
  readonly blocks: readonly object[];
  readonly plainer?: Shown | undefined;
}

/** Asserts that Slack takes the message, and what is said where it takes less, and that nothing in it mentions, links or breaks out; answers it. */
export function fine<M extends Shown>(message: M): M {
  const { text, blocks } = message;
  expect(invalidMessage({ text, blocks })).toEqual([]);
  expect(harmfulTexts(message)).toEqual([]);
  if (message.plainer) fine(message.plainer);
  return message;
}

export function fineView<V extends { readonly blocks: readonly object[] }>(view: V): V {
  expect(invalidView(view)).toEqual([]);
  expect(harmfulTexts(view)).toEqual([]);
  return view;
}

/** Dates, mentions of people and of the alert channel are the only markup in angle brackets that the bot writes. */
const OWN_MARKUP = /<!date\^\d+\^[^|<>]+\|[^|<>]*>|<@[UW][A-Z0-9]+>|<#C0ALERTS>/g;
/** Control characters, but for our own line breaks, and marks that turn the direction of the text around. */
const UNSEEN = /(?!\n)\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u;

function harmfulTexts({ text, blocks }: { readonly text?: string; readonly blocks: readonly object[] }) {
  // Nothing inside rich text is markup.
  const marked = blocks.filter((block) => !('type' in block) || block.type !== 'rich_text');
  return [text ?? '', ...textsOf(marked)].filter(
    (seen) => /[<>]/.test(seen.replace(OWN_MARKUP, '')) || UNSEEN.test(seen) || !seen.isWellFormed(),
  );
}
