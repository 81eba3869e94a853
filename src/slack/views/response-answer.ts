import type { Feedback, Incident } from '../../model/incident.ts';
import type { EpochMs } from '../../model/time.ts';
import type { SnoozeOption } from './alert-controls.ts';
import type { Reading } from './alert-words.ts';
import { type Message, section } from './blocks.ts';
import type { Deeds } from './deed-words.ts';
import { moment } from './format.ts';

/** What somebody wants with an incident. */
export type Response = 'acknowledge' | Feedback | { readonly snooze: SnoozeOption };

/** Why a click led nowhere, whatever it wanted. */
export type Refusal = 'sample' | 'gone' | 'not_allowed';

/** Why a click changed nothing. `over`: what is resolved wins over a late click; `already`: it was like that. */
export interface UnchangedView extends Reading, Pick<Deeds, 'nameOf'> {
  readonly is: 'over' | 'already';
  readonly response: Response;
  /** As it stands. */
  readonly incident: Incident;
  /** When a snooze that was set already ends. */
  readonly until?: EpochMs | undefined;
}

const REFUSALS: Readonly<Record<Refusal, string>> = {
  sample: 'This works. The alert is a sample, so there is nothing behind it.',
  gone: 'Nothing is known of this incident any more: its data was deleted.',
  not_allowed:
    'Only the developer whose alert this is, and admins, can do that. Your own alerts are at `/quota incidents`.',
};

/** Tells whoever clicked, and nobody else, why nothing came of it. */
export function refusalAnswer(refusal: Refusal): Message {
  return said(REFUSALS[refusal]);
}

/** Tells whoever clicked, and nobody else, why the message stays as it is. */
export function unchangedAnswer(view: UnchangedView): Message {
  return said(view.is === 'over' ? overWords(view) : alreadyWords(view));
}

function overWords({ incident: { resolved }, ...reading }: UnchangedView): string {
  return `This is over${resolved ? ` since ${moment(resolved.at, reading)}` : ''}: nothing is left to do.`;
}

function alreadyWords({ response, incident, until, nameOf, ...reading }: UnchangedView): string {
  if (typeof response === 'object') {
    return `This kind is snoozed already${until === undefined ? '' : `, until ${moment(until, reading)}`}.`;
  }
  const deed = response === 'acknowledge' ? incident.acknowledged : incident.feedback;
  return `This was ${DONE[response]} already${deed ? `, by ${nameOf(deed.by)} at ${moment(deed.at, reading)}` : ''}.`;
}

const DONE: Readonly<Record<Exclude<Response, object>, string>> = {
  acknowledge: 'acknowledged',
  planned: 'marked as planned',
  false_alarm: 'marked as a false alarm',
};

function said(text: string): Message {
  return { text, blocks: [section(text)] };
}
