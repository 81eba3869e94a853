import { useLayoutEffect, useRef } from 'react';
import type { PageState } from '../page-state.ts';
import type { PostedMessage } from '../workspace-state.ts';
import { ConversationTitle } from './conversation-title.tsx';
import { Message } from './message.tsx';
import { dayOf } from './when.ts';

interface Props {
  readonly state: PageState;
  /** Conversation id. */
  readonly id: string;
}

/** How near the end, in pixels, somebody reads who wants to see what comes next. */
const AT_THE_END_PX = 80;

/** The messages of one conversation, by day, with their threads. */
export function Conversation({ state, id }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const wasAtEnd = useRef(true);
  const messages = state.messages.filter((message) => message.channel === id);
  const threads = Map.groupBy(messages, threadOf);
  const openers = threads.get(undefined) ?? [];
  const channel = state.channels.find((known) => known.id === id);

  useLayoutEffect(() => {
    if (wasAtEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  });

  const onScroll = () => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = list.current ?? {};
    wasAtEnd.current = scrollHeight - scrollTop - clientHeight < AT_THE_END_PX;
  };

  return (
    <>
      <ConversationTitle state={state} channel={channel} />
      <div className="messages" ref={list} onScroll={onScroll}>
        {openers.length === 0 && !channel?.isArchived && <Empty />}
        {openers.map((message, index) => {
          const day = dayOf(message.ts);
          const previous = openers[index - 1];
          return (
            <div key={message.ts}>
              {(!previous || dayOf(previous.ts) !== day) && <h3 className="day">{day}</h3>}
              <Message message={message} replies={threads.get(message.ts) ?? []} botName={state.botName} />
            </div>
          );
        })}
      </div>
    </>
  );
}

function Empty() {
  return (
    <p className="empty">
      Nothing here yet. Type <code>/quota help</code> below and press Enter.
    </p>
  );
}

/** The message that a reply belongs to; undefined for one that starts a conversation. */
function threadOf({ ts, thread_ts }: PostedMessage): string | undefined {
  return thread_ts === ts ? undefined : thread_ts;
}
