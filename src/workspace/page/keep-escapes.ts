/**
 * Slack shows `&lt;!channel&gt;` as the text `<!channel>`. The library unescapes before it looks for mentions and would
 * draw one: an invisible character behind the bracket keeps it text.
 */
export function keepEscapes<T>(block: T): T {
  // JSON in, the same JSON out: only its strings changed.
  return JSON.parse(JSON.stringify(block).replaceAll('&lt;', '&lt;\u2060'));
}
