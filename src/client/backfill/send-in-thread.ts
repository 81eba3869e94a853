import { realpathSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { Refused } from '../refused.ts';
import type { Backfill, News, NewsSent } from './send-news.ts';

/** What the thread is given. */
export interface Task {
  readonly backfill: Omit<Backfill, 'print' | 'screen' | 'wait'>;
  readonly news: News;
  readonly isDry: boolean;
  readonly isTTY: boolean;
}

/** What it says. */
export type Word =
  | { readonly is: 'body'; readonly text: string }
  | { readonly is: 'screen'; readonly text: string }
  | { readonly is: 'refused'; readonly text: string }
  | { readonly is: 'sent'; readonly sent: NewsSent };

/**
 * Left to itself, V8 lets the heap grow to four times of what is in it. What is in it is below 60 MB, and twice a line of
 * 50 MB that only JSON.parse can read.
 */
const LIMITS = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 160 };

/** As `sendNews`, in a thread of its own with little memory. */
export function sendInThread({ print, screen, wait: _, ...backfill }: Backfill, news: News): Promise<NewsSent> {
  const isDry = print !== undefined;
  const task: Task = { backfill, news, isDry, isTTY: screen.isTTY === true };
  // The program itself, with another subcommand: once packed, no other file is sure to be there.
  const program = realpathSync(process.argv[1] ?? '');
  const thread = new Worker(program, { argv: ['backfill-thread'], workerData: task, resourceLimits: LIMITS });
  return new Promise((resolve, reject) => {
    thread.on('error', reject);
    thread.on('message', (word: Word) => {
      if (word.is === 'sent') resolve(word.sent);
      else if (word.is === 'refused') reject(new Refused(word.text));
      else if (word.is === 'body') print?.(word.text);
      else screen.write(word.text);
    });
  });
}
