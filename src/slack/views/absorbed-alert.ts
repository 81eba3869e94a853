import { cacheLoss } from '../../model/cache-loss.ts';
import { type DeveloperIncident, type FleetIncident, isCacheIncident } from '../../model/incident.ts';
import { type Handle, moreMenu } from './alert-controls.ts';
import type { Reading } from './alert-words.ts';
import { context, type Message, section } from './blocks.ts';
import { cacheCost, rewroteWords } from './cache-words.ts';
import { escapeText } from './escape-text.ts';
import { fleetTitle, partName, versionName } from './fleet-words.ts';
import { moment } from './format.ts';
import { lifeLine } from './life-words.ts';

/** An incident for which the fleet's speaks now. */
export interface AbsorbedView extends Reading {
  readonly handle: Handle;
  readonly incident: DeveloperIncident;
  readonly who: string | undefined;
  readonly fleet: FleetIncident;
  /** Id of the channel in which the fleet's alert stands. */
  readonly channel: string;
}

/** What becomes of a message when its incident turns out to be part of a regression: a pointer, with its own facts in one line. */
export function absorbedAlert({ incident, handle, who, fleet, channel, ...reading }: AbsorbedView): Message {
  const title = `Part of the ${versionName(fleet.evidence.clientVersion)} regression: ${partName(incident)}`;
  const owner = who === undefined ? [] : [who];
  const lines = [[`:link: *${title}*`, ...owner].join(' · '), ownFacts(incident, who === undefined)].filter(Boolean);
  const told = `“${fleetTitle(fleet.evidence)}” in <#${channel}> (${moment(fleet.openedAt, reading)}) tells what helps`;
  return {
    text: [title, ...owner].join(' · '),
    blocks: [
      section(lines.join('\n')),
      context([told, lifeLine(incident, reading)].join(' · ')),
      { type: 'actions', elements: [moreMenu(handle)] },
    ],
  };
}

function ownFacts(incident: DeveloperIncident, isOwner: boolean): string {
  if (!isCacheIncident(incident)) return '';
  const { evidence } = incident;
  const session = `session \`${escapeText(evidence.session.slice(0, 8))}\``;
  return [rewroteWords(cacheLoss(evidence)), cacheCost(incident, { isOwner }).words, session].join(' · ');
}
