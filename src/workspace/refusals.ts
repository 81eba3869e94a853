import { type Answer, type Fields, isFields, refusal, textField } from './fields.ts';
import type { Ledger } from './ledger.ts';
import { LEAVERS } from './people.ts';
import type { Refuse } from './web-api.ts';

/** Complaints about a call that Slack would refuse; empty when there is nothing to say. */
export type Validate = (method: string, args: Record<string, unknown>) => readonly string[];

/** What the refusals depend on. */
export interface RefusalParts {
  readonly ledger: Pick<Ledger, 'isArchived' | 'refusedBlocks'>;
  readonly validate: Validate;
}

/** What Slack refuses and the emulator does not: bad blocks, edits in archived channels, writing to leavers. */
export function createRefusals({ ledger, validate }: RefusalParts): Refuse {
  return (method, args) => invalidBlocks(method, args) ?? inactiveChannel(method, args) ?? goneUser(method, args);

  function invalidBlocks(method: string, args: Fields): Answer | undefined {
    const complaints = [...validate(method, { ...args }), ...unsupported(args, ledger.refusedBlocks())];
    if (complaints.length === 0) return undefined;
    return refusal('invalid_blocks', { response_metadata: { messages: complaints } });
  }

  /** Posting there is refused by the emulator itself, with `is_archived`. */
  function inactiveChannel(method: string, args: Fields): Answer | undefined {
    if (method !== 'chat.update' || !ledger.isArchived(textField(args, 'channel') ?? '')) return undefined;
    return refusal('is_inactive');
  }
}

/** As Slack words it for a workspace that a new kind of block has not reached yet. */
function unsupported(args: Fields, refused: readonly string[]): readonly string[] {
  const blocks = isFields(args.view) ? args.view.blocks : args.blocks;
  if (!Array.isArray(blocks)) return [];
  return blocks.flatMap((block, index) =>
    isFields(block) && refused.includes(String(block.type))
      ? [`[ERROR] unsupported type: ${block.type} [json-pointer:/blocks/${index}/type]`]
      : [],
  );
}

/** Slack still lists deactivated accounts, but neither finds them by address nor opens a conversation with them. */
function goneUser(method: string, args: Fields): Answer | undefined {
  const asked = [args.email, ...[args.users].flat()].flatMap((value) => String(value ?? '').split(','));
  if (!LEAVERS.some(({ id, email }) => asked.includes(id) || asked.includes(email))) return undefined;
  if (method === 'users.lookupByEmail') return refusal('users_not_found');
  return method === 'conversations.open' ? refusal('user_disabled') : undefined;
}
