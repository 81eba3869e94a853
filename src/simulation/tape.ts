import { DateTime } from 'luxon';
import { type EpochMs, SECOND_MS } from '../model/time.ts';
import type { LineError, LineEvent, LineMarker, LineRefusal, LineStatus, SessionLine } from './session-line.ts';

/** A session while it is made up: takes in what happens, in any order, at absolute times. */
export interface Tape {
  readonly session: string;
  readonly startsAt: EpochMs;
  request(at: EpochMs, request: Omit<LineEvent, 't' | 'ver'>): void;
  mark(at: EpochMs, kind: LineMarker['kind']): void;
  statusLine(at: EpochMs, told: Omit<LineStatus, 't'>): void;
  refuse(at: EpochMs, refusal: { readonly window: LineRefusal['window']; readonly resetsAt: EpochMs }): void;
  /** A request that failed with status 429 and nothing said about a limit. */
  throttle(at: EpochMs, model: string): void;
  recorded(): SessionLine;
}

export interface TapeOptions {
  readonly session: string;
  readonly developer: string;
  readonly startsAt: EpochMs;
  readonly clientVersion: string;
}

export function createTape({ session, developer, startsAt, clientVersion }: TapeOptions): Tape {
  const events: LineEvent[] = [];
  const markers: LineMarker[] = [];
  const statusLines: LineStatus[] = [];
  const refusals: LineRefusal[] = [];
  const errors: LineError[] = [];
  const t = (at: EpochMs) => (at - startsAt) / SECOND_MS;

  return {
    session,
    startsAt,
    request: (at, request) => void events.push({ t: t(at), ver: clientVersion, ...request }),
    mark: (at, kind) => void markers.push({ t: t(at), kind }),
    statusLine: (at, told) => void statusLines.push({ t: t(at), ...told }),
    refuse: (at, { window, resetsAt }) => void refusals.push({ t: t(at), window, resets_at: epochSeconds(resetsAt) }),
    throttle: (at, model) => void errors.push({ t: t(at), model, status: 429 }),
    recorded: () => ({
      session,
      developer,
      start_utc: utcText(startsAt),
      events: inOrder(events),
      markers: inOrder(markers),
      ...(statusLines.length > 0 && { status_lines: inOrder(statusLines) }),
      ...(refusals.length > 0 && { refusals: inOrder(refusals) }),
      ...(errors.length > 0 && { errors: inOrder(errors) }),
    }),
  };
}

/** As the status line writes times. */
export function epochSeconds(at: EpochMs): number {
  return Math.floor(at / SECOND_MS);
}

function inOrder<T extends { readonly t: number }>(happened: readonly T[]): readonly T[] {
  return happened.toSorted((a, b) => a.t - b.t);
}

function utcText(at: EpochMs): string {
  return DateTime.fromMillis(at, { zone: 'utc' }).toISO({ includeOffset: false }) ?? '';
}
