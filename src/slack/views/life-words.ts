import { type Incident, isOpen, isWindowIncident, type Resolution } from '../../model/incident.ts';
import type { Reading } from './alert-words.ts';
import { deedWords } from './deed-words.ts';
import { duration, moment } from './format.ts';

/** Before a title. What a later message overtook is not over, and a window that was reset is not used up any more. */
export function prefix({ kind, resolved }: Incident): string {
  if (!resolved || resolved.by === 'overtaken') return '';
  return resolved.by === 'reset' && kind !== 'lock_out' ? 'Reset: ' : 'Over: ';
}

export function emoji(incident: Incident): string {
  if (incident.resolved?.by === 'overtaken') return ':arrow_right:';
  if (!isOpen(incident)) return ':white_check_mark:';
  if (incident.severity === 'critical') return ':rotating_light:';
  if (incident.severity === 'warning') return ':warning:';
  return isWindowIncident(incident) ? ':hourglass_flowing_sand:' : ':information_source:';
}

/** Since when, and how it ended. */
export function lifeLine({ resolved, ...incident }: Incident, reading: Reading): string {
  const since = `since ${moment(incident.openedAt, reading)}`;
  if (!resolved) return since;
  if (resolved.by === 'overtaken') return endingWords(incident.kind, resolved.by);
  const quiet = `quiet for ${duration(resolved.at - incident.lastEvidenceAt)}`;
  const how = resolved.by === 'quiet' ? quiet : endingWords(incident.kind, resolved.by);
  return `${since}, over at ${moment(resolved.at, reading)} after ${duration(resolved.at - incident.openedAt)}: ${how}`;
}

/** Why it is over: a `Resolution`, or what an older version called it. */
export function endingWords(kind: Incident['kind'], by: string | undefined): string {
  if (kind === 'fleet_regression' && by === 'healthy') return 'no worse than other versions any more';
  return ENDINGS.get(by ?? '') ?? 'nothing more happened';
}

const ENDINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    healthy: 'the cache works again',
    quiet: 'nothing more happened',
    overtaken: 'a later message says more',
    reset: 'the window was reset',
    open_again: 'a request went through',
    explained: 'later data explained it',
    heard: 'it speaks again',
  } satisfies Record<Resolution, string>),
);

/** For lists. */
export function stateWords(incident: Incident, reading: Reading): readonly string[] {
  return [...lifeWords(incident, reading), ...deedWords(incident)];
}

function lifeWords(incident: Incident, reading: Reading): readonly string[] {
  if (!lasts(incident) || incident.resolved?.by === 'overtaken') return [];
  return [incident.resolved ? `over at ${moment(incident.resolved.at, reading)}` : '*open*'];
}

/** What is over once it is seen waits for quiet only inside: that is our affair. */
export function lasts({ kind }: Pick<Incident, 'kind'>): boolean {
  return kind !== 'resume_reprocess' && kind !== 'prompt_spike';
}
