import { losses } from '../incidents/losses.ts';
import { INCIDENT_KINDS, type IncidentKind } from '../model/finding.ts';
import { type Incident, isFleetIncident } from '../model/incident.ts';
import { isOfDeveloper, peopleOf } from './people.ts';
import { isOwnTrouble } from './worth-telling.ts';

/** What the week was about: its most telling kind of incident; `quiet` without incidents, `silent` without any data. */
export type Headline =
  | { readonly is: 'silent' | 'quiet' }
  | {
      readonly is: 'incidents';
      readonly kind: IncidentKind;
      readonly incidents: number;
      readonly people: number;
      readonly rewrittenTokens: number;
      /** Of regressions alone. */
      readonly clientVersions: readonly string[];
    };

/** Of the incidents that are worth telling, `told`: a regression speaks for those that are part of it. */
export function headline(told: readonly Incident[], requests: number): Headline {
  const own = told.filter(isOwnTrouble);
  const kind = INCIDENT_KINDS.find((candidate) => own.some((incident) => incident.kind === candidate));
  if (kind === undefined) return { is: requests === 0 ? 'silent' : 'quiet' };
  const ofKind = own.filter((incident) => incident.kind === kind);
  const fleets = ofKind.filter(isFleetIncident);
  const lossy = fleets.length > 0 ? told.filter((incident) => !isOwnTrouble(incident)) : ofKind;
  return {
    is: 'incidents',
    kind,
    incidents: ofKind.length,
    people: peopleOf(ofKind).size,
    rewrittenTokens: losses(lossy.filter(isOfDeveloper)).rewrittenTokens,
    clientVersions: [...new Set(fleets.map(({ evidence }) => evidence.clientVersion))],
  };
}
