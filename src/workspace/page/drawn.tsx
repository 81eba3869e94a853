import { type Block as KnownBlock, type MessageProps, Message as SlackBlocks } from 'slack-blocks-to-jsx';
import type { Block } from '../workspace-state.ts';
import { asSlackReads } from './as-slack-reads.ts';
import { usePage } from './surface.ts';

type Hooks = NonNullable<MessageProps['hooks']>;

/** The library takes the minutes of `13:02:10` for an emoji; Slack leaves names it does not know as they are. */
const hooks: Hooks = {
  emoji: (emoji, draw) => {
    const drawn = draw(emoji);
    return drawn === emoji.name ? `:${emoji.name}:` : drawn;
  },
};

/** A block that nobody can act on, as slack-blocks-to-jsx draws it. */
export function Drawn({ block }: { readonly block: Block }) {
  const { people, channels } = usePage();
  const users = people.map(({ id, realName }) => ({ id, name: realName }));
  // The library knows more blocks than it names, and draws nothing for those it does not know.
  const known = [asSlackReads(block) as KnownBlock];
  const data = { users, channels: channels.map(({ id, name }) => ({ id, name })) };
  return <SlackBlocks blocks={known} data={data} hooks={hooks} name="" logo="" withoutWrapper />;
}
