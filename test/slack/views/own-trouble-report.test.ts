import { describe, expect, test } from 'vitest';
import type { OwnTrouble } from '../../../src/incidents/own-troubles.ts';
import { adminReport } from '../../../src/slack/views/admin-report.ts';
import { minutes } from '../../support/builders.ts';
import { fine, linesOf } from '../seen.ts';

const reportOf = (trouble: OwnTrouble) =>
  fine(adminReport({ ...trouble, since: minutes(5), now: minutes(20), zone: 'UTC' }));

describe('the word to an admin that Quota Watch itself fails', () => {
  test('says what, why, since when, what to do, and what is lost meanwhile', () => {
    const report = reportOf({ is: 'ingest_failing', code: 'SQLITE_FULL' });
    expect(report.text).toBe('Quota Watch cannot store what comes in: the disk is full');
    expect(linesOf(report)).toEqual([
      ':no_entry: *Quota Watch cannot store what comes in*',
      'The disk is full, since 12:05.',
      '*Next:* Make room on the disk of the database.',
      'What was acknowledged is safe. Senders are asked to come back, and do so only for a while: until this is mended, usage may be missing. Nothing needs a restart.',
    ]);
  });

  test.each<[trouble: OwnTrouble, why: string, next: string]>([
    [{ is: 'ingest_failing', code: 'SQLITE_READONLY_DBMOVED' }, 'read-only', 'Let the user that Quota Watch runs as'],
    [{ is: 'ingest_failing', code: 'SQLITE_BUSY_SNAPSHOT' }, 'keeps the database locked', 'sqlite3'],
    [{ is: 'ingest_failing', code: 'SQLITE_IOERR_FSYNC' }, 'reports errors', 'kernel log'],
    [{ is: 'ingest_failing', code: 'SQLITE_CANTOPEN' }, 'cannot be opened', 'mounted'],
    [{ is: 'ingest_failing', code: 'SQLITE_CORRUPT' }, 'damaged', 'Restore the newest backup'],
    [{ is: 'ingest_failing', code: 'SQLITE_NOTADB' }, 'damaged', 'Restore the newest backup'],
    [{ is: 'ingest_failing', code: 'overloaded' }, 'more comes in than can be written', 'quota_watch_commit_seconds'],
    [{ is: 'ingest_failing', code: 'SQLITE_ODD' }, 'SQLite answers', 'result codes'],
    [{ is: 'slack_refuses', code: 'invalid_blocks' }, 'it answers', 'notice given up'],
    [{ is: 'detection_failing', why: 'stuck' }, 'waiting to be judged', 'job failed'],
    [{ is: 'detection_failing', why: 'failing' }, 'fails again and again', 'could not be judged'],
  ])('%j', (trouble, why, next) => {
    const report = reportOf(trouble);
    expect(report.text).toContain(why);
    expect(linesOf(report)[2]).toContain(next);
  });

  test.each(['<!channel>', '`*_~<@U1>', 'a\nb'])('keeps %j text', (code) => {
    reportOf({ is: 'slack_refuses', code });
    reportOf({ is: 'ingest_failing', code });
  });
});
