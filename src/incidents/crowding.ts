import { type EpochMs, HOUR_MS, MINUTE_MS } from '../model/time.ts';

/** How much a channel bears, DESIGN 8: more than three alerts in ten minutes become one digest, and an hour has a cap. */
export interface CrowdingRule {
  readonly postsInTenMinutes: number;
  readonly postsInHour: number;
}

/** Decided for this program: ten an hour is one every six minutes, and what comes beyond them is in the digest. */
export const CROWDING: CrowdingRule = { postsInTenMinutes: 3, postsInHour: 10 };

/** A digest that is older takes in nothing new, unless the hour is full: then one more message would be too many. */
const DIGEST_GROWS_MS = HOUR_MS;

/** What a channel was told lately. */
export interface ChannelPast {
  /** When messages were posted within the last hour, digests too; epoch ms. */
  readonly posts: readonly EpochMs[];
  /** When the newest digest was posted first. */
  readonly digestOpenedAt: EpochMs | undefined;
}

/** How the next alert reaches the channel: by a message of its own, in the digest that stands there, or in a new one. */
export function crowding(
  { posts, digestOpenedAt }: ChannelPast,
  now: EpochMs,
  rule: CrowdingRule = CROWDING,
): 'own' | 'standing_digest' | 'new_digest' {
  const inTenMinutes = posts.filter((at) => at > now - 10 * MINUTE_MS).length;
  const inHour = posts.filter((at) => at > now - HOUR_MS).length;
  if (inTenMinutes < rule.postsInTenMinutes && inHour < rule.postsInHour) return 'own';
  if (digestOpenedAt === undefined) return 'new_digest';
  const growsStill = now - digestOpenedAt < DIGEST_GROWS_MS;
  return growsStill || inHour >= rule.postsInHour ? 'standing_digest' : 'new_digest';
}
