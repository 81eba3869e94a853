import { type Block as KnownBlock, type MessageProps, Message as SlackBlocks } from 'slack-blocks-to-jsx';
import type { Block } from '../workspace-state.ts';
import { InputBlock } from './input-block.tsx';
import { Interactive, isInteractive } from './interactive.tsx';
import { keepEscapes } from './keep-escapes.ts';
import { type Surface, usePage } from './surface.ts';

type Hooks = NonNullable<MessageProps['hooks']>;

/** The library takes the minutes of `13:02:10` for an emoji; Slack leaves names it does not know as they are. */
const hooks: Hooks = {
  emoji: (emoji, draw) => {
    const drawn = draw(emoji);
    return drawn === emoji.name ? `:${emoji.name}:` : drawn;
  },
};

interface Props {
  readonly blocks: readonly Block[];
  readonly surface: Surface;
  /** What is wrong with an input, by block id. */
  readonly errors?: Readonly<Record<string, string>>;
}

/** Block Kit as Slack shows it. What can be clicked is drawn here, the rest by slack-blocks-to-jsx. */
export function Blocks({ blocks, surface, errors = {} }: Props) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <BlockRow
          key={block.block_id ?? index}
          block={block}
          surface={surface}
          error={block.block_id === undefined ? undefined : errors[block.block_id]}
        />
      ))}
    </div>
  );
}

interface RowProps {
  readonly block: Block;
  readonly surface: Surface;
  readonly error: string | undefined;
}

function BlockRow({ block, surface, error }: RowProps) {
  const { type, accessory, block_id, elements } = block;
  if (type === 'input') return <InputBlock block={block} error={error} />;
  if (type === 'actions' && Array.isArray(elements)) {
    return (
      <div className="actions">
        {elements.map((element) => (
          <Interactive key={element.action_id} element={element} blockId={block_id} surface={surface} />
        ))}
      </div>
    );
  }
  if (isInteractive(accessory)) {
    const { accessory: _drawnHere, ...plain } = block;
    return (
      <div className="with-accessory">
        <Drawn block={plain} />
        <Interactive element={accessory} blockId={block_id} surface={surface} />
      </div>
    );
  }
  return <Drawn block={block} />;
}

function Drawn({ block }: { readonly block: Block }) {
  const { people, channel } = usePage();
  const users = people.map(({ id, realName }) => ({ id, name: realName }));
  // The library knows more blocks than it names, and draws nothing for those it does not know.
  const known = [keepEscapes(block) as KnownBlock];
  const data = { users, channels: [{ ...channel }] };
  return <SlackBlocks blocks={known} data={data} hooks={hooks} name="" logo="" withoutWrapper />;
}
