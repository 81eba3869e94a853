import { type Incident, isCacheIncident, type WindowIncident } from '../../model/incident.ts';
import { windowName } from '../../model/quota-window.ts';
import type { Week } from '../../summary/schedule.ts';
import type { Reading } from './alert-words.ts';
import { context, type Message, section } from './blocks.ts';
import { cacheWords } from './cache-words.ts';
import { escapeText } from './escape-text.ts';
import { count, dollars, duration, moment } from './format.ts';
import { weekName } from './weekly-summary.ts';

/** An incident with whose it is, ready to show: escaped mrkdwn, or "A developer". */
export interface ToldIncident {
  readonly incident: Incident;
  readonly who: string;
}

export interface WeeklyThread {
  readonly week: Week;
  /** Worst first, not empty. */
  readonly worst: readonly ToldIncident[];
  /** Incidents beyond these. */
  readonly more: number;
}

/** What goes into the summary's thread: the worst incidents, one by one. */
export function weeklySummaryThread({ week, worst, more }: WeeklyThread, reading: Reading): Message {
  const text = `${weekName(week)}: ${more > 0 ? `the worst ${worst.length} of ${count(worst.length + more, 'incident')}` : count(worst.length, 'incident')}`;
  const details = worst.map((told, index) => section(`*${index + 1}.* ${detail(told, reading)}`));
  const rest = more > 0 ? [context(`and ${count(more, 'less serious one')}`)] : [];
  return { text, blocks: [section(`*${text}*`), ...details, ...rest] };
}

function detail({ incident, who }: ToldIncident, reading: Reading): string {
  const [title, ...facts] = isCacheIncident(incident) ? cacheFacts(incident) : windowFacts(incident, reading);
  const lines = [
    `*${title}*`,
    [who, `${moment(incident.openedAt, reading)}, ${life(incident)}`].join(' · '),
    facts.join(' · '),
  ];
  return lines.join('\n');
}

function life({ openedAt, resolved }: Incident): string {
  return resolved === undefined ? 'still open' : `over after ${duration(resolved.at - openedAt)}`;
}

function cacheFacts(incident: Incident & { kind: 'cache_invalidation' | 'resume_reprocess' }): readonly string[] {
  const { clientVersion, model, cause, extraCostMicros } = incident.evidence;
  return [
    cacheWords(incident).title,
    clientVersion === undefined ? 'client version unknown' : `client ${escapeText(clientVersion)}`,
    escapeText(model),
    extraCostMicros === undefined ? 'cost unknown' : `${dollars(extraCostMicros)} lost at API prices`,
    ...(cause === undefined ? [] : [`cause: ${escapeText(cause)}`]),
  ];
}

function windowFacts(incident: WindowIncident, reading: Reading): readonly string[] {
  const { windowKind, scope, resetsAt } = incident.evidence;
  const name = escapeText(windowName(windowKind, scope), 30);
  const reset = `${resetsAt > reading.now ? 'resets' : 'was reset'} ${moment(resetsAt, reading)}`;
  switch (incident.kind) {
    case 'lock_out':
      return [`Locked out: ${name} quota used up`, reset];
    case 'window_threshold':
      return [`${incident.evidence.level}% of a ${name} quota used`, reset];
    case 'burn_rate':
      return [`A ${name} quota burned fast`, `${Math.round(incident.evidence.pointsPerHour)} points an hour`, reset];
  }
}
