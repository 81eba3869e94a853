import { type QuotaWindow, windowName } from '../../model/quota-window.ts';
import { type EpochMs, HOUR_MS } from '../../model/time.ts';
import type { Reading } from './alert-words.ts';
import { context, type Message, section, sections } from './blocks.ts';
import { escapeText } from './escape-text.ts';
import { bar, count, duration, moment } from './format.ts';

/** Somebody's account with its running windows. */
export interface MemberView {
  /** Ready to show: a mention, an escaped name, or an animal. */
  readonly name: string;
  /** Those that limit all models, in no order. */
  readonly windows: readonly QuotaWindow[];
}

/** How the team stands. */
export interface TeamView extends Reading {
  /** Those with the most left, best first; all of them have something left. */
  readonly most: readonly MemberView[];
  /** The reader, where they are not among the most; undefined also where nothing of theirs is known. */
  readonly reader: MemberView | undefined;
  /** How many people have a window that runs and was read. */
  readonly known: number;
  readonly usedUp: number;
  /** When the first of those who used up theirs has something again. */
  readonly firstBackAt: EpochMs | undefined;
  /** How many sent something in the last week, and have no window that runs and was read. */
  readonly unknown: number;
}

/** Percentages that were read longer ago are told with their age. */
const RECENT_MS = HOUR_MS;
const WINDOWS_SHOWN = 3;

/** The answer to `/quota team`: who has headroom, and when there is more. */
export function teamAnswer(view: TeamView): Message {
  if (view.known === 0) return { text: NOTHING, blocks: [section([NOTHING, ...unknownLine(view)].join('\n'))] };
  const free = view.known - view.usedUp;
  const title = free === 0 ? 'Nobody has headroom now' : `${count(free, 'person has', 'people have')} headroom now`;
  return {
    text: title,
    blocks: [
      section(`*${title}*, the most first${free > view.most.length ? ` (${view.most.length} shown)` : ''}`),
      ...sections([...view.most, ...(view.reader ? [view.reader] : [])].map((member) => memberLine(member, view))),
      ...sections([...usedUpLine(view), ...unknownLine(view)]),
      context(FOOTNOTE),
    ],
  };
}

const NOTHING =
  'Nobody’s windows are known now. The percentages come from the status line: `/quota connect` shows how.';

const FOOTNOTE =
  'As read by each status line: less may be left by now. Named are those who agreed; animals change every Monday.';

/** The fullest window first: it is the one that stops its owner. */
function memberLine({ name, windows }: MemberView, reading: Reading): string {
  const fullest = windows.toSorted((one, other) => other.usedPercent - one.usedPercent).slice(0, WINDOWS_SHOWN);
  const left = 100 - Math.max(...windows.map(({ usedPercent }) => usedPercent));
  return [`${bar(left)}  *${name}*`, ...fullest.map((window) => windowText(window, reading))].join(' · ');
}

function windowText({ kind, scope, usedPercent, resetsAt, lastReadAt }: QuotaWindow, reading: Reading): string {
  const name = escapeText(windowName(kind, scope), 24);
  const left = Math.max(0, 100 - usedPercent);
  const percent = left > 0 && left < 1 ? 'under 1%' : `${Math.round(left)}%`;
  const age = reading.now - lastReadAt;
  const read = age > RECENT_MS ? ` (read ${duration(age)} ago)` : '';
  return `${name} ${percent}, resets ${moment(resetsAt, reading)}${read}`;
}

function usedUpLine({ usedUp, firstBackAt, ...reading }: TeamView): readonly string[] {
  if (usedUp === 0) return [];
  const back = firstBackAt === undefined ? '' : `; the next reset is at ${moment(firstBackAt, reading)}`;
  return [`:hourglass_flowing_sand: ${count(usedUp, 'person has', 'people have')} used up theirs${back}`];
}

function unknownLine({ unknown }: TeamView): readonly string[] {
  if (unknown === 0) return [];
  return [`Of ${count(unknown, 'more person', 'more people')} no percentage was read since the last reset`];
}
