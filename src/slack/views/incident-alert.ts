import type { Losses } from '../../incidents/losses.ts';
import { type DeveloperIncident, type FleetIncident, type Incident, isOpen } from '../../model/incident.ts';
import { alertControls, type Handle } from './alert-controls.ts';
import type { AlertWords, Reader, Reading } from './alert-words.ts';
import { context, type Message, section } from './blocks.ts';
import { costLine } from './cost-words.ts';
import { type Deeds, deedLines } from './deed-words.ts';
import { fleetWords } from './fleet-words.ts';
import { moment } from './format.ts';
import { incidentWords, titleOf } from './incident-words.ts';
import { emoji, lifeLine, prefix, stateWords } from './life-words.ts';

/** What people may do about an incident, and did. */
interface Answerable extends Deeds {
  /** What the controls act on. */
  readonly handle: Handle;
}

/** The incident of a developer as it stands, for one audience. */
export interface AlertView extends Reading, Answerable {
  readonly incident: DeveloperIncident;
  /** Whose it is, ready to show: a mention, an escaped name, "A developer"; undefined where its owner reads it alone. */
  readonly who: string | undefined;
  /** The one thing to do while it is open; undefined when there is nothing to do. */
  readonly next?: string | undefined;
}

/** The incident of the fleet as it stands. */
export interface FleetAlertView extends Reading, Answerable {
  readonly incident: FleetIncident;
  /** Whom it hit, ready to show: "Ada and 2 other developers". */
  readonly who: string;
  /** Of the incidents that it speaks for. */
  readonly losses: Losses;
  readonly next?: string | undefined;
}

/** The one message of an incident: what, who, why, what it cost and what to do; rewritten in place as it grows, and when it is over. */
export function incidentAlert(view: AlertView): Message {
  const isOwner = view.who === undefined;
  return alertMessage(incidentWords(view.incident, { ...view, isOwner }), { ...view, isOwner });
}

/** The one message of a client version that breaks the caches of a team. */
export function fleetAlert({ losses, ...view }: FleetAlertView): Message {
  return alertMessage(fleetWords(view.incident, losses), { ...view, isOwner: false });
}

interface Frame extends Reader, Answerable {
  readonly incident: Incident;
  readonly who: string | undefined;
  readonly next?: string | undefined;
}

function alertMessage(words: AlertWords, { incident, who, next, handle, ...deeds }: Frame): Message {
  const owner = who === undefined ? [] : [who];
  const title = `${prefix(incident)}${words.title}`;
  const lead = [[`${emoji(incident)} *${title}*`, ...owner].join(' · '), words.facts.join(' · ')].filter(Boolean);
  const step = isOpen(incident) && next !== undefined ? [section(`*Next:* ${next}`)] : [];
  const done = deedLines(incident, deeds);
  return {
    text: [title, ...owner].join(' · '),
    blocks: [
      section(lead.join('\n')),
      section([words.why, ...costLine(words.cost)].join('\n')),
      ...step,
      context([...words.footnote, lifeLine(incident, deeds)].join(' · ')),
      ...(done.length > 0 ? [context(done.join('\n'))] : []),
      alertControls(incident, handle),
    ],
  };
}

/** One line for lists: what happened and when. */
export function incidentLine({ incident, ...reading }: Reading & { incident: Incident }): string {
  const state = isPart(incident) ? ['part of a client’s regression'] : stateWords(incident, reading);
  return [`${emoji(incident)} ${moment(incident.openedAt, reading)}`, titleOf(incident, reading), ...state].join(' · ');
}

function isPart(incident: Incident): boolean {
  return incident.developer !== undefined && incident.partOf !== undefined;
}
