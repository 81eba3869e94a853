import type { Severity } from '../../model/finding.ts';
import type { Incident } from '../../model/incident.ts';
import { type EpochMs, epochMs } from '../../model/time.ts';
import type { Reading } from './alert-words.ts';
import { context, type Message, sections } from './blocks.ts';
import type { Deeds } from './deed-words.ts';
import { count, moment } from './format.ts';
import { endingWords } from './life-words.ts';

/** Something that happened to an incident. */
export interface LifeEvent {
  readonly at: EpochMs;
  readonly event:
    | 'opened'
    | 'escalated'
    | 'reopened'
    | 'resolved'
    | 'acknowledged'
    | 'snoozed'
    | 'planned'
    | 'false_alarm';
  /** Slack user id of who did it. */
  readonly by?: string | undefined;
  /** Of a snooze: when it ends, epoch ms. Of an escalation: the severity reached. Of a resolution: why. */
  readonly detail?: string | undefined;
}

type Told = Reading & Pick<Deeds, 'nameOf'> & { readonly kind: Incident['kind'] };

/** What one message tells; of more the newest. */
const SHOWN = 20;

/** What goes into the thread of an alert: what happened to it since the thread was last told, a line each. */
export function timelineReply(events: readonly LifeEvent[], told: Told): Message {
  const lines = eventLines(events, told);
  const more = lines.length > 1 ? ` (and ${count(lines.length - 1, 'more update')})` : '';
  return { text: `${lines.at(-1) ?? ''}${more}`, blocks: eventBlocks(lines) };
}

/** Lines of events, oldest first; of many the newest, and how many there were. */
export function eventBlocks(lines: readonly string[]) {
  const earlier = lines.length - SHOWN;
  return [
    ...(earlier > 0 ? [context(`${count(earlier, 'earlier update')} left out`)] : []),
    ...sections(lines.slice(-SHOWN)),
  ];
}

export function eventLines(events: readonly LifeEvent[], told: Told): readonly string[] {
  return events.map((event) => {
    const { emoji, words } = eventWords(event, told);
    return `${emoji} ${moment(event.at, told)} · ${words}`;
  });
}

function eventWords({ event, by, detail }: LifeEvent, told: Told): { emoji: string; words: string } {
  const who = by === undefined ? 'somebody' : told.nameOf(by);
  switch (event) {
    case 'opened':
      return { emoji: ':mag:', words: 'First seen' };
    case 'escalated':
      return { emoji: ':rotating_light:', words: `Worse: now ${SEVERITY_NAMES.get(detail ?? '') ?? 'more serious'}` };
    case 'reopened':
      return { emoji: ':warning:', words: 'It is back' };
    case 'resolved':
      return detail === 'overtaken'
        ? { emoji: ':arrow_right:', words: capital(endingWords(told.kind, detail)) }
        : { emoji: ':white_check_mark:', words: `Over: ${endingWords(told.kind, detail)}` };
    case 'acknowledged':
      return { emoji: ':eyes:', words: `Acknowledged by ${who}` };
    case 'snoozed':
      return { emoji: ':zzz:', words: `Snoozed by ${who}${untilWords(detail, told)}` };
    case 'planned':
      return { emoji: ':calendar:', words: `Marked as planned by ${who}` };
    case 'false_alarm':
      return { emoji: ':no_bell:', words: `Marked as a false alarm by ${who}` };
  }
}

/** What an escalation can reach. */
const SEVERITY_NAMES: ReadonlyMap<string, string> = new Map([
  ['info', 'worth knowing'],
  ['warning', 'a warning'],
  ['critical', 'critical'],
] satisfies [Severity, string][]);

function untilWords(detail: string | undefined, reading: Reading): string {
  const until = Number(detail);
  return Number.isFinite(until) && until > 0 ? ` until ${moment(epochMs(until), reading)}` : '';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
