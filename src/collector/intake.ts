import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Feed } from '../model/feed.ts';
import type { EpochMs } from '../model/time.ts';
import { clampFuture } from './clamp-future.ts';
import { type Delivery, NOTHING_KEPT, type Receipt } from './delivery.ts';
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
    async take({ parsed, ...delivery }: Omit<Delivery, 'items'> & { readonly parsed: Parsed }): Promise<Receipt> {
      const { items, clamped } = clampFuture(parsed.items, delivery.receivedAt);
      const receipt = items.length === 0 ? NOTHING_KEPT : await accept({ ...delivery, items });
      count(delivery.feed, { receipt, clamped, items: items.length, left: parsed.left });
      log.debug({ feed: delivery.feed, items: items.length, clamped, left: parsed.left, ...receipt }, 'delivery taken');
      return receipt;
    },
  };

  function count(feed: Feed, { receipt, clamped, items, left }: Taken) {
    const { accepted, duplicates, conflicts, unattributed } = receipt;
    meter.told(feed, 'accepted', accepted);
    meter.told(feed, 'duplicate', duplicates);
    meter.told(feed, 'conflict', conflicts);
    meter.told(feed, 'unattributed', unattributed);
    meter.told(feed, 'held', items - accepted - duplicates - conflicts - unattributed);
    meter.told(feed, 'clamped', clamped);
    for (const reason of REASONS_TO_LEAVE) meter.told(feed, reason, left[reason]);
  }
}

interface Taken {
  readonly receipt: Receipt;
  readonly clamped: number;
  readonly items: number;
  readonly left: LeftOut;
}
