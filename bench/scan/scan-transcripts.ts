import { pathToFileURL } from 'node:url';

/** What `backfill` does before it sends, by the emitted client: all transcripts of a folder, once. Prints what it counted. */
const [client = '', folder = ''] = process.argv.slice(2);
const emitted = pathToFileURL(`${client}/backfill/`).href;
type Finding = typeof import('../../src/client/backfill/find-transcripts.ts');
type Booking = typeof import('../../src/client/backfill/request-book.ts');
type Scanning = typeof import('../../src/client/backfill/scan.ts');
const { findTranscripts }: Finding = await import(`${emitted}find-transcripts.js`);
const { createRequestBook }: Booking = await import(`${emitted}request-book.js`);
const { createScan }: Scanning = await import(`${emitted}scan.js`);

const book = createRequestBook({ from: 0, until: Number.POSITIVE_INFINITY }, { has: () => false });
const scan = createScan({ book, onMarker: () => true });
for (const transcript of findTranscripts(folder)) scan(transcript, undefined);
const totals = { requests: 0, input: 0, output: 0, read: 0, written: 0 };
for (const { request } of book.take()) {
  totals.requests += 1;
  totals.input += request.inputTokens;
  totals.output += request.outputTokens;
  totals.read += request.cacheReadTokens;
  totals.written += request.cacheCreationTokens;
}
process.stdout.write(JSON.stringify({ totals, peakKiB: process.resourceUsage().maxRSS }));
