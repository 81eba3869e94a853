import type { Fields } from './fields.ts';
import { isFields } from './fields.ts';

/** Clients send these as JSON text inside a form. */
const JSON_ARGUMENTS = new Set(['attachments', 'blocks', 'metadata', 'view']);

/** The arguments of a Web API call from its query and body, a form or JSON. What cannot be parsed stays text. */
export function callArguments(contentType: string, body: string, query: URLSearchParams): Fields {
  const fromQuery = Object.fromEntries(query);
  if (contentType.includes('application/json')) {
    const fields = jsonOr(body, {});
    return isFields(fields) ? { ...fromQuery, ...fields } : fromQuery;
  }
  const form = Object.entries({ ...fromQuery, ...Object.fromEntries(new URLSearchParams(body)) });
  return Object.fromEntries(
    form.map(([name, value]) => [name, JSON_ARGUMENTS.has(name) ? jsonOr(value, value) : value]),
  );
}

function jsonOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}
