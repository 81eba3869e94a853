import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Feed } from '../model/feed.ts';
import type { EpochMs } from '../model/time.ts';
import { clampFuture } from './clamp-future.ts';
import { type Answer, type Delivery, NOTHING_KEPT, type Receipt } from './delivery.ts';
import { leaveOutdated } from './leave-outdated.ts';
import { type Meter, NO_METER } from './meter.ts';
import { type LeftOut, type Parsed, REASONS_TO_LEAVE } from './parsed.ts';
import { createBodyReader } from './read-body.ts';

export interface IntakeDeps {
  /** Keeps what a body told; resolves after the commit. Rejects with Overloaded when nothing more can be taken. */
  accept(delivery: Delivery): Promise<Receipt>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
  readonly meter?: Pick<Meter, 'told'>;
}

export type Intake = ReturnType<typeof createIntake>;

/** The way that every format's body takes: read it, let its parser make items of it, hand them over. */
export function createIntake({ accept, clock, log, meter = NO_METER }: IntakeDeps) {
  const readBody = createBodyReader();

  return {
    now: (): EpochMs => clock.now(),

    /** Reads the body and parses it at once, so that only its items live on. Throws Problem. */
    read: <P extends Parsed>(request: FastifyRequest, parse: (body: Buffer) => P): Promise<P> =>
      readBody(request, parse),

    /** Resolves once the items are committed. A body without items is not worth a commit. */
    async take({ parsed, ...delivery }: Omit<Delivery, 'items'> & { readonly parsed: Parsed }): Promise<Answer> {
      const { items: current, outdated } = leaveOutdated(parsed.items, delivery.receivedAt);
      const { items, clamped } = clampFuture(current, delivery.receivedAt);
      const receipt = items.length === 0 ? NOTHING_KEPT : await accept({ ...delivery, items });
      count(delivery.feed, { receipt, clamped, outdated, items: items.length, left: parsed.left });
      const answer = { ...receipt, outdated };
      log.debug({ feed: delivery.feed, items: items.length, clamped, left: parsed.left, ...answer }, 'delivery taken');
      return answer;
    },
  };

  function count(feed: Feed, { receipt, clamped, outdated, items, left }: Taken) {
    const { accepted, duplicates, conflicts, unattributed } = receipt;
    meter.told(feed, 'accepted', accepted);
    meter.told(feed, 'duplicate', duplicates);
    meter.told(feed, 'conflict', conflicts);
    meter.told(feed, 'unattributed', unattributed);
    meter.told(feed, 'held', items - accepted - duplicates - conflicts - unattributed);
    meter.told(feed, 'clamped', clamped);
    meter.told(feed, 'outdated', outdated);
    for (const reason of REASONS_TO_LEAVE) meter.told(feed, reason, left[reason]);
  }
}

interface Taken {
  readonly receipt: Receipt;
  readonly clamped: number;
  readonly outdated: number;
  readonly items: number;
  readonly left: LeftOut;
}
