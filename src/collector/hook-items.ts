import { z } from 'zod';
import { sessionId } from '../model/ids.ts';
import { type EpochMs, plus, SECOND_MS } from '../model/time.ts';
import { parseLimitText } from './limit-text.ts';
import { NONE_LEFT, NOTHING_TOLD, type Parsed } from './parsed.ts';
import { SecondsAgo, Text } from './wire-schemas.ts';

/** The one event that is read. `rate_limit` also stands for throttling: the text decides. */
const LimitFailure = z.object({
  hook_event_name: z.literal('StopFailure'),
  error: z.literal('rate_limit'),
  session_id: Text,
  last_assistant_message: z.string(),
  seconds_ago: SecondsAgo,
});

/**
 * A reached limit, as a Claude Code hook tells it: the refusal is a reading of 100 %. The text ends here. Any other event
 * tells nothing. Format: https://code.claude.com/docs/en/hooks.
 */
export function hookItems(body: unknown, receivedAt: EpochMs, timeZone: string): Parsed {
  const { data: failure } = LimitFailure.safeParse(body);
  const at = plus(receivedAt, -SECOND_MS * (failure?.seconds_ago ?? 0));
  const hit = failure && parseLimitText(failure.last_assistant_message, at, timeZone);
  if (!hit) return NOTHING_TOLD;
  const session = sessionId(failure.session_id);
  const reading = { session, ...hit, usedPercent: 100, at, source: 'stop_failure' as const };
  return { items: [{ fact: { is: 'reading', reading } }], left: NONE_LEFT };
}
