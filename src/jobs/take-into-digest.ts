import { CROWDING, crowding } from '../incidents/crowding.ts';
import { type EpochMs, HOUR_MS, plus, SECOND_MS } from '../model/time.ts';
import type { DigestId } from '../store/digest-store.ts';
import type { Notice } from '../store/notice.ts';
import type { Store } from '../store/store.ts';

export type TakeIntoDigest = (notice: Notice, now: EpochMs) => boolean;

/** A crowd comes within seconds, and what turns out to be the fleet's is told by the fleet's message alone. */
const GATHER_FIRST_MS = 10 * SECOND_MS;
const GATHER_MORE_MS = 2 * SECOND_MS;
/** The fleet's incident is what a crowd of alerts would be about: only the cap of the hour takes its message away. */
const ALONE_IN_TEN_MINUTES = Number.POSITIVE_INFINITY;

/**
 * Takes the first word of an incident into a digest where the channel had too many; whether it did. What a digest told
 * once, it goes on telling. The notice and the digest's are written together, so a crash loses neither.
 */
export function createTakeIntoDigest({
  store,
}: {
  readonly store: Pick<Store, 'digests' | 'notices' | 'incidents' | 'transaction'>;
}): TakeIntoDigest {
  return (notice, now) => {
    if (notice.subject.of !== 'incident' || notice.audience !== 'channel') return false;
    const known = store.digests.of(notice.subject.incident);
    if (known !== undefined) return tell(notice, known, now);
    const newest = store.digests.newest();
    const past = {
      posts: store.notices.postedSince('channel', plus(now, -HOUR_MS)),
      digestOpenedAt: newest?.openedAt,
    };
    const how = crowding(past, now, ruleFor(notice));
    if (how === 'own') return false;
    return tell(notice, how === 'standing_digest' ? newest?.id : undefined, now);
  };

  function ruleFor({ subject }: Notice) {
    const isOfFleet =
      subject.of === 'incident' && store.incidents.find(subject.incident)?.incident.developer === undefined;
    return isOfFleet ? { ...CROWDING, postsInTenMinutes: ALONE_IN_TEN_MINUTES } : CROWDING;
  }

  function tell(notice: Notice, known: DigestId | undefined, now: EpochMs): boolean {
    store.transaction(() => {
      const digest = known ?? store.digests.add(now);
      store.notices.digested(notice.id, digest, now);
      store.notices.add({
        subject: { of: 'digest', digest },
        audience: 'channel',
        form: 'message',
        reason: known === undefined ? 'opened' : 'grown',
        severity: notice.severity,
        decidedAt: now,
        dueAt: plus(now, known === undefined ? GATHER_FIRST_MS : GATHER_MORE_MS),
      });
    });
    return true;
  }
}
