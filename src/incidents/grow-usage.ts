import { type Finding, outranks } from '../model/finding.ts';
import { isOpen, type UsageIncident } from '../model/incident.ts';
import { MINUTE_MS } from '../model/time.ts';

/** How a usage incident goes on; `noted` is nothing that anybody needs to be told. */
interface Grown {
  readonly is: 'changed' | 'noted';
  readonly incident: UsageIncident;
}

/** Growth by less than this share is the same news. */
const WORTH_TELLING = 1.1;
/** That it goes on is written down no more often. */
const NOTE_EVERY_MS = MINUTE_MS;

/** The incident with the worst that was seen of it; undefined when the finding adds nothing worth writing down. */
export function growUsage(incident: UsageIncident, finding: Finding): Grown | undefined {
  if (finding.kind !== incident.kind) return undefined;
  // Kind and evidence come from one finding, so they belong together.
  const grown = { ...incident, evidence: finding, severity: finding.severity } as UsageIncident;
  if (!isOpen(incident)) return { is: 'changed', incident: grown };
  if (outranks(finding.severity, incident.severity)) return { is: 'changed', incident: grown };
  if (sizeOf(finding) > WORTH_TELLING * sizeOf(incident.evidence)) return { is: 'changed', incident: grown };
  return finding.at - incident.lastEvidenceAt >= NOTE_EVERY_MS ? { is: 'noted', incident } : undefined;
}

/** The number that tells how bad it is, each kind in its own unit; 0 for what does not grow. */
function sizeOf(finding: Finding): number {
  switch (finding.kind) {
    case 'cache_read_storm':
      return finding.readTokens;
    case 'cost_inflation':
      return finding.costPerPromptMicros;
    case 'prompt_spike':
      return finding.took.points;
    case 'runaway':
      return finding.rule === 'points' ? (finding.took?.points ?? 0) : finding.sessions;
    default:
      return 0;
  }
}
