import { DAY_MS } from './time.ts';

/** What happened earlier is not taken any more, so that what counted once is known for as long as it may come again. */
export const TAKEN_FOR_MS = 90 * DAY_MS;
/** Raw requests and their names: two days longer, so that neither a clock that is set back nor a pass under way counts one twice. */
export const REQUESTS_KEPT_MS = TAKEN_FOR_MS + 2 * DAY_MS;
/** 13 months: a month can be compared with the same one of last year. */
export const SUMS_KEPT_MS = 396 * DAY_MS;
