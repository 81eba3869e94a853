import type { UsageItem } from '../../model/usage-item.ts';
import { NONE_LEFT, type Parsed, type ReasonToLeave, type RecordOutcome } from '../parsed.ts';
import { Problem } from '../problem.ts';

/** More than any batch of an honest sender: finding out what is wrong with a record takes time. */
const MAX_MALFORMED = 10_000;

/** What one record told, and whose it is; that is only asked for what is kept. */
export interface ReadRecord {
  readonly outcome: RecordOutcome;
  readonly origin?: () => Omit<UsageItem, 'fact'>;
}

/** Puts together what the records of one body told. Throws Problem 400 when too many are malformed. */
export function gather(records: Iterable<ReadRecord>): Parsed {
  const items: UsageItem[] = [];
  const left: Record<ReasonToLeave, number> = { ...NONE_LEFT };
  for (const { outcome, origin } of records) {
    if (typeof outcome === 'string') left[outcome] += 1;
    else for (const fact of outcome) items.push({ ...origin?.(), fact });
    if (left.malformed > MAX_MALFORMED) throw new Problem(400, `More than ${MAX_MALFORMED} records are malformed.`);
  }
  return { items, left };
}
