import type { PageState } from '../page-state.ts';

/** What one person sees now. Throws with a sentence for the person. */
export async function fetchState(user: string): Promise<PageState> {
  const answer = await request(`state?user=${encodeURIComponent(user)}`, {});
  // The server and this page are one release.
  return answer as PageState;
}

/** Does something as a person. Throws with a sentence for the person. */
export function post(path: string, body: object): Promise<unknown> {
  return request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** The sentence to show for anything that was thrown. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function request(path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(path, init).catch(() => {
    throw new Error('Quota Watch does not answer. Is it still running?');
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? `The workspace answered ${response.status}.`);
  return body;
}
