import { join } from 'node:path';
import type { Connection } from '../connection.ts';
import { createCollectorClient } from './collector-client.ts';
import { findTranscripts, type Transcript } from './find-transcripts.ts';
import type { ProgressBar } from './progress-bar.ts';
import { isRead, type ReadSoFar, readProgress, writeProgress } from './progress-file.ts';
import { createRequestBook } from './request-book.ts';
import { createScan, type TranscriptMarker } from './scan.ts';
import { type SentCounts, sendPending } from './send-pending.ts';
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
  readonly bar: ProgressBar;
  /** Between two tries to reach the collector. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
}

export interface BackfillResult extends SentCounts {
  /** Transcripts with something new, and how large they are. */
  readonly transcripts: number;
  readonly bytes: number;
}

/**
 * What is younger is being written, and telemetry brings it in time. The collector alerts nobody of what is older than
 * 15 minutes when it arrives.
 */
const SETTLED_MS = 20 * 60_000;

/** About 40 MB; beyond it everything so far is sent, and copies that come later no longer replace what they are larger than. */
const MAX_PENDING = 100_000;

/** Sends what transcripts tell of the time since then, once: goes on where the last run ended, or was interrupted. */
export async function runBackfill(backfill: Backfill): Promise<BackfillResult> {
  const { connection, now, sinceMs, print, bar } = backfill;
  const span = { from: now - sinceMs, until: now - SETTLED_MS };
  const progress = openProgress(backfill, span.from);
  const transcripts = findTranscripts(backfill.claudeFolder);
  const news = transcripts.filter((transcript) => !isRead(transcript, progress.known[transcript.path]));
  const sizes = sum(news.map(({ size }) => size));
  const files: Record<string, ReadSoFar | undefined> = {};
  for (const { path } of transcripts) files[path] = progress.known[path];

  const book = createRequestBook(span, progress.sent);
  const markers: TranscriptMarker[] = [];
  const scan = createScan({ book, onMarker: note });
  let counts = NOTHING_SENT;
  let seen = 0;
  if (news.length > 0) bar.begin(`Reading ${news.length} transcripts…`);
  for (const transcript of news) {
    // What was written last before all of it has nothing to tell.
    const isOlder = transcript.mtimeMs < span.from;
    files[transcript.path] = isOlder ? wholly(transcript) : scan(transcript, progress.known[transcript.path]);
    seen += transcript.size;
    bar.show(`of ${news.length} transcripts`, seen, sizes);
    if (book.size >= MAX_PENDING) await send();
  }
  await send();
  bar.end();
  if (!print && news.length > 0) progress.write(files);
  return { ...counts, transcripts: news.length, bytes: sizes };

  function note(marker: TranscriptMarker): boolean {
    if (marker.at > span.until) return false;
    if (marker.at >= span.from) markers.push(marker);
    return true;
  }

  async function send() {
    if (book.size + markers.length === 0) return;
    bar.begin(`Sending up to ${book.size} requests…`);
    const told = await sendPending(book.take(), markers.splice(0), {
      client: createCollectorClient(connection, backfill),
      email: backfill.email,
      print,
      onSent: progress.sent.add,
      onProgress: (sent, of) => bar.show(`of ${of} requests sent`, sent, of),
    });
    counts = added(counts, told);
  }
}

/** How far the last run came, as far as it looked back as far. */
function openProgress({ connection, ownFolder, print }: Backfill, from: number) {
  const file = join(ownFolder, 'backfill.json');
  const sent = createSentIds(join(ownFolder, 'backfill.sent'));
  const kept = readProgress(file, connection);
  const isEnough = kept !== undefined && kept.since <= from;
  const since = isEnough ? kept.since : from;
  if (!kept && !print) {
    sent.forget();
    writeProgress(file, connection, { since, files: {} });
  }
  return {
    known: isEnough ? kept.files : {},
    sent,
    write: (files: Readonly<Record<string, ReadSoFar | undefined>>) =>
      writeProgress(file, connection, { since, files }),
  };
}

function wholly({ dev, ino, size, mtimeMs }: Transcript): ReadSoFar {
  return { dev, ino, size, mtimeMs, offset: size };
}

const NOTHING_SENT: SentCounts = { requests: 0, markers: 0, accepted: 0, duplicates: 0, leftOut: 0 };

function added(one: SentCounts, other: SentCounts): SentCounts {
  return {
    requests: one.requests + other.requests,
    markers: one.markers + other.markers,
    accepted: one.accepted + other.accepted,
    duplicates: one.duplicates + other.duplicates,
    leftOut: one.leftOut + other.leftOut,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0);
}
