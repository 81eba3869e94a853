import type { DataSilence } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';

/** How many people each feed was missing of. */
export interface SilentFeeds {
  readonly statusLine: number;
  readonly telemetry: number;
}

/** Whose feeds were missing: what they used, or had left, is not in the numbers. */
export function silentFeeds(incidents: readonly Incident[]): SilentFeeds {
  return { statusLine: peopleWithout('status_line'), telemetry: peopleWithout('telemetry') };

  function peopleWithout(feed: DataSilence['feed']): number {
    const silent = incidents.filter((incident) => incident.kind === 'data_silence' && incident.evidence.feed === feed);
    return new Set(silent.map(({ developer }) => developer)).size;
  }
}
