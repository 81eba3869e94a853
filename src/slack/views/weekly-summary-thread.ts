import type { KnownBlock } from '@slack/types';
import type { Losses } from '../../incidents/losses.ts';
import {
  type CacheIncident,
  type DeveloperIncident,
  type FleetIncident,
  type Incident,
  isCacheIncident,
  isWindowIncident,
  type WindowIncident,
} from '../../model/incident.ts';
import { windowName } from '../../model/quota-window.ts';
import type { Week } from '../../summary/schedule.ts';
import type { Reading } from './alert-words.ts';
import { context, type Message, section } from './blocks.ts';
import { cacheCost, cacheTitle } from './cache-words.ts';
import { lossesCost } from './cost-words.ts';
import { escapeText } from './escape-text.ts';
import { fleetTitle } from './fleet-words.ts';
import { count, duration, moment, points } from './format.ts';
import { incidentWords } from './incident-words.ts';
import { weekName } from './weekly-words.ts';

/** An incident with whose it is, ready to show: escaped mrkdwn, or a pseudonym. */
export type ToldIncident =
  | { readonly incident: DeveloperIncident; readonly who: string; readonly isPseudonym?: boolean }
  | { readonly incident: FleetIncident; readonly who: string; readonly losses: Losses };

/** The worst incidents of a week. */
export interface ToldIncidents {
  /** Worst first, not empty. */
  readonly worst: readonly ToldIncident[];
  /** Incidents beyond these. */
  readonly more: number;
}

export interface WeeklyThread extends ToldIncidents {
  readonly week: Week;
}

/** What goes into the summary's thread: the worst incidents, one by one. */
export function weeklySummaryThread({ week, ...told }: WeeklyThread, reading: Reading): Message {
  const { worst, more } = told;
  const text = `${weekName(week)}: ${more > 0 ? `the worst ${worst.length} of ${count(worst.length + more, 'incident')}` : count(worst.length, 'incident')}`;
  return { text, blocks: [section(`*${text}*`), ...incidentBlocks(told, reading)] };
}

/** Incidents one by one, numbered, with what a reader must know to understand the names. */
export function incidentBlocks({ worst, more }: ToldIncidents, reading: Reading): readonly KnownBlock[] {
  const small = [
    ...(more > 0 ? [`and ${count(more, 'less serious one')}`] : []),
    ...(worst.some((told) => 'isPseudonym' in told && told.isPseudonym)
      ? ['Animals stand for people who are not named here: the same for a week, then others']
      : []),
  ];
  return [
    ...worst.map((told, index) => section(`*${index + 1}.* ${detail(told, reading)}`)),
    ...(small.length > 0 ? [context(small.join('\n'))] : []),
  ];
}

function detail(told: ToldIncident, reading: Reading): string {
  const { incident, who } = told;
  const [title, ...facts] = factsOf(told, reading);
  const lines = [
    `*${title}*`,
    [who, `${moment(incident.openedAt, reading)}, ${life(incident)}`, ...answers(incident)].join(' · '),
    facts.join(' · '),
  ];
  return lines.filter(Boolean).join('\n');
}

function life({ openedAt, resolved }: Incident): string {
  return resolved === undefined ? 'still open' : `over after ${duration(resolved.at - openedAt)}`;
}

function answers({ acknowledged, feedback }: Incident): readonly string[] {
  if (feedback?.is === 'planned') return ['planned'];
  return acknowledged ? ['acknowledged'] : [];
}

function factsOf(told: ToldIncident, reading: Reading): readonly string[] {
  if ('losses' in told) return [fleetTitle(told.incident.evidence), lossesCost(told.losses).words];
  const { incident } = told;
  if (isCacheIncident(incident)) return cacheFacts(incident);
  if (isWindowIncident(incident)) return windowFacts(incident, reading);
  const { title, cost } = incidentWords(incident, { ...reading, isOwner: false });
  return [title, ...(cost?.is === 'cost' ? [cost.words] : [])];
}

function cacheFacts(incident: CacheIncident): readonly string[] {
  const { clientVersion, model, cause } = incident.evidence;
  return [
    cacheTitle(incident),
    clientVersion === undefined ? 'client version unknown' : `client ${escapeText(clientVersion)}`,
    model === undefined ? 'model unknown' : escapeText(model),
    cacheCost(incident, { isOwner: false }).words,
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
      return [`A ${name} quota burned fast`, `${points(incident.evidence.pointsPerHour)} points an hour`, reset];
  }
}
