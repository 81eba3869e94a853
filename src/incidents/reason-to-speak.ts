import { atLeast, type IncidentKind, outranks, type Severity } from '../model/finding.ts';
import { type Incident, isFleetIncident, isOpen } from '../model/incident.ts';
import type { EpochMs } from '../model/time.ts';

/** Why something is said; messages, logs and tests use the same word. `answered`: somebody acknowledged, snoozed or judged it. */
export type Reason = 'opened' | 'grown' | 'escalated' | 'reopened' | 'resolved' | 'absorbed' | 'answered';

/** Who hears it: the alert channel, or the developer by direct message. */
export type Audience = 'channel' | 'developer';

/** What was last said, or is about to be said, of an incident to an audience. */
export interface LastNotice {
  readonly reason: Reason;
  readonly severity: Severity;
  readonly decidedAt: EpochMs;
}

/** What the whole channel should know of when it warns; the rest are personal facts. */
const OF_THE_CHANNEL: ReadonlySet<IncidentKind> = new Set([
  'cache_invalidation',
  'resume_reprocess',
  'cache_read_storm',
  'cost_inflation',
]);

/**
 * Who hears of an incident. Caches and costs concern the channel from `warning` on; personal facts go to the developer
 * alone. Where the channel may not name the developer, they hear it themselves too: nobody else could tell them.
 */
export function audiencesOf(incident: Incident, channel: { namesDeveloper: boolean }): readonly Audience[] {
  if (isFleetIncident(incident)) return ['channel'];
  if (incident.severity === 'recorded') return [];
  if (!OF_THE_CHANNEL.has(incident.kind) || !atLeast(incident.severity, 'warning')) return ['developer'];
  return channel.namesDeveloper ? ['channel'] : ['channel', 'developer'];
}

/**
 * Why this incident deserves a message or an edit now; undefined means stay quiet. What the fleet's incident speaks for
 * points to it once, if it was ever said, and then says nothing more.
 */
export function reasonToSpeak(incident: Incident, last: LastNotice | undefined): Reason | undefined {
  if (!isFleetIncident(incident) && incident.partOf !== undefined) {
    return last && last.reason !== 'absorbed' ? 'absorbed' : undefined;
  }
  if (!last) return isWorthOpening(incident) ? 'opened' : undefined;
  if (!isOpen(incident)) return last.reason === 'resolved' ? undefined : 'resolved';
  if (last.reason === 'resolved' || last.reason === 'absorbed') return incident.isLate ? undefined : 'reopened';
  if (outranks(incident.severity, last.severity)) return 'escalated';
  return 'grown';
}

/** Late data never alerts, and what turned out to be nothing is not worth a first word. */
function isWorthOpening({ isLate, resolved }: Incident): boolean {
  return !isLate && resolved?.by !== 'explained' && resolved?.by !== 'overtaken';
}
