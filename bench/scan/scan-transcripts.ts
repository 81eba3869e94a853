import { findTranscripts } from '../../src/client/backfill/find-transcripts.ts';
import { createRequestBook } from '../../src/client/backfill/request-book.ts';
import { createScan } from '../../src/client/backfill/scan.ts';

/** What `backfill` does before it sends: all transcripts of a folder, once. Prints what it counted. */
const [folder = '.'] = process.argv.slice(2);
const book = createRequestBook({ from: 0, until: Number.POSITIVE_INFINITY }, { has: () => false });
const scan = createScan({ book, onMarker: () => true });
for (const transcript of findTranscripts(folder)) scan(transcript, undefined);
const requests = book.take().map(({ request }) => request);
const totals = { requests: requests.length, input: 0, output: 0, read: 0, written: 0 };
for (const request of requests) {
  totals.input += request.inputTokens;
  totals.output += request.outputTokens;
  totals.read += request.cacheReadTokens;
  totals.written += request.cacheCreationTokens;
}
process.stdout.write(`${JSON.stringify({ totals, peakKiB: process.resourceUsage().maxRSS })}\n`);
