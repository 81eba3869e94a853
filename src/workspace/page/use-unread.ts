import { useEffect, useState } from 'react';
import type { PageState } from '../page-state.ts';
import type { PostedMessage } from '../workspace-state.ts';

/** How many messages of each conversation came since the person last looked at it; looking at one clears it. */
export function useUnread(state: PageState | undefined, open: string): (conversation: string) => number {
  const [seen, setSeen] = useState<Readonly<Record<string, string>>>({});
  const user = state?.person.id ?? '';
  const keyOf = (conversation: string) => `seen/${user}/${conversation}`;
  const latest = latestIn(state?.messages ?? [], open);

  useEffect(() => {
    if (!latest) return;
    const key = `seen/${user}/${open}`;
    localStorage.setItem(key, latest);
    setSeen((before) => ({ ...before, [key]: latest }));
  }, [user, open, latest]);

  return (conversation) => {
    if (conversation === open) return 0;
    const lastSeen = seen[keyOf(conversation)] ?? localStorage.getItem(keyOf(conversation)) ?? '';
    return (state?.messages ?? []).filter(({ channel, ts }) => channel === conversation && ts > lastSeen).length;
  };
}

function latestIn(messages: readonly PostedMessage[], conversation: string): string | undefined {
  return messages.findLast((message) => message.channel === conversation)?.ts;
}
