import type { CollectorClient, Receipt } from './collector-client.ts';
import { leaveOut } from './leave-out.ts';
import type { Ids, Pending } from './request-book.ts';
import type { TranscriptMarker } from './scan.ts';
import type { SentCounts } from './sent-counts.ts';

export interface SendPendingDeps {
  readonly client: CollectorClient;
  /** Added to everything where a team's token sends for one of them. */
  readonly email: string | undefined;
  /** Gets each body instead of the collector. */
  readonly print?: ((body: string) => void) | undefined;
  readonly onSent: (batch: readonly Ids[]) => void;
  readonly onProgress: (sent: number, of: number) => void;
}

/** The collector takes 5,000 in a body; a commit of fewer lets others in between. */
const BATCH = 1_000;
const DAY_MS = 86_400_000;

/** Sends what waits, oldest first, without what telemetry told already. */
export async function sendPending(
  pending: readonly Pending[],
  markers: readonly TranscriptMarker[],
  { client, email, print, onSent, onProgress }: SendPendingDeps,
): Promise<SentCounts> {
  const left = await withoutTold(pending, client);
  let receipt: Receipt = { accepted: 0, duplicates: 0 };
  let sent = 0;
  for (const batch of batchesOf(left)) {
    onProgress(sent, left.length);
    await send({ requests: batch.map(({ request }) => named(request, email)) });
    if (!print) onSent(batch);
    sent += batch.length;
  }
  for (const batch of batchesOf(markers)) await send({ markers: batch.map((marker) => named(marker, email)) });
  return { ...receipt, requests: left.length, markers: markers.length, leftOut: pending.length - left.length };

  async function send(body: object) {
    const text = JSON.stringify(body);
    if (print) return print(text);
    const { accepted, duplicates } = await client.send(text);
    receipt = { accepted: receipt.accepted + accepted, duplicates: receipt.duplicates + duplicates };
  }
}

async function withoutTold(pending: readonly Pending[], client: CollectorClient): Promise<readonly Pending[]> {
  const left: Pending[] = [];
  for (const [from, day] of byDay(pending)) left.push(...leaveOut(day, await client.coverage(from, from + DAY_MS)));
  return left;
}

/** By UTC day, oldest first as they come. */
function byDay(pending: readonly Pending[]): ReadonlyMap<number, Pending[]> {
  const days = new Map<number, Pending[]>();
  for (const one of pending) {
    const from = one.request.at - (one.request.at % DAY_MS);
    const day = days.get(from);
    if (day) day.push(one);
    else days.set(from, [one]);
  }
  return days;
}

function* batchesOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += BATCH) yield all.slice(at, at + BATCH);
}

function named<T extends object>(item: T, email: string | undefined): T {
  return email === undefined ? item : { ...item, email };
}
