import { useEffect, useState } from 'react';
import type { PageState } from '../page-state.ts';
import { fetchState, sentence } from './requests.ts';

/** What the person sees, kept up to date, and a sentence while it cannot be. */
export interface LiveState {
  readonly state: PageState | undefined;
  readonly trouble: string | undefined;
}

/** Follows the workspace: asks for the state whenever the live stream says that something changed. */
export function usePageState(user: string): LiveState {
  const [live, setLive] = useState<LiveState>({ state: undefined, trouble: undefined });

  useEffect(() => {
    let isCurrent = true;
    let isAsking = false;
    let isStale = false;

    const show = (change: Partial<LiveState>) => {
      if (isCurrent) setLive((before) => ({ ...before, ...change }));
    };
    // One question at a time: a burst of changes needs only the last answer.
    const ask = async () => {
      isStale = true;
      if (isAsking) return;
      isAsking = true;
      while (isStale) {
        isStale = false;
        await fetchState(user).then(
          (state) => show({ state, trouble: undefined }),
          (error: unknown) => show({ trouble: sentence(error) }),
        );
      }
      isAsking = false;
    };

    const events = new EventSource('events');
    events.onmessage = ask;
    events.onerror = () => show({ trouble: 'Quota Watch does not answer. This page waits for it to come back.' });
    return () => {
      isCurrent = false;
      events.close();
    };
  }, [user]);

  return live;
}
