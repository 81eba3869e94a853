/**
 * An argument of a Web API call as Slack reads it: JSON text is parsed, what JSON leaves out is left out, and an empty
 * field is an absent one. Text that is no JSON comes back as it is.
 */
export function wire(value: unknown): unknown {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') return JSON.parse(JSON.stringify(value));
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Form bodies carry booleans as text. */
export function isTrue(value: unknown): boolean {
  return ['true', '1'].includes(String(value));
}
