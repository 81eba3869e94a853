import { join } from 'node:path';
import { findTranscripts } from './find-transcripts.ts';
import { isRead, type ReadSoFar, readProgress, writeProgress } from './progress-file.ts';
import type { Backfill, News, NewsSent } from './send-news.ts';
import { NOTHING_SENT, type SentCounts } from './sent-counts.ts';

export interface BackfillResult extends SentCounts {
  /** With something new. */
  readonly transcripts: number;
}

/** Reads and sends what is new; most runs find nothing, and never come here. */
export type Send = (backfill: Backfill, news: News) => Promise<NewsSent>;

/** Sends what transcripts tell of the time since then, once: goes on where the last run ended, or was interrupted. */
export async function runBackfill(backfill: Backfill, send: Send): Promise<BackfillResult> {
  const progress = openProgress(backfill);
  const transcripts = findTranscripts(backfill.claudeFolder);
  const news = transcripts.filter((transcript) => !isRead(transcript, progress.known[transcript.path]));
  if (news.length === 0) return { ...NOTHING_SENT, transcripts: 0 };
  const { files, counts } = await send(backfill, { news, known: progress.known, isFirst: progress.isFirst });
  const left = transcripts.map(({ path }) => [path, progress.known[path]] as const);
  if (!backfill.print) progress.write({ ...Object.fromEntries(left), ...files });
  return { ...counts, transcripts: news.length };
}

/** How far the last run came, as far as it looked back as far. */
function openProgress({ connection, ownFolder, now, sinceMs }: Backfill) {
  const file = join(ownFolder, 'backfill.json');
  const from = now - sinceMs;
  const kept = readProgress(file, connection);
  const isEnough = kept !== undefined && kept.since <= from;
  const since = isEnough ? kept.since : from;
  return {
    known: isEnough ? kept.files : {},
    /** Nothing was sent for this connection yet. */
    isFirst: kept === undefined,
    write: (files: Readonly<Record<string, ReadSoFar | undefined>>) =>
      writeProgress(file, connection, { since, files }),
  };
}
