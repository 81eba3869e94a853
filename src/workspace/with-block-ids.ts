import { randomBytes } from 'node:crypto';
import { type Fields, isFields } from './fields.ts';

/** Slack names every block that the app has not named; clicks are told apart by it. */
export function withBlockIds(args: Fields): Fields {
  const named = Array.isArray(args.blocks) ? { ...args, blocks: args.blocks.map(withBlockId) } : args;
  return isFields(named.view) ? { ...named, view: withBlockIds(named.view) } : named;
}

function withBlockId(block: unknown): unknown {
  if (!isFields(block) || block.block_id) return block;
  return { ...block, block_id: randomBytes(3).toString('base64url') };
}
