/** The arguments of a Web API call, or any other JSON object whose owner is Slack or the app. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a Web API method answers; `error` is set when `ok` is false. */
export interface Answer extends Fields {
  readonly ok: boolean;
  readonly error?: string;
}

/** Slack's way to say no: HTTP 200 and a word. */
export function refusal(error: string, details: Fields = {}): Answer {
  return { ...details, ok: false, error };
}

/** True for a JSON object, not for arrays and null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field when it is a non-empty string. */
export function textField(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Form bodies carry `true` as text, JSON bodies as a boolean. */
export function isSet(value: unknown): boolean {
  return value === true || value === 'true' || value === 1 || value === '1';
}
