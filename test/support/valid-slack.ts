import { appendFileSync } from 'node:fs';
import * as validation from '../../src/workspace/validation/invalid-reasons.ts';
import { wire } from '../../src/workspace/validation/wire.ts';

/**
 * The validation of the local workspace for tests. What passes is kept for Slack's own opinion where the environment
 * asks for it: see `blocks-validate.test.ts`.
 */
export function invalidMessage(message: Shown): readonly string[] {
  return kept(message, validation.invalidMessage(message));
}

/** Why Slack would refuse this view; empty means it is fine. */
export function invalidView(view: unknown): readonly string[] {
  return kept({ view }, validation.invalidView(view));
}

/** Why Slack would refuse this Web API call; empty means it is fine. */
export function invalidReasons(method: string, args: Shown): readonly string[] {
  return kept(args, validation.invalidReasons(method, args));
}

/** A message, or the arguments of a call. */
type Shown = Readonly<Record<string, unknown>>;

/** Writes a line of JSON per message or view, in the arguments of `blocks.validate`. */
function kept({ view, blocks }: Shown, reasons: readonly string[]): readonly string[] {
  const file = process.env.SLACK_BLOCKS_KEPT_IN;
  const shown = view === undefined ? blocks && { message: { blocks: wire(blocks) } } : { view: wire(view) };
  if (file !== undefined && reasons.length === 0 && shown) appendFileSync(file, `${JSON.stringify(shown)}\n`);
  return reasons;
}
