import type { PostedMessage } from '../workspace-state.ts';
import { Blocks } from './blocks.tsx';
import { BotIcon } from './bot-icon.tsx';
import { Menu, type MenuItem } from './menu.tsx';
import { usePage } from './surface.ts';
import { fullTimeOf, timeOf } from './when.ts';

interface Props {
  readonly message: PostedMessage;
  readonly replies: readonly PostedMessage[];
  readonly botName: string;
}

/** One message of the bot, and below it its thread. */
export function Message({ message, replies, botName }: Props) {
  const { channel, ts, text, blocks, edited, only_for } = message;
  const actions = useMessageActions(message);
  return (
    <article className="message" data-ts={ts} data-ephemeral={only_for !== undefined}>
      <BotIcon />
      <div className="said">
        {only_for !== undefined && <p className="only-you">Only visible to you</p>}
        <p className="byline">
          <strong>{botName}</strong> <span className="tag">app</span> <time title={fullTimeOf(ts)}>{timeOf(ts)}</time>
          {edited && <span className="edited"> (edited)</span>}
        </p>
        <Blocks blocks={blocks ?? textBlocks(text)} surface={{ channel, ts }} />
        {replies.length > 0 && (
          <details className="thread">
            <summary>
              {replies.length === 1 ? '1 reply' : `${replies.length} replies`}
              <time>{timeOf(replies.at(-1)?.ts ?? ts)}</time>
            </summary>
            {replies.map((reply) => (
              <Message key={reply.ts} message={reply} replies={[]} botName={botName} />
            ))}
          </details>
        )}
      </div>
      {actions.length > 0 && <Menu label="Message actions" className="message-menu" items={actions} />}
    </article>
  );
}

/** Ephemeral answers can be dismissed; what everybody sees can be deleted by admins. */
function useMessageActions({ channel, ts, only_for }: PostedMessage): readonly MenuItem[] {
  const { tell, person } = usePage();
  if (only_for === undefined && !person?.isAdmin) return [];
  const text = only_for === undefined ? 'Delete message' : 'Dismiss message';
  return [{ key: 'delete', text, pick: () => tell('messages/delete', { channel, ts }) }];
}

/** A message without blocks is its text. */
function textBlocks(text: string) {
  return [{ type: 'section', text: { type: 'mrkdwn', text } }];
}
