import {
  type BurnRateIncident,
  isOpen,
  type LockOutIncident,
  type ThresholdIncident,
  type WindowIncident,
} from '../../model/incident.ts';
import { windowName } from '../../model/quota-window.ts';
import type { AlertWords, Reading } from './alert-words.ts';
import { escapeText } from './escape-text.ts';
import { duration, moment, plainMoment } from './format.ts';

/** The words of a quota window that is running out or used up; read by its owner alone. */
export function windowWords(incident: WindowIncident, reading: Reading): AlertWords {
  switch (incident.kind) {
    case 'lock_out':
      return lockOutWords(incident, reading);
    case 'window_threshold':
      return thresholdWords(incident, reading);
    case 'burn_rate':
      return burnRateWords(incident, reading);
  }
}

/** Leaves the longest titles, `Locked out until Fri 27 Nov 12:30 (… quota)` and `Reset: … quota runs out at Fri 27 Nov 12:30`, within 60 characters. */
const LONGEST_NAME = 18;

function nameOf({ evidence }: WindowIncident): string {
  return escapeText(windowName(evidence.windowKind, evidence.scope), LONGEST_NAME);
}

function resets({ evidence }: WindowIncident, reading: Reading): string {
  const left = evidence.resetsAt - reading.now;
  return `resets ${moment(evidence.resetsAt, reading)}${left > 0 ? ` (in ${duration(left)})` : ''}`;
}

function lockOutWords(incident: LockOutIncident, reading: Reading): AlertWords {
  const { at, resetsAt, source } = incident.evidence;
  const until = isOpen(incident) ? ` until ${plainMoment(resetsAt, reading)}` : '';
  const state = isOpen(incident) ? `is used up and ${resets(incident, reading)}` : 'was used up';
  // No brackets within brackets.
  const name = nameOf(incident).replace(/[()]/g, '');
  return {
    title: `Locked out${until} (${name} quota)`,
    facts: [],
    why: `Claude Code was refused at ${moment(at, reading)}: this window ${state}.`,
    next: 'I will say when it is open again.',
    footnote: [source === 'stop_failure' ? 'told by the client' : 'a refused request with the window at 99% or more'],
  };
}

function thresholdWords(incident: ThresholdIncident, reading: Reading): AlertWords {
  const { level, usedPercent, runsOutAt } = incident.evidence;
  const left = Math.max(0, 100 - usedPercent);
  const used = level >= 100 ? 'used up' : `${Math.floor(usedPercent)}% used`;
  return {
    title: `Your ${nameOf(incident)} quota is ${used}`,
    facts: [`${round(left)}% left`, resets(incident, reading)],
    why: outlook(incident, reading),
    next:
      runsOutAt === undefined
        ? undefined
        : 'Finish what matters first; `/compact` or a fresh session makes each turn cheaper.',
    footnote: ['from the status line'],
  };
}

function outlook({ evidence }: ThresholdIncident, reading: Reading): string {
  const { usedPercent, isPaceKnown, runsOutAt, resetsAt } = evidence;
  if (usedPercent >= 100) return 'The next request may be refused until the window resets.';
  if (runsOutAt !== undefined) {
    return `At the present pace it is used up at ${moment(runsOutAt, reading)}, ${duration(resetsAt - runsOutAt)} before it resets.`;
  }
  return isPaceKnown
    ? 'At the present pace it lasts until the reset.'
    : 'Too little was read yet to tell how long it lasts.';
}

function burnRateWords(incident: BurnRateIncident, reading: Reading): AlertWords {
  const { pointsPerHour, usualPointsPerHour, runsOutAt, resetsAt, usedPercent } = incident.evidence;
  const usual =
    usualPointsPerHour === undefined
      ? 'too little history to know your usual pace'
      : `your usual pace: up to ${round(usualPointsPerHour)} points an hour`;
  return {
    title: `${capital(nameOf(incident))} quota runs out at ${plainMoment(runsOutAt, reading)}`,
    facts: [`${round(Math.max(0, 100 - usedPercent))}% left`, resets(incident, reading)],
    why:
      `At ${round(pointsPerHour)} points an hour it is used up at ${moment(runsOutAt, reading)}, ` +
      `${duration(resetsAt - runsOutAt)} before it resets.`,
    next: 'Look for work in the background: parallel agents, a loop, or a forgotten session. `/quota` shows how it goes on.',
    footnote: [usual],
  };
}

function round(value: number): string {
  return String(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
