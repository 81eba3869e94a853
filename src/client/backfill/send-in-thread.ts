import { parentPort, Worker, workerData } from 'node:worker_threads';
import { Refused } from '../refused.ts';
import { type Backfill, type News, type NewsSent, sendNews } from './send-news.ts';

/** What the thread is given. */
interface Task {
  readonly is: 'backfill';
  readonly backfill: Omit<Backfill, 'print' | 'screen' | 'wait'>;
  readonly news: News;
  readonly isDry: boolean;
  readonly isTTY: boolean;
}

/** What it says. */
type Word =
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
  const task: Task = { is: 'backfill', backfill, news, isDry, isTTY: screen.isTTY === true };
  const thread = new Worker(new URL(import.meta.url), { workerData: task, resourceLimits: LIMITS });
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

async function perform({ backfill, news, isDry, isTTY }: Task): Promise<Word> {
  const write = (text: string) => say({ is: 'screen', text });
  const print = isDry ? (text: string) => say({ is: 'body', text }) : undefined;
  try {
    return { is: 'sent', sent: await sendNews({ ...backfill, screen: { isTTY, write }, print }, news) };
  } catch (error) {
    // A class does not survive the way to the other thread.
    if (error instanceof Refused) return { is: 'refused', text: error.message };
    throw error;
  }
}

function say(word: Word) {
  parentPort?.postMessage(word);
}

/** Whether this file was loaded by the thread that it started. */
function isTask(data: unknown): data is Task {
  return typeof data === 'object' && data !== null && 'is' in data && data.is === 'backfill';
}

if (isTask(workerData)) say(await perform(workerData));
