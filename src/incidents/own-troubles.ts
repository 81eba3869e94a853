import { type EpochMs, HOUR_MS, MINUTE_MS } from '../model/time.ts';

/** Something that went wrong again and again, without a longer break. */
interface Spell {
  readonly since: EpochMs;
  readonly last: EpochMs;
}

/** What Quota Watch knows of its own work. */
export interface OwnHealth {
  readonly startedAt: EpochMs;
  readonly canRead: boolean;
  /** Nothing could be written since then, and SQLite's word for it; undefined: the last try succeeded. */
  readonly unwritable: { readonly since: EpochMs; readonly code: string } | undefined;
  /** Senders were sent away (503), and what stood in the way: SQLite's word, or `overloaded`. */
  readonly refusing: (Spell & { readonly code: string }) | undefined;
  readonly isSlackConnected: boolean;
  /** When time passed for incidents last; undefined: not yet. */
  readonly sweptAt: EpochMs | undefined;
  /** When nothing was left to be judged; undefined: not yet. */
  readonly caughtUpAt: EpochMs | undefined;
  /** How often a session could not be judged, within the last hour. */
  readonly failedJudgements: number;
  /** Notices that were given up within the last hour, by Slack's word. */
  readonly givenUp: ReadonlyMap<string, number>;
}

/**
 * What keeps Quota Watch from its work and wants an admin. `code` is SQLite's word, or `overloaded`; for Slack Slack's.
 * `stuck`: what came in waits to be judged; `failing`: judging it fails.
 */
export type OwnTrouble =
  | { readonly is: 'ingest_failing'; readonly code: string }
  | { readonly is: 'slack_refuses'; readonly code: string }
  | { readonly is: 'detection_failing'; readonly why: 'stuck' | 'failing' };

/** A break of this length ends a spell: senders that were told to come back after 5 seconds would have come. */
export const SPELL_BREAK_MS = MINUTE_MS;
/** What passes by itself sooner needs nobody: a lock, a checkpoint, a burst. */
const FAILING_AFTER_MS = 3 * MINUTE_MS;
const REFUSING_AFTER_MS = 5 * MINUTE_MS;
/** Behind for so long, an alert comes too late to help. */
const STUCK_AFTER_MS = 5 * MINUTE_MS;
/** One session that cannot be judged is a curiosity, and tried again every five minutes: twelve an hour. */
const MANY_FAILED_JUDGEMENTS = 30;
/** One message that Slack does not take may be odd by itself. */
const MANY_GIVEN_UP = 3;
/** How long a sweep, or having nothing left to judge, may be ago while all is well. */
const OVERDUE_MS = MINUTE_MS;
const BEHIND_MS = 2 * MINUTE_MS;

/** How long what is counted "within the last hour" counts. */
export const COUNTED_FOR_MS = HOUR_MS;

/** Why Quota Watch does not do all of its work right now, in words for operators; empty: it does. */
export function notReady(health: OwnHealth, now: EpochMs): readonly string[] {
  const { startedAt, canRead, unwritable, isSlackConnected, sweptAt, caughtUpAt } = health;
  const ago = (at: EpochMs) => `${Math.max(1, Math.round((now - at) / 1000))} s`;
  return [
    ...(canRead ? [] : ['the database cannot be read']),
    ...(unwritable
      ? [`the database could not be written for ${ago(unwritable.since)}: ${writeProblem(unwritable.code)}`]
      : []),
    ...(isSlackConnected ? [] : ['the Slack socket is not connected']),
    ...(sweptAt === undefined ? ['nothing was swept yet'] : []),
    ...(sweptAt !== undefined && now - sweptAt >= OVERDUE_MS
      ? [`the last sweep is overdue: it ended ${ago(sweptAt)} ago`]
      : []),
    ...(now - (caughtUpAt ?? startedAt) >= BEHIND_MS
      ? [`detection is behind: for ${ago(caughtUpAt ?? startedAt)} something has been waiting to be judged`]
      : []),
  ];
}

/** What an admin should hear of by now. */
export function ownTroubles(health: OwnHealth, now: EpochMs): readonly OwnTrouble[] {
  const code = ingestFailure(health, now);
  const why = detectionFailure(health, now);
  return [
    ...(code === undefined ? [] : [{ is: 'ingest_failing' as const, code }]),
    ...[...health.givenUp]
      .filter(([problem, times]) => times >= MANY_GIVEN_UP && isRefusal(problem))
      .map(([problem]) => ({ is: 'slack_refuses' as const, code: problem })),
    ...(why === undefined ? [] : [{ is: 'detection_failing' as const, why }]),
  ];
}

/** Slack's words are of one kind; that somebody deleted a message refuses nothing. */
function isRefusal(problem: string): boolean {
  return /^[a-z][a-z_]*$/.test(problem) && problem !== 'message_not_found';
}

/** The word for what is wrong with writing; undefined: nothing is, or not for long. */
function ingestFailure({ unwritable, refusing }: OwnHealth, now: EpochMs): string | undefined {
  if (unwritable && now - unwritable.since >= FAILING_AFTER_MS) return unwritable.code;
  if (!refusing || now - refusing.last >= SPELL_BREAK_MS) return undefined;
  return refusing.last - refusing.since >= REFUSING_AFTER_MS ? refusing.code : undefined;
}

function detectionFailure(
  { startedAt, caughtUpAt, failedJudgements }: OwnHealth,
  now: EpochMs,
): 'stuck' | 'failing' | undefined {
  if (now - (caughtUpAt ?? startedAt) >= STUCK_AFTER_MS) return 'stuck';
  return failedJudgements >= MANY_FAILED_JUDGEMENTS ? 'failing' : undefined;
}

/** SQLite's word for a write that failed, in words of ours with SQLite's behind. */
function writeProblem(code: string): string {
  const words = Object.entries(WRITE_PROBLEMS).find(([start]) => code.startsWith(start))?.[1];
  return words === undefined ? code : `${words} (${code})`;
}

const WRITE_PROBLEMS: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'the disk is full',
  SQLITE_READONLY: 'its file or disk is read-only',
  SQLITE_BUSY: 'another program keeps it locked',
  SQLITE_LOCKED: 'another program keeps it locked',
  SQLITE_IOERR: 'its disk reports errors',
  SQLITE_CANTOPEN: 'its file cannot be opened',
  SQLITE_CORRUPT: 'it is damaged',
  SQLITE_NOTADB: 'it is damaged',
};
