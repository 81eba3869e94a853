/** Control characters, and marks that turn the direction of all text behind them around. */
const UNSEEN = /\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Makes text that others wrote harmless in mrkdwn: no mention, broadcast or link comes through, and no line breaks
 * or formatting reach beyond it. Text longer than `longest` characters is cut, never inside one.
 */
export function escapeText(text: string, longest = 80): string {
  const oneLine = text
    .toWellFormed()
    .replace(/[\s\u0085]+/g, ' ')
    .replace(UNSEEN, '')
    .trim();
  const letters = [...oneLine];
  const short = letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : oneLine;
  return short
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]/g, (mark) => `\u200B${mark}`);
}
