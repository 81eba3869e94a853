import { type Incident, isOpen, isWindowIncident, type Resolution } from '../../model/incident.ts';
import type { Reading } from './alert-words.ts';
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
  if (resolved.by === 'overtaken') return 'a later message says more';
  const quiet = `quiet for ${duration(resolved.at - incident.lastEvidenceAt)}`;
  const how = resolved.by === 'quiet' ? quiet : endingsOf(incident.kind)[resolved.by];
  return `${since}, over at ${moment(resolved.at, reading)} after ${duration(resolved.at - incident.openedAt)}: ${how}`;
}

function endingsOf(kind: Incident['kind']): typeof ENDINGS {
  return kind === 'fleet_regression' ? { ...ENDINGS, healthy: 'no worse than other versions any more' } : ENDINGS;
}

const ENDINGS: Readonly<Record<Exclude<Resolution, 'quiet' | 'overtaken'>, string>> = {
  healthy: 'the cache works again',
  reset: 'the window was reset',
  open_again: 'a request went through',
  explained: 'later data explained it',
  heard: 'it speaks again',
};

/** For lists. What is over once it is seen waits for quiet only inside: that is our affair. */
export function stateWords({ kind, resolved }: Incident, reading: Reading): readonly string[] {
  if (kind === 'resume_reprocess' || kind === 'prompt_spike' || resolved?.by === 'overtaken') return [];
  return [resolved ? `over at ${moment(resolved.at, reading)}` : '*open*'];
}
