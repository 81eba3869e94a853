import {
  type BurnRateIncident,
  isOpen,
  type LockOutIncident,
  type ThresholdIncident,
  type WindowIncident,
} from '../../model/incident.ts';
import { windowName } from '../../model/quota-window.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS } from '../../model/time.ts';
import type { AlertWords, Reader, Reading } from './alert-words.ts';
import { escapeText } from './escape-text.ts';
import { count, duration, moment, plainMoment, points } from './format.ts';

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
    why: [`Claude Code was refused at ${moment(at, reader)}: this window ${state}.`, ...otherModels(incident)].join(
      ' ',
    ),
    cost: undefined,
    footnote: [source === 'stop_failure' ? 'told by the client' : 'a refused request with the window at 99% or more'],
  };
}

/** A limit of some models alone leaves the others. */
function otherModels(incident: LockOutIncident): readonly string[] {
  const { scope } = incident.evidence;
  if (scope === '' || !isOpen(incident)) return [];
  return [`It limits ${escapeText(scope, LONGEST_NAME)} alone: \`/model\` switches to another model meanwhile.`];
}

function thresholdWords(incident: ThresholdIncident, reader: Reader): AlertWords {
  const { evidence } = incident;
  const { level, usedPercent, resetsAt } = evidence;
  const left = Math.max(0, 100 - usedPercent);
  const used = level >= 100 ? 'used up' : `${Math.floor(usedPercent)}% used`;
  return {
    title: `Your ${quotaName(evidence)} quota is ${used}`,
    facts: [`${points(left)}% left`, resets(resetsAt, reader)],
    why: outlook(incident, reader),
    cost: undefined,
    footnote: ['from the status line'],
  };
}

function outlook(incident: ThresholdIncident, reading: Reading): string {
  const { usedPercent, isPaceKnown, runsOutAt } = incident.evidence;
  if (usedPercent >= 100) return beyond(incident, reading);
  if (runsOutAt !== undefined) return goneWords(incident, runsOutAt, reading);
  if (!isPaceKnown) return 'Too little was read yet to tell how long it lasts.';
  return isOpen(incident) ? 'At this pace it lasts until the reset.' : 'At that pace it would have lasted.';
}

/** What comes after the last percent. That it is paid nobody reports, so it is told as what it is: an inference. */
function beyond(incident: ThresholdIncident, reading: Reading): string {
  const { paidSince, windowKind } = incident.evidence;
  if (paidSince !== undefined) {
    return `A request went through at ${moment(paidSince, reading)} although nothing is left: *probably paid usage*, at API prices. No feed says so; it is inferred, and your account’s usage credits would show it.`;
  }
  if (!isOpen(incident)) return 'Nothing was left of it.';
  if (windowKind === 'spend_limit') return 'The next request may be refused until it resets.';
  return 'The next request may be refused until the window resets. Where your account has usage credits, it goes through and is paid at API prices.';
}

/** When it is used up, and how much too early; what did not come so is told as what would have been. */
function goneWords(incident: ThresholdIncident | BurnRateIncident, at: EpochMs, reading: Reading): string {
  const { resetsAt } = incident.evidence;
  const isComing = isOpen(incident) && at > reading.now;
  const [gone, resets] = isComing
    ? ['At this pace it is gone', 'it resets']
    : ['At that pace it would have been gone', 'its reset'];
  return `${gone} at ${moment(at, reading)}, ${earlier(resetsAt - at)} before ${resets}.`;
}

/** Minutes are easier to grasp than an hour and some. */
function earlier(ms: number): string {
  return ms < 2 * HOUR_MS ? count(Math.max(1, Math.round(ms / MINUTE_MS)), 'minute') : duration(ms);
}

function burnRateWords(incident: BurnRateIncident, reader: Reader): AlertWords {
  const { evidence } = incident;
  const { pointsPerHour, usualPointsPerHour, runsOutAt, resetsAt, usedPercent } = evidence;
  const usual =
    usualPointsPerHour === undefined
      ? 'too little history to know your usual pace'
      : `your usual pace: up to ${points(usualPointsPerHour)} points an hour`;
  return {
    title: `${capital(quotaName(evidence))} quota runs out at ${plainMoment(runsOutAt, reader)}`,
    facts: [`${points(Math.max(0, 100 - usedPercent))}% left`, resets(resetsAt, reader)],
    why: goneWords(incident, runsOutAt, reader),
    cost: undefined,
    footnote: [`${points(pointsPerHour)} points an hour; ${usual}`],
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
