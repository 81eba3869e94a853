import { cacheLoss } from '../../model/cache-loss.ts';
import { type DeveloperIncident, isCacheIncident } from '../../model/incident.ts';
import type { Reading } from './alert-words.ts';
import { context, type Message, section, sections } from './blocks.ts';
import { cacheTitle, rewroteWords } from './cache-words.ts';
import { extraDollars } from './cost-words.ts';
import { escapeText } from './escape-text.ts';
import { count, moment } from './format.ts';

/** One developer's part of a regression. */
export interface FleetPart {
  readonly incident: DeveloperIncident;
  /** Ready to show, as the channel may speak of them. */
  readonly who: string;
}

/** What one message tells of; more are counted. */
const SHOWN = 20;

/** What goes into the thread of a regression: whom it hit, when and how hard, one by one. */
export function fleetThread(parts: readonly FleetPart[], reading: Reading): Message {
  const told = `Part of it: ${count(parts.length, 'incident')}`;
  const lines = parts.slice(0, SHOWN).map((part) => `• ${partWords(part, reading)}`);
  const rest = parts.length > SHOWN ? [context(`and ${count(parts.length - SHOWN, 'more incident')}`)] : [];
  return { text: told, blocks: [section(`*${told}*`), ...sections(lines), ...rest] };
}

function partWords({ incident, who }: FleetPart, reading: Reading): string {
  const since = `${who}, ${moment(incident.openedAt, reading)}`;
  if (!isCacheIncident(incident)) return since;
  const { extraCostMicros, model } = incident.evidence;
  const what = incident.kind === 'resume_reprocess' ? cacheTitle(incident) : rewroteWords(cacheLoss(incident.evidence));
  const cost = extraCostMicros === undefined ? 'dollars unknown' : extraDollars(extraCostMicros);
  return [since, what, cost, model === undefined ? 'model unknown' : escapeText(model)].join(' · ');
}
