import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { type OwnHealth, type OwnTrouble, ownTroubles } from '../incidents/own-troubles.ts';
import { DAY_MS, type EpochMs, MINUTE_MS } from '../model/time.ts';
import type { OwnHealthBook } from './own-health.ts';
import type { ReportToAdmins } from './report-to-admins.ts';

export interface WatchOwnHealthDeps {
  readonly book: Pick<OwnHealthBook, 'written' | 'notWritten' | 'lastWrite'>;
  /** How things are now. */
  readonly health: () => OwnHealth;
  /** Writes something to the database and commits it. Throws what SQLite says. */
  readonly tryWriting: () => void;
  /** Puts a report into the outbox, once a day for each trouble. Throws when the database cannot be written. */
  readonly report: ReportToAdmins;
  /** Tells admins without the outbox; whether anybody was reached. */
  readonly tellAtOnce: (trouble: OwnTrouble) => Promise<boolean>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Logger, 'error' | 'warn'>;
}

/** Nobody may send anything for hours: whether the disk would take it shows only when something is written. */
const TRY_WRITING_EVERY_MS = MINUTE_MS;
const AGAIN_MS = DAY_MS;

/** Notices when Quota Watch itself does not do its work, and tells admins: through the outbox, or past it where that cannot be written. */
export function createWatchOwnHealth(deps: WatchOwnHealthDeps) {
  const { book, clock, log } = deps;
  /** Only what could not be written down. */
  const toldAt = new Map<string, EpochMs>();
  let triedAt: EpochMs | undefined;

  return {
    /** One look; there is never more to do at once. */
    async watch(): Promise<false> {
      findOutWhetherItWrites();
      for (const trouble of ownTroubles(deps.health(), clock.now())) await tell(trouble);
      return false;
    },
  };

  /** When nobody else has lately. What failed is tried again each time, so that readiness comes back by itself. */
  function findOutWhetherItWrites() {
    const { at, failed } = book.lastWrite();
    if (!failed && clock.now() - Math.max(at, triedAt ?? 0) < TRY_WRITING_EVERY_MS) return;
    triedAt = clock.now();
    try {
      deps.tryWriting();
      book.written();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      if (!failed) log.error({ err: error, code }, 'the database cannot be written');
      book.notWritten(code);
    }
  }

  async function tell(trouble: OwnTrouble): Promise<void> {
    const key = JSON.stringify(trouble);
    const told = toldAt.get(key);
    if (told !== undefined && clock.now() - told < AGAIN_MS) return;
    try {
      await deps.report(trouble);
    } catch (error) {
      log.warn({ err: error, trouble }, 'report to admins cannot be written');
      if (await deps.tellAtOnce(trouble)) toldAt.set(key, clock.now());
    }
  }
}
