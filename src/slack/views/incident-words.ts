import {
  type DeveloperIncident,
  type Incident,
  isCacheIncident,
  isFleetIncident,
  isWindowIncident,
} from '../../model/incident.ts';
import type { AlertWords, Reader, Reading } from './alert-words.ts';
import { cacheWords } from './cache-words.ts';
import { fleetTitle } from './fleet-words.ts';
import { count } from './format.ts';
import { usageWords } from './usage-words.ts';
import { windowWords } from './window-words.ts';

/** What an alert says of one developer's incident. */
export function incidentWords(incident: DeveloperIncident, reader: Reader): AlertWords {
  if (isCacheIncident(incident)) return cacheWords(incident, reader);
  return isWindowIncident(incident) ? windowWords(incident, reader) : usageWords(incident, reader);
}

/** The first line where it stands alone: in a list, nobody is named beside it. */
export function titleOf(incident: Incident, reading: Reading): string {
  if (!isFleetIncident(incident)) return incidentWords(incident, { ...reading, isOwner: true }).title;
  return `${fleetTitle(incident.evidence)}, ${count(incident.evidence.developers.length, 'person', 'people')}`;
}
