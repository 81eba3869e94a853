import { cacheLoss } from '../model/cache-loss.ts';
import { INCIDENT_KINDS, SEVERITIES } from '../model/finding.ts';
import { type Incident, isCacheIncident, isFleetIncident } from '../model/incident.ts';

/** Each trouble counts once: not what turned out to be nothing, nor what somebody called a false alarm. */
export function isWorthTelling(incident: Incident): boolean {
  return wasTold(incident) && incident.feedback?.is !== 'false_alarm';
}

/** What would count, had nobody called it a false alarm. */
export function isFalseAlarm(incident: Incident): boolean {
  return wasTold(incident) && incident.feedback?.is === 'false_alarm';
}

/** Not what turned out to be lawful, nor what a more serious incident of the same window tells. */
function wasTold({ severity, resolved }: Incident): boolean {
  return severity !== 'recorded' && resolved?.by !== 'explained' && resolved?.by !== 'overtaken';
}

/** Not what an incident of the fleet speaks for. */
export function isOwnTrouble(incident: Incident): boolean {
  return isFleetIncident(incident) || incident.partOf === undefined;
}

/** The incidents that the summary counts, the worst first: a regression before all else. */
export function worstFirst<I extends { readonly incident: Incident }>(told: readonly I[]): readonly I[] {
  return told
    .filter(({ incident }) => isWorthTelling(incident) && isOwnTrouble(incident))
    .toSorted(({ incident: one }, { incident: other }) => {
      return (
        Number(isFleetIncident(other)) - Number(isFleetIncident(one)) ||
        SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity) ||
        INCIDENT_KINDS.indexOf(one.kind) - INCIDENT_KINDS.indexOf(other.kind) ||
        rewrittenIn(other) - rewrittenIn(one) ||
        one.openedAt - other.openedAt
      );
    });
}

function rewrittenIn(incident: Incident): number {
  return isCacheIncident(incident) ? cacheLoss(incident.evidence).rewrittenTokens : 0;
}
