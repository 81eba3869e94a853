import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { type Recorded, readRecording } from '../evaluation/recording.ts';

/** What was given to a command is not what it reads; the message is a sentence for whoever typed it. */
export class UnusableInput extends Error {}

/** Tells how long JSON.parse alone took, in milliseconds, to hold the rest against. */
export interface ParseTime {
  parseMs: number;
}

/** The sessions of a `.jsonl` file, line by line, however long it is. Throws `UnusableInput` that names the line. */
export async function* readRecordings(path: string, time: ParseTime): AsyncGenerator<Recorded> {
  let number = 0;
  for await (const line of lines(path)) {
    number++;
    if (line.trim() === '') continue;
    yield within(`${basename(path)} line ${number}`, () => {
      const startedAt = performance.now();
      const value: unknown = JSON.parse(line);
      time.parseMs += performance.now() - startedAt;
      return readRecording(value);
    });
  }
}

/** Enough to be written together, and little enough for the memory. */
const BATCH_REQUESTS = 5000;

/** Recordings in their order, as many at once as are worth a transaction. */
export async function* inBatches(recordings: AsyncIterable<Recorded>): AsyncGenerator<readonly Recorded[]> {
  let batch: Recorded[] = [];
  let requests = 0;
  for await (const recorded of recordings) {
    batch.push(recorded);
    requests += recorded.requests.length;
    if (requests < BATCH_REQUESTS) continue;
    yield batch;
    batch = [];
    requests = 0;
  }
  if (batch.length > 0) yield batch;
}

/** A whole JSON file in a known shape. Throws `UnusableInput` that names the place. */
export async function readJson<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return within(basename(path), () => schema.parse(JSON.parse(text)));
}

async function* lines(path: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(path) });
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): UnusableInput {
  return new UnusableInput(`${path} cannot be read: ${messageOf(error)}`);
}

function within<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UnusableInput(`${place}: ${messageOf(error)}`);
  }
}

/** One sentence: of many faults the first. */
export function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return faultOf(error);
  return error instanceof Error ? error.message : String(error);
}

function faultOf({ issues }: z.ZodError): string {
  const [first] = issues;
  if (!first) return 'does not fit';
  const place = first.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return place === '' ? first.message : `${place.replace(/^\./, '')}: ${first.message}`;
}
