import { type BlocksValidateResponse, WebAPIPlatformError, type WebClient } from '@slack/web-api';

/** The arguments of `blocks.validate` for something that the app shows: `{ message }` or `{ view }`. */
export type Shown = NonNullable<Parameters<WebClient['blocks']['validate']>[0]>;

/** What Slack itself complains of, a sentence per fault; empty means it would show this. Throws when Slack is away. */
export async function slackOpinion(client: Pick<WebClient, 'blocks'>, shown: Shown): Promise<readonly string[]> {
  try {
    await client.blocks.validate(shown);
    return [];
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError)) throw error;
    // The error carries the whole answer, of which its type promises the name alone.
    const { errors = [] } = error.data as BlocksValidateResponse;
    return [error.data.error, ...errors.map(({ pointer, message }) => `${pointer}: ${message}`)];
  }
}

/** Of everything that was shown, given as lines of JSON, the longest of each make: a few dozen instead of thousands. */
export function longestOfEachMake(lines: readonly string[]): readonly Shown[] {
  const longest = new Map<string, string>();
  for (const line of lines) {
    const make = makeOf(line);
    if (line.length > (longest.get(make)?.length ?? 0)) longest.set(make, line);
  }
  // The lines were written from what the validation had let pass.
  return [...longest.values()].map((line) => JSON.parse(line) as Shown);
}

/** The structure without its texts and numbers. */
function makeOf(line: string): string {
  return JSON.stringify(JSON.parse(line), (key, value) =>
    key === 'type' || key === 'style' || typeof value === 'object' ? value : typeof value,
  );
}
