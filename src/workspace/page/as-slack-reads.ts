/**
 * The block with texts that the library would read otherwise than Slack. It unescapes before it looks for mentions, and
 * would draw one for `&lt;!channel&gt;`: an invisible character behind the bracket keeps it text. It shows the line
 * breaks at the edges of a code block, which Slack leaves out.
 */
export function asSlackReads<T>(block: T): T {
  // JSON in, the same JSON out: only its strings changed.
  return JSON.parse(JSON.stringify(block).replaceAll('&lt;', '&lt;\u2060'), (_name, value) =>
    value?.type === 'mrkdwn' ? { ...value, text: withoutEdges(String(value.text)) } : value,
  );
}

function withoutEdges(text: string): string {
  return text.replace(/```\n?(.*?)\n?```/gs, '```$1```');
}
