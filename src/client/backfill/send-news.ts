import { join } from 'node:path';
import type { Connection } from '../connection.ts';
import { createCollectorClient } from './collector-client.ts';
import { counted } from './counted.ts';
import type { Transcript } from './find-transcripts.ts';
import { createProgressBar, type Screen } from './progress-bar.ts';
import { type ReadSoFar, writeProgress } from './progress-file.ts';
import { createRequestBook } from './request-book.ts';
import { createScan, type TranscriptMarker } from './scan.ts';
import { sendPending } from './send-pending.ts';
import { addedCounts, NOTHING_SENT, type SentCounts } from './sent-counts.ts';
import { createSentIds } from './sent-ids.ts';

export interface Backfill {
  readonly connection: Connection;
  readonly claudeFolder: string;
  readonly ownFolder: string;
  /** Epoch ms. */
  readonly now: number;
  /** How far back, in ms. */
  readonly sinceMs: number;
  /** Whose usage it is, where the token is the team's. */
  readonly email?: string | undefined;
  /** Gets each body instead of the collector; nothing is noted as sent. */
  readonly print?: ((body: string) => void) | undefined;
  /** Where progress is shown. */
  readonly screen: Screen;
  /** Between two tries to reach the collector. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
}

export interface NewsSent {
  /** How far each file was read. */
  readonly files: Readonly<Record<string, ReadSoFar | undefined>>;
  readonly counts: SentCounts;
}

/** What there is to read. */
export interface News {
  readonly news: readonly Transcript[];
  readonly known: Readonly<Record<string, ReadSoFar | undefined>>;
  /** Nothing was sent for this connection yet. */
  readonly isFirst: boolean;
}

/**
 * What is younger is being written, and telemetry brings it in time. The collector alerts nobody of what is older than
 * 15 minutes when it arrives.
 */
const SETTLED_MS = 20 * 60_000;

/** About 30 MB; beyond it everything so far is sent, and copies that come later no longer replace what they are larger than. */
const MAX_PENDING = 60_000;

/** Reads what is new, and sends it. */
export async function sendNews(backfill: Backfill, { news, known, isFirst }: News): Promise<NewsSent> {
  const { connection, ownFolder, now, sinceMs, print } = backfill;
  const bar = createProgressBar(backfill.screen);
  const span = { from: now - sinceMs, until: now - SETTLED_MS };
  const sent = createSentIds(join(ownFolder, 'backfill.sent'));
  if (isFirst && !print) {
    sent.forget();
    // From here on what was sent counts, also where this run breaks off.
    writeProgress(join(ownFolder, 'backfill.json'), connection, { since: span.from, files: {} });
  }
  const files: Record<string, ReadSoFar | undefined> = {};
  const book = createRequestBook(span, sent);
  const markers: TranscriptMarker[] = [];
  const scan = createScan({ book, onMarker: note });
  const size = news.reduce((total, transcript) => total + transcript.size, 0);
  let counts = NOTHING_SENT;
  let seen = 0;
  bar.begin(`Reading ${counted(news.length, 'transcript')}…`);
  try {
    // A session and its copy were written at about the same time, and are compared before they are sent.
    for (const transcript of news.toSorted((a, b) => a.mtimeMs - b.mtimeMs)) {
      files[transcript.path] = read(transcript);
      seen += transcript.size;
      bar.show(`of ${news.length} transcripts`, seen, size);
      if (book.size >= MAX_PENDING) await send();
    }
    await send();
  } finally {
    bar.end();
  }
  return { files, counts };

  /** A file that was written last before all of it has nothing to tell. */
  function read(transcript: Transcript): ReadSoFar | undefined {
    return transcript.mtimeMs < span.from ? wholly(transcript) : scan(transcript, known[transcript.path]);
  }

  function note(marker: TranscriptMarker): boolean {
    if (marker.at > span.until) return false;
    if (marker.at >= span.from) markers.push(marker);
    return true;
  }

  async function send() {
    if (book.size + markers.length === 0) return;
    bar.begin(`Sending up to ${counted(book.size, 'request')}…`);
    const told = await sendPending(book.take(), markers.splice(0), {
      client: createCollectorClient(connection, backfill),
      email: backfill.email,
      print,
      onSent: sent.add,
      onProgress: (nth, of) => bar.show(`of ${of} requests sent`, nth, of),
    });
    counts = addedCounts(counts, told);
  }
}

function wholly({ dev, ino, size, mtimeMs }: Transcript): ReadSoFar {
  return { dev, ino, size, mtimeMs, offset: size };
}
