import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Refused } from '../refused.ts';
import type { Subcommand } from '../subcommand.ts';
import type { Task, Word } from './send-in-thread.ts';
import { sendNews } from './send-news.ts';

/** What `sendInThread` starts: nothing that people call. */
export const backfillThread: Subcommand = async () => {
  if (isMainThread) throw new Refused('“backfill” starts this by itself.');
  // Only `sendInThread` starts it with a subcommand of this name.
  const task: Task = workerData;
  say(await perform(task));
  return 0;
};

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
