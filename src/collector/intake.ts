import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { EpochMs } from '../model/time.ts';
import { clampFuture } from './clamp-future.ts';
import { type Delivery, NOTHING_KEPT, type Receipt } from './delivery.ts';
import type { Parsed } from './parsed.ts';
import { createBodyReader } from './read-body.ts';

export interface IntakeDeps {
  /** Keeps what a body told; resolves after the commit. Rejects with Overloaded when nothing more can be taken. */
  accept(delivery: Delivery): Promise<Receipt>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

export type Intake = ReturnType<typeof createIntake>;

/** The way that every format's body takes: read it, let its parser make items of it, hand them over. */
export function createIntake({ accept, clock, log }: IntakeDeps) {
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
      log.debug({ feed: delivery.feed, items: items.length, clamped, left: parsed.left, ...receipt }, 'delivery taken');
      return receipt;
    },
  };
}
