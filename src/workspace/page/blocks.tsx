import type { Block } from '../workspace-state.ts';
import { Drawn } from './drawn.tsx';
import { InputBlock } from './input-block.tsx';
import { Interactive, isInteractive } from './interactive.tsx';
import type { Surface } from './surface.ts';

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
