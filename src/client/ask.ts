import { createInterface } from 'node:readline/promises';
import { Refused } from './refused.ts';

/** Whether whoever sits at the terminal says yes; throws `Refused` where nobody does. */
export async function ask(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Refused('Nobody is here to be asked. Nothing was changed: --yes says yes beforehand.');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
