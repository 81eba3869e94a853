import { nextStep } from '../incidents/next-step.ts';
import type { Incident } from '../model/incident.ts';
import type { QuotaWindow } from '../model/quota-window.ts';
import { DAY_MS, plus } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import type { Reading } from './views/alert-words.ts';
import { nextStepText } from './views/next-step.ts';

/** How long a client version's past says something of its present. */
const VERSIONS_MS = 7 * DAY_MS;

/** What the advice may be chosen by, and told with. */
interface Advised extends Reading {
  /** The developer's current windows; empty where the reader is not to hear of them. */
  readonly windows: readonly QuotaWindow[];
}

/** The one thing to do about an incident as windows and the team's client versions stand now; undefined when it is over, or there is nothing to do. */
export function nextStepFor(
  store: Pick<Store, 'versions'>,
  incident: Incident,
  { windows, now, zone }: Advised,
): string | undefined {
  if (incident.resolved) return undefined;
  const versions = store.versions.rates(plus(now, -VERSIONS_MS), now);
  return nextStepText(nextStep(incident, { windows, versions, now }), { now, zone });
}
