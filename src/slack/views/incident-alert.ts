import type { Losses } from '../../incidents/losses.ts';
import { type DeveloperIncident, type FleetIncident, type Incident, isOpen } from '../../model/incident.ts';
import type { AlertWords, CostWords, Reading } from './alert-words.ts';
import { context, type Message, section } from './blocks.ts';
import { fleetWords } from './fleet-words.ts';
import { moment } from './format.ts';
import { incidentWords, titleOf } from './incident-words.ts';
import { emoji, lifeLine, prefix, stateWords } from './life-words.ts';

/** The incident of a developer as it stands, for one audience. */
export interface AlertView extends Reading {
  readonly incident: DeveloperIncident;
  /** Whose it is, ready to show: a mention, an escaped name, "A developer"; undefined where its owner reads it alone. */
  readonly who: string | undefined;
  /** The one thing to do while it is open; undefined when there is nothing to do. */
  readonly next?: string | undefined;
}

/** The incident of the fleet as it stands. */
export interface FleetAlertView extends Reading {
  readonly incident: FleetIncident;
  /** Whom it hit, ready to show: "Ada and 2 other developers". */
  readonly who: string;
  /** Of the incidents that it speaks for. */
  readonly losses: Losses;
  readonly next?: string | undefined;
}

/** The one message of an incident: what, who, why, what it cost and what to do; rewritten in place as it grows, and when it is over. */
export function incidentAlert({ incident, who, next, ...reading }: AlertView): Message {
  const words = incidentWords(incident, { ...reading, isOwner: who === undefined });
  return alertMessage(words, { incident, who, next, ...reading });
}

/** The one message of a client version that breaks the caches of a team. */
export function fleetAlert({ incident, losses, ...view }: FleetAlertView): Message {
  return alertMessage(fleetWords(incident, losses), { incident, ...view });
}

const COSTS: Readonly<Record<CostWords['is'], string>> = {
  cost: 'Cost',
  at_stake: 'At stake',
  not_known: 'Not known meanwhile',
};

interface Frame extends Reading {
  readonly incident: Incident;
  readonly who: string | undefined;
  readonly next?: string | undefined;
}

function alertMessage(words: AlertWords, { incident, who, next, ...reading }: Frame): Message {
  const owner = who === undefined ? [] : [who];
  const title = `${prefix(incident)}${words.title}`;
  const lead = [[`${emoji(incident)} *${title}*`, ...owner].join(' · '), words.facts.join(' · ')].filter(Boolean);
  const cost = words.cost ? [`*${COSTS[words.cost.is]}:* ${words.cost.words}`] : [];
  const step = isOpen(incident) && next !== undefined ? [section(`*Next:* ${next}`)] : [];
  return {
    text: [title, ...owner].join(' · '),
    blocks: [
      section(lead.join('\n')),
      section([words.why, ...cost].join('\n')),
      ...step,
      context([...words.footnote, lifeLine(incident, reading)].join(' · ')),
    ],
  };
}

/** What goes into the thread of a lock-out that is over: an edit alone would notify nobody. */
export function openAgainReply({ resolved }: Pick<Incident, 'resolved'>): Message {
  const how = resolved?.by === 'reset' ? 'The window was reset' : 'A request went through';
  const text = `:white_check_mark: Open again. ${how}: you can go on.`;
  return { text, blocks: [section(text)] };
}

/** One line for lists: what happened and when. */
export function incidentLine({ incident, ...reading }: Reading & { incident: Incident }): string {
  const state = isPart(incident) ? ['part of a client’s regression'] : stateWords(incident, reading);
  return [`${emoji(incident)} ${moment(incident.openedAt, reading)}`, titleOf(incident, reading), ...state].join(' · ');
}

function isPart(incident: Incident): boolean {
  return incident.developer !== undefined && incident.partOf !== undefined;
}
