import type { KnownBlock } from '@slack/types';
import { INCIDENT_KINDS, SEVERITIES } from '../../model/finding.ts';
import { type Incident, isOpen } from '../../model/incident.ts';
import { MINUTE_MS } from '../../model/time.ts';
import { type Handle, lineMenu } from './alert-controls.ts';
import type { Reading } from './alert-words.ts';
import { context, type Message, section } from './blocks.ts';
import { count, duration } from './format.ts';
import { incidentLine } from './incident-alert.ts';
import { KIND_NAMES } from './kind-names.ts';
import { lasts } from './life-words.ts';

/** One of the incidents that a digest tells. */
interface DigestPart {
  readonly handle: Handle;
  readonly incident: Incident;
  /** Whose it is, ready to show. */
  readonly who: string;
}

export interface DigestView extends Reading {
  /** At least one. */
  readonly parts: readonly DigestPart[];
  /** Whether some are called by an animal. */
  readonly hasPseudonyms: boolean;
}

/** Lines with a menu each; the rest is counted. Slack takes 50 blocks, and nobody reads more. */
const SHOWN = 12;

/** The one message of many incidents: how many, of which kind, the worst one by one with their state; rewritten in place as more come. */
export function digest({ parts, hasPseudonyms, ...reading }: DigestView): Message {
  const incidents = parts.map(({ incident }) => incident);
  const isOver = incidents.some(lasts) && !incidents.some(isStillOn);
  const title = `${isOver ? 'Over: ' : ''}${toldWords(incidents)}`;
  const shown = worstFirst(parts).slice(0, SHOWN);
  const kinds = INCIDENT_KINDS.filter((kind) => incidents.some((incident) => incident.kind === kind));
  return {
    text: title,
    blocks: [
      section(`${isOver ? ':white_check_mark:' : ':warning:'} *${title}*\n${WHY_ONE_MESSAGE}`),
      ...kinds.flatMap((kind) => [
        section(`*${KIND_NAMES[kind]}:* ${countWords(incidents.filter((incident) => incident.kind === kind))}`),
        ...shown.filter(({ incident }) => incident.kind === kind).map((part) => lineBlock(part, reading)),
      ]),
      context(footnote(parts.length, hasPseudonyms)),
    ],
  };
}

const WHY_ONE_MESSAGE = 'Too many for a message each: they are gathered here, and this message is kept up to date.';

/** Others were told by themselves before it became too much. */
function toldWords(incidents: readonly Incident[]): string {
  const times = incidents.map(({ openedAt }) => openedAt);
  const span = Math.max(...times) - Math.min(...times);
  const within = incidents.length === 1 ? '' : ` in ${duration(Math.max(span, MINUTE_MS))}`;
  return `${count(incidents.length, 'more alert')}${within}${stillOnWords(incidents)}`;
}

function countWords(incidents: readonly Incident[]): string {
  return `${incidents.length.toLocaleString('en-US')}${stillOnWords(incidents)}`;
}

function stillOnWords(incidents: readonly Incident[]): string {
  const on = incidents.filter(isStillOn).length;
  if (on === 0) return '';
  return incidents.length === 1 ? ', still open' : `, ${on.toLocaleString('en-US')} still open`;
}

function isStillOn(incident: Incident): boolean {
  return isOpen(incident) && lasts(incident);
}

function lineBlock({ incident, who, handle }: DigestPart, reading: Reading): KnownBlock {
  return { ...section(`${incidentLine({ incident, ...reading })} · ${who}`), accessory: lineMenu(incident, handle) };
}

/** What is still on first, then by how serious it is, the newest first. */
function worstFirst(parts: readonly DigestPart[]): readonly DigestPart[] {
  return parts.toSorted(
    ({ incident: one }, { incident: other }) =>
      Number(isStillOn(other)) - Number(isStillOn(one)) ||
      SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity) ||
      other.openedAt - one.openedAt,
  );
}

function footnote(all: number, hasPseudonyms: boolean): string {
  return [
    ...(all > SHOWN ? [`The ${SHOWN} worst of ${all.toLocaleString('en-US')} are listed.`] : []),
    'Your own are at `/quota incidents`.',
    ...(hasPseudonyms ? ['Animals stand for people who have not agreed to be named.'] : []),
  ].join(' ');
}
