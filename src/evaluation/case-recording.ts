import type { MarkerKind } from '../model/marker.ts';
import { type EpochMs, epochMs, SECOND_MS } from '../model/time.ts';
import type { Case, CaseEvent } from './cases.ts';
import { MARKERS, type Recorded, type RecordedMarker, type RecordedRequest } from './recording.ts';

/** Reports give no dates; any moment of the year they are from will do. */
const CASE_STARTS_AT = epochMs(1_780_315_200_000);
/** A time that nobody reported is a minute after the one before. */
const UNREPORTED_GAP_S = 60;

/** The case's requests that tell what was read and written, as a session; what reports say beside them becomes markers. */
export function caseRecording(told: Case): Recorded {
  const times = timesOf(told.events ?? []);
  const isEachResumed = resumesEachTurn(told);
  const timed = (told.events ?? []).map((event, n) => ({ event, n, at: times[n] ?? CASE_STARTS_AT }));
  return {
    session: told.id,
    startedAt: CASE_STARTS_AT,
    isMixed: isMixed(told),
    requests: timed.flatMap(({ event, n, at }) => requestOf(told, event, { n, at })),
    markers: timed.flatMap(({ event, n, at }) => {
      const marked = markersOf(event.note ?? '', at);
      return isEachResumed && n > 0 ? [...marked, { at, kind: 'resume' as const, word: 'start:resume' }] : marked;
    }),
  };
}

function timesOf(events: readonly CaseEvent[]): readonly EpochMs[] {
  const times: EpochMs[] = [];
  for (const { t_offset_s } of events) {
    const last = times.at(-1);
    const unreported = last === undefined ? CASE_STARTS_AT : last + UNREPORTED_GAP_S * SECOND_MS;
    const at = t_offset_s == null ? unreported : CASE_STARTS_AT + t_offset_s * SECOND_MS;
    times.push(epochMs(Math.max(at, last ?? at)));
  }
  return times;
}

/** Without the tokens read and written a request cannot be replayed; input and output may be missing: they decide nothing. */
function requestOf(told: Case, event: CaseEvent, { n, at }: { n: number; at: EpochMs }): readonly RecordedRequest[] {
  if (event.cache_read == null || event.cache_creation == null) return [];
  const clientVersion = event.app_version ?? told.app_version;
  const written = Math.round(event.cache_creation);
  return [
    {
      session: told.id,
      at,
      requestId: `${told.id}:${n}`,
      model: event.model ?? told.model ?? 'unknown',
      inputTokens: Math.round(event.input ?? 0),
      outputTokens: Math.round(event.output ?? 0),
      cacheReadTokens: Math.round(event.cache_read),
      cacheCreationTokens: written,
      ...(event.agent != null && { agent: event.agent }),
      ...(clientVersion != null && { clientVersion }),
      ...splitOf(event.ttl, written),
    },
  ];
}

/** Without a word on it nobody knows which cache was written to. */
function splitOf(ttl: string | null | undefined, written: number) {
  if (ttl === '1h') return { cacheCreation5mTokens: 0, cacheCreation1hTokens: written };
  return ttl === '5m' ? { cacheCreation5mTokens: written, cacheCreation1hTokens: 0 } : {};
}

/** What a report's note may speak of. */
const SPOKEN: readonly { readonly kind: MarkerKind; readonly word: string; readonly says: RegExp }[] = [
  { kind: 'resume', word: 'start:resume', says: /(\bresum\w*|--continue|\bwake|\bwoken|\bwoke)\b/i },
  { kind: 'compaction', word: 'system:compact_boundary', says: /\bcompact(ed|ion)?\b/i },
  { kind: 'clear', word: 'cmd:/clear', says: /(^|\s)\/clear\b/i },
];
/** Ends what stands before a word of something that did not happen, or not yet. */
const NOT_YET = /\b(before|until|no|not|without)(\s+(the|a|any|next))*\s*$/i;

/** Transcripts note the client's own words, joined by commas; reports note what happened in free words. */
function markersOf(note: string, at: EpochMs): readonly RecordedMarker[] {
  const words = note.split(',').flatMap((word) => {
    const kind = MARKERS.get(word.trim());
    return kind ? [{ at, kind, word: word.trim() }] : [];
  });
  if (words.length > 0) return words;
  return SPOKEN.filter(({ says }) => speaksOf(note, says)).map(({ kind, word }) => ({ at, kind, word }));
}

function speaksOf(note: string, says: RegExp): boolean {
  const found = says.exec(note);
  return found !== null && !NOT_YET.test(note.slice(0, found.index));
}

/** Print mode answers one prompt and ends: with `--resume` each turn but the first is a resume. */
function resumesEachTurn({ title }: Case): boolean {
  return /(^|\s)-p\s+--resume\b/.test(title) || /--resume\b.*\b(each|every)\b/i.test(title);
}

const SUB_AGENT = /\bsub-?agents?\b/i;

/**
 * Whether sub-agents' rows stand among the main conversation's without ids. Where only the title speaks of a sub-agent,
 * all rows are of that one.
 */
function isMixed({ events, notes }: Case): boolean {
  const rows = events ?? [];
  // Transcripts name the agent of each row, null for the main conversation; reports have no such column.
  if (rows.some(({ agent }) => agent !== undefined)) return false;
  return SUB_AGENT.test(notes ?? '') || rows.some(({ note }) => SUB_AGENT.test(note ?? ''));
}
