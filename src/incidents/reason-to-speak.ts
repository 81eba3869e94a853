import { atLeast, outranks, type Severity } from '../model/finding.ts';
import { type Incident, isCacheIncident, isOpen } from '../model/incident.ts';
import type { EpochMs } from '../model/time.ts';

/** Why something is said; messages, logs and tests use the same word. */
export type Reason = 'opened' | 'grown' | 'escalated' | 'reopened' | 'resolved';

/** Who hears it: the alert channel, or the developer by direct message. */
export type Audience = 'channel' | 'developer';

/** What was last said, or is about to be said, of an incident to an audience. */
export interface LastNotice {
  readonly reason: Reason;
  readonly severity: Severity;
  readonly decidedAt: EpochMs;
}

/**
 * Who hears of an incident. Caches concern the channel from `warning` on; personal facts go to the developer alone.
 * Where the channel may not name the developer, they hear it themselves too: nobody else could tell them.
 */
export function audiencesOf(incident: Incident, channel: { namesDeveloper: boolean }): readonly Audience[] {
  if (incident.severity === 'recorded') return [];
  if (!isCacheIncident(incident) || !atLeast(incident.severity, 'warning')) return ['developer'];
  return channel.namesDeveloper ? ['channel'] : ['channel', 'developer'];
}

/** Why this incident deserves a message or an edit now; undefined means stay quiet. */
export function reasonToSpeak(incident: Incident, last: LastNotice | undefined): Reason | undefined {
  if (!last) return isWorthOpening(incident) ? 'opened' : undefined;
  if (!isOpen(incident)) return last.reason === 'resolved' ? undefined : 'resolved';
  if (last.reason === 'resolved') return incident.isLate ? undefined : 'reopened';
  if (outranks(incident.severity, last.severity)) return 'escalated';
  return 'grown';
}

/** Late data never alerts, and what turned out to be nothing is not worth a first word. */
function isWorthOpening({ isLate, resolved }: Incident): boolean {
  return !isLate && resolved?.by !== 'explained' && resolved?.by !== 'overtaken';
}
