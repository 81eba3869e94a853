import {
  type BurnRateIncident,
  isOpen,
  type LockOutIncident,
  type ThresholdIncident,
  type WindowIncident,
} from '../../model/incident.ts';
import { windowName } from '../../model/quota-window.ts';
import type { EpochMs } from '../../model/time.ts';
import type { AlertWords, Reader, Reading } from './alert-words.ts';
import { escapeText } from './escape-text.ts';
import { duration, moment, plainMoment, points } from './format.ts';

/** The words of a quota window that is running out or used up; read by its owner alone. */
export function windowWords(incident: WindowIncident, reader: Reader): AlertWords {
  switch (incident.kind) {
    case 'lock_out':
      return lockOutWords(incident, reader);
    case 'window_threshold':
      return thresholdWords(incident, reader);
    case 'burn_rate':
      return burnRateWords(incident, reader);
  }
}

/** Leaves the longest titles, `Locked out until Fri 27 Nov 12:30 (… quota)` and `Reset: … quota runs out at Fri 27 Nov 12:30`, within 60 characters. */
const LONGEST_NAME = 18;

/** A window in a title: kinds and scopes are open-ended. */
export function quotaName(
  { windowKind, scope }: { windowKind: string; scope: string },
  longest = LONGEST_NAME,
): string {
  return escapeText(windowName(windowKind, scope), longest);
}

export function resets(resetsAt: EpochMs, reading: Reading): string {
  const left = resetsAt - reading.now;
  return `resets ${moment(resetsAt, reading)}${left > 0 ? ` (in ${duration(left)})` : ''}`;
}

function lockOutWords(incident: LockOutIncident, reader: Reader): AlertWords {
  const { at, resetsAt, source } = incident.evidence;
  const until = isOpen(incident) ? ` until ${plainMoment(resetsAt, reader)}` : '';
  const state = isOpen(incident) ? `is used up and ${resets(resetsAt, reader)}` : 'was used up';
  // No brackets within brackets.
  const name = quotaName(incident.evidence).replace(/[()]/g, '');
  return {
    title: `Locked out${until} (${name} quota)`,
    facts: [],
    why: `Claude Code was refused at ${moment(at, reader)}: this window ${state}.`,
    cost: undefined,
    footnote: [source === 'stop_failure' ? 'told by the client' : 'a refused request with the window at 99% or more'],
  };
}

function thresholdWords({ evidence }: ThresholdIncident, reader: Reader): AlertWords {
  const { level, usedPercent, resetsAt } = evidence;
  const left = Math.max(0, 100 - usedPercent);
  const used = level >= 100 ? 'used up' : `${Math.floor(usedPercent)}% used`;
  return {
    title: `Your ${quotaName(evidence)} quota is ${used}`,
    facts: [`${points(left)}% left`, resets(resetsAt, reader)],
    why: outlook(evidence, reader),
    cost: undefined,
    footnote: ['from the status line'],
  };
}

function outlook(
  { usedPercent, isPaceKnown, runsOutAt, resetsAt }: ThresholdIncident['evidence'],
  reading: Reading,
): string {
  if (usedPercent >= 100) return 'The next request may be refused until the window resets.';
  if (runsOutAt !== undefined) {
    return `At the present pace it is used up at ${moment(runsOutAt, reading)}, ${duration(resetsAt - runsOutAt)} before it resets.`;
  }
  return isPaceKnown
    ? 'At the present pace it lasts until the reset.'
    : 'Too little was read yet to tell how long it lasts.';
}

function burnRateWords({ evidence }: BurnRateIncident, reader: Reader): AlertWords {
  const { pointsPerHour, usualPointsPerHour, runsOutAt, resetsAt, usedPercent } = evidence;
  const usual =
    usualPointsPerHour === undefined
      ? 'too little history to know your usual pace'
      : `your usual pace: up to ${points(usualPointsPerHour)} points an hour`;
  return {
    title: `${capital(quotaName(evidence))} quota runs out at ${plainMoment(runsOutAt, reader)}`,
    facts: [`${points(Math.max(0, 100 - usedPercent))}% left`, resets(resetsAt, reader)],
    why:
      `At ${points(pointsPerHour)} points an hour it is used up at ${moment(runsOutAt, reader)}, ` +
      `${duration(resetsAt - runsOutAt)} before it resets.`,
    cost: undefined,
    footnote: [usual],
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
