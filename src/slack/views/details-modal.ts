import type { KnownBlock, ModalView } from '@slack/types';
import type { Losses } from '../../incidents/losses.ts';
import {
  type CacheEvidence,
  type DeveloperIncident,
  type FleetIncident,
  type Incident,
  isCacheIncident,
} from '../../model/incident.ts';
import type { AlertWords, Reader } from './alert-words.ts';
import { code, context, section, sections } from './blocks.ts';
import { costLine } from './cost-words.ts';
import { type Deeds, deedLines } from './deed-words.ts';
import { factLines } from './details-facts.ts';
import { type FleetPart, fleetThread } from './fleet-thread.ts';
import { fleetWords } from './fleet-words.ts';
import { incidentWords } from './incident-words.ts';
import { emoji, lifeLine, prefix } from './life-words.ts';
import { eventBlocks, eventLines, type LifeEvent } from './timeline-reply.ts';
import { TURN_LEGEND, turnsText } from './turns-text.ts';
import { clientCountWords } from './turns-thread.ts';

interface Told extends Reader, Deeds {
  /** Oldest first. */
  readonly events: readonly LifeEvent[];
}

/** Everything about the incident of a developer. */
export interface DetailsView extends Told {
  readonly incident: DeveloperIncident;
  /** Whose it is, ready to show; undefined where its owner looks. */
  readonly who: string | undefined;
}

/** Everything about a regression. */
export interface FleetDetailsView extends Told {
  readonly incident: FleetIncident;
  /** Whom it hit, ready to show. */
  readonly who: string;
  readonly losses: Losses;
  readonly parts: readonly FleetPart[];
}

/** Turns that are shown; more than are kept. */
const MOST_TURNS = 20;

/** The modal behind Details: why, the turns or the numbers, what people did, and what happened when. */
export function detailsModal({ who, ...view }: DetailsView): ModalView {
  const { incident } = view;
  const frame = { words: incidentWords(incident, view), who };
  return modal(incident, {
    ...view,
    ...frame,
    evidence: isCacheIncident(incident) ? turnBlocks(incident.evidence, view) : [],
  });
}

export function fleetDetailsModal({ losses, parts, ...view }: FleetDetailsView): ModalView {
  const evidence = parts.length === 0 ? [] : fleetThread(parts, view).blocks;
  return modal(view.incident, { ...view, words: fleetWords(view.incident, losses), evidence });
}

interface Frame extends Told {
  readonly words: AlertWords;
  readonly who: string | undefined;
  readonly evidence: readonly KnownBlock[];
}

function modal(incident: Incident, { words, who, evidence, events, ...told }: Frame): ModalView {
  const title = [`${emoji(incident)} *${prefix(incident)}${words.title}*`, ...(who === undefined ? [] : [who])];
  const deeds = deedLines(incident, told);
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'Incident details' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [
      section(title.join(' · ')),
      section([words.why, ...costLine(words.cost)].join('\n')),
      ...evidence,
      ...sections(factLines(incident, told)),
      context([...words.footnote, lifeLine(incident, told)].join(' · ')),
      section(`*What people did*\n${deeds.length > 0 ? deeds.join('\n') : 'Nobody has acknowledged or judged it.'}`),
      section('*What happened*'),
      ...eventBlocks(eventLines(lifeOf(incident, events), { ...told, kind: incident.kind })),
    ],
  };
}

function turnBlocks(evidence: CacheEvidence, { zone }: Reader): readonly KnownBlock[] {
  const { turns, misses } = evidence;
  if (turns.length === 0) return [context('No turn is known: only the client’s own counter told of it.')];
  const shown = turns.slice(-MOST_TURNS);
  const newest = misses > shown.length ? ` The newest ${shown.length} of ${misses}.` : '';
  return [
    code(turnsText(shown, { zone })),
    context([`Times in ${zone}.${newest}`, TURN_LEGEND, ...clientCountWords(evidence)].join(' ')),
  ];
}

/** The whole life: messages tell its end to the channel alone, so a direct message's incident may have no event for it. */
function lifeOf({ openedAt, resolved }: Incident, events: readonly LifeEvent[]): readonly LifeEvent[] {
  const last = events.findLast(({ event }) => event === 'reopened' || event === 'resolved');
  const isEndTold = resolved === undefined || last?.event === 'resolved';
  const end: readonly LifeEvent[] = isEndTold ? [] : [{ at: resolved.at, event: 'resolved', detail: resolved.by }];
  return [{ at: openedAt, event: 'opened' }, ...events, ...end];
}
