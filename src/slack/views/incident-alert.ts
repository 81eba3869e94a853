import { type Incident, isCacheIncident, isOpen, type Resolution } from '../../model/incident.ts';
import type { AlertWords, Reading } from './alert-words.ts';
import { context, type Message, section } from './blocks.ts';
import { cacheWords } from './cache-words.ts';
import { duration, moment } from './format.ts';
import { windowWords } from './window-words.ts';

/** An incident as it stands, for one audience. */
export interface AlertView extends Reading {
  readonly incident: Incident;
  /** Whose it is, ready to show: a mention, an escaped name, "A developer"; undefined where its owner reads it alone. */
  readonly who: string | undefined;
}

/** The one message of an incident: what, who, why, and what to do; rewritten in place as it grows, and when it is over. */
export function incidentAlert(view: AlertView): Message {
  const { incident, who } = view;
  const words = wordsOf(incident, view);
  const owner = who === undefined ? [] : [who];
  const title = `${prefix(incident)}${words.title}`;
  const firstLine = [`${emoji(incident)} *${title}*`, ...owner].join(' · ');
  const lead = [firstLine, words.facts.join(' · ')].filter(Boolean).join('\n');
  const next = isOpen(incident) && words.next !== undefined ? [section(`*Next:* ${words.next}`)] : [];
  return {
    text: [title, ...owner].join(' · '),
    blocks: [section(lead), section(words.why), ...next, context([...words.footnote, lifeLine(view)].join(' · '))],
  };
}

/** What goes into the thread of a lock-out that is over: an edit alone would notify nobody. */
export function openAgainReply({ incident }: AlertView): Message {
  const how = incident.resolved?.by === 'reset' ? 'The window was reset' : 'A request went through';
  const text = `:white_check_mark: Open again. ${how}: you can go on.`;
  return { text, blocks: [section(text)] };
}

function wordsOf(incident: Incident, reading: Reading): AlertWords {
  return isCacheIncident(incident) ? cacheWords(incident) : windowWords(incident, reading);
}

/** What a later message overtook is not over, and a window that was reset is not used up any more. */
function prefix({ kind, resolved }: Incident): string {
  if (!resolved || resolved.by === 'overtaken') return '';
  return resolved.by === 'reset' && kind !== 'lock_out' ? 'Reset: ' : 'Over: ';
}

function emoji(incident: Incident): string {
  if (incident.resolved?.by === 'overtaken') return ':arrow_right:';
  if (!isOpen(incident)) return ':white_check_mark:';
  if (incident.severity === 'critical') return ':rotating_light:';
  return incident.severity === 'warning' ? ':warning:' : ':hourglass_flowing_sand:';
}

const RESOLVED: Readonly<Record<Resolution, string>> = {
  healthy: 'the cache works again',
  quiet: 'quiet for 30 minutes',
  reset: 'the window was reset',
  open_again: 'a request went through',
  overtaken: 'a later message says more',
  explained: 'later data explained it',
};

function lifeLine({ incident, ...reading }: AlertView): string {
  const since = `since ${moment(incident.openedAt, reading)}`;
  if (!incident.resolved) return since;
  if (incident.resolved.by === 'overtaken') return 'a later message says more';
  const { at, by } = incident.resolved;
  return `${since}, over at ${moment(at, reading)} after ${duration(at - incident.openedAt)}: ${RESOLVED[by]}`;
}

/** One line for lists: what happened and when. */
export function incidentLine({ incident, ...reading }: Omit<AlertView, 'who'>): string {
  const { title } = wordsOf(incident, reading);
  return [`${emoji(incident)} ${moment(incident.openedAt, reading)}`, title, ...stateOf(incident, reading)].join(' · ');
}

/** A resume is over once it is seen: that its incident waits for quiet is our affair. */
function stateOf({ kind, resolved }: Incident, reading: Reading): readonly string[] {
  if (kind === 'resume_reprocess' || resolved?.by === 'overtaken') return [];
  return [resolved ? `over at ${moment(resolved.at, reading)}` : '*open*'];
}
