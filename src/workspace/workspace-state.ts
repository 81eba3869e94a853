import { z } from 'zod';

/** A Block Kit block; only the type matters here. */
export const Block = z.looseObject({ type: z.string(), block_id: z.string().optional() });
export type Block = z.infer<typeof Block>;

/** A message as Slack names its fields. Ids and `ts` are the app's. */
export const PostedMessage = z.object({
  channel: z.string(),
  ts: z.string(),
  text: z.string(),
  blocks: z.array(Block).optional(),
  thread_ts: z.string().optional(),
  metadata: z.looseObject({}).optional(),
  edited: z.object({ user: z.string(), ts: z.string() }).optional(),
  /** The user who alone sees it: an ephemeral answer. */
  only_for: z.string().optional(),
});
export type PostedMessage = z.infer<typeof PostedMessage>;

/** An App Home or a modal, as the Web API hands it back. */
export const View = z.looseObject({
  id: z.string(),
  type: z.enum(['home', 'modal']),
  blocks: z.array(Block),
  callback_id: z.string().nullish(),
});
export type View = z.infer<typeof View>;

/** Everything that a restart has to find again. */
export const WorkspaceState = z.object({
  version: z.literal(1),
  /** Oldest first. */
  messages: z.array(PostedMessage),
  /** App Home by user id. */
  homes: z.record(z.string(), View),
  /** Ids of channels. */
  archived: z.array(z.string()).default([]),
  /** Types of blocks that this workspace does not know. */
  refusedBlocks: z.array(z.string()).default([]),
});
export type WorkspaceState = z.infer<typeof WorkspaceState>;

export const EMPTY_STATE: WorkspaceState = {
  version: 1,
  messages: [],
  homes: {},
  archived: [],
  refusedBlocks: [],
};
