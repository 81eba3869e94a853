import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeText } from '../../../src/slack/views/escape-text.ts';
import { HOSTILE_TEXTS } from '../hostile-texts.ts';
import { shown } from '../seen.ts';

describe('text that others wrote', () => {
  test.each([
    ['plain words stay as they are', 'Ada Lovelace', 'Ada Lovelace'],
    ['mentions, broadcasts and links become letters', '<!channel> & <@U1>', '&lt;!channel&gt; &amp; &lt;@U1&gt;'],
    ['formatting marks do not format', '*a* `b`', '\u200B*a\u200B* \u200B`b\u200B`'],
    ['line breaks become blanks', ' a\n\r\n b\u2028c ', 'a b c'],
    ['control characters vanish', 'a\u0000b\u001bc', 'abc'],
    ['marks that turn text around vanish', 'a\u202Eb\u2066c', 'abc'],
    ['a face stays whole', '😀', '😀'],
    ['half a face becomes a mark of its own', '\uD83D', '\uFFFD'],
  ])('%s', (_, typed, escaped) => {
    expect(escapeText(typed)).toBe(escaped);
  });

  test.each([
    ['80 characters', 'x'.repeat(80), 'x'.repeat(80)],
    ['81 characters', 'x'.repeat(81), `${'x'.repeat(79)}…`],
    ['faces, by whole faces', '😀'.repeat(81), `${'😀'.repeat(79)}…`],
    ['signs before they grow', '<'.repeat(81), `${'&lt;'.repeat(79)}…`],
  ])('is cut after %s', (_, typed, escaped) => {
    expect(escapeText(typed)).toBe(escaped);
  });

  test('of whatever kind is one well-formed line without markup, and no longer than asked for', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom(...HOSTILE_TEXTS.map(([, t]) => t)),
    );
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 100 }), (typed, longest) => {
        const escaped = escapeText(typed, longest);
        expect(escaped).not.toMatch(/[<>\n\r\u2028\u2029]|\p{Cc}/u);
        expect(escaped.isWellFormed()).toBe(true);
        expect([...shown(escaped)].length).toBeLessThanOrEqual(longest);
      }),
    );
  });
});
