import type { OwnTrouble } from '../../incidents/own-troubles.ts';
import type { EpochMs } from '../../model/time.ts';
import type { Reading } from './alert-words.ts';
import { context, type Message, section } from './blocks.ts';
import { escapeText } from './escape-text.ts';
import { moment } from './format.ts';

export type OwnTroubleView = Reading & { readonly since: EpochMs } & OwnTrouble;

interface Words {
  /** The first line. */
  readonly told: string;
  /** Inside a sentence. */
  readonly why: string;
  readonly next: string;
  /** What it means for the data. */
  readonly rest: string;
}

/** Tells an admin that Quota Watch itself does not do its work: why, since when, what to do, what is lost meanwhile. */
export function ownTroubleReport(view: OwnTroubleView): Message {
  const { told, why, next, rest } = wordsOf(view);
  return {
    text: `${told}: ${why}`,
    blocks: [
      section(
        `:no_entry: *${told}*\n${why.charAt(0).toUpperCase()}${why.slice(1)}, since ${moment(view.since, view)}.`,
      ),
      section(`*Next:* ${next}`),
      context(rest),
    ],
  };
}

function wordsOf(trouble: OwnTrouble): Words {
  switch (trouble.is) {
    case 'ingest_failing':
      return { told: 'Quota Watch cannot store what comes in', rest: NOT_STORED, ...ofWriting(trouble.code) };
    case 'slack_refuses':
      return {
        told: 'Slack refuses messages of Quota Watch',
        why: `it answers \`${escapeText(trouble.code, 40)}\``,
        next: 'Look for `notice given up` in the log. If the word is no permission that you took away, it is a fault of mine: please report it with those lines.',
        rest: 'These messages are given up; what they tell shows at `/quota incidents` and in App Home.',
      };
    case 'detection_failing':
      return { told: 'Quota Watch does not judge what comes in', rest: NOT_JUDGED, ...OF_DETECTION[trouble.why] };
  }
}

const NOT_STORED =
  'What was acknowledged is safe. Senders are asked to come back, and do so only for a while: until this is mended, usage may be missing. Nothing needs a restart.';
const NOT_JUDGED =
  'Everything is still stored, and will be judged afterwards; alerts come late or not at all until then.';

const OF_DETECTION: Readonly<Record<'stuck' | 'failing', Pick<Words, 'why' | 'next'>>> = {
  stuck: {
    why: 'data has been waiting to be judged for minutes',
    next: 'Look for `job failed` in the log and at the machine’s load. If neither tells, restart Quota Watch and report it.',
  },
  failing: {
    why: 'judging sessions fails again and again',
    next: 'Look for `could not be judged` in the log, and report it with those lines.',
  },
};

/** What people can put right, by SQLite's word, of which there are longer ones. */
const OF_WRITING: readonly (readonly [code: string, words: Pick<Words, 'why' | 'next'>])[] = [
  ['SQLITE_FULL', { why: 'the disk is full', next: 'Make room on the disk of the database.' }],
  [
    'SQLITE_READONLY',
    {
      why: 'the database’s file or disk is read-only',
      next: 'Let the user that Quota Watch runs as write the file and its folder. A disk that turned read-only by itself is failing.',
    },
  ],
  [
    'SQLITE_BUSY',
    {
      why: 'another program keeps the database locked',
      next: 'Find what else has the file open, such as a forgotten `sqlite3` shell, and end it.',
    },
  ],
  [
    'SQLITE_IOERR',
    {
      why: 'the disk of the database reports errors',
      next: 'Look at the machine’s kernel log, and have a backup ready.',
    },
  ],
  [
    'SQLITE_CANTOPEN',
    {
      why: 'the database’s file cannot be opened',
      next: 'Look whether its folder is still mounted, and who may enter it.',
    },
  ],
  ['SQLITE_CORRUPT', { why: 'the database is damaged', next: 'Restore the newest backup; docs/operate.md says how.' }],
  ['SQLITE_NOTADB', { why: 'the database is damaged', next: 'Restore the newest backup; docs/operate.md says how.' }],
  [
    'overloaded',
    {
      why: 'more comes in than can be written',
      next: 'Look at the disk’s and the machine’s load, and at `quota_watch_commit_seconds`; docs/operate.md says how much one machine takes.',
    },
  ],
];

function ofWriting(code: string): Pick<Words, 'why' | 'next'> {
  const known = OF_WRITING.find(([start]) => code.startsWith(start));
  const unknown = {
    why: `SQLite answers \`${escapeText(code, 40)}\``,
    next: 'Look the word up in SQLite’s list of result codes, and at the log.',
  };
  return known?.[1] ?? unknown;
}
