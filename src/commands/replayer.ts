import { logItems } from '../collector/otlp/log-items.ts';
import { metricItems } from '../collector/otlp/metric-items.ts';
import type { Parsed } from '../collector/parsed.ts';
import { Problem } from '../collector/problem.ts';
import { record } from '../collector/record.ts';
import { usageItems } from '../collector/usage-items.ts';
import type { Arrival, Format, Send } from '../evaluation/arrivals.ts';
import type { Episode } from '../evaluation/episode.ts';
import type { Recorded } from '../evaluation/recording.ts';
import { createDetect } from '../jobs/detect.ts';
import { atLeast } from '../model/finding.ts';
import type { DeveloperId, IncidentId } from '../model/ids.ts';
import { type FleetIncident, isFleetIncident } from '../model/incident.ts';
import { DAY_MS, type EpochMs, epochMs, plus, SECOND_MS } from '../model/time.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import { openStore } from '../store/store.ts';
import { UnusableInput } from './read-input.ts';

/** What became of sessions that were replayed together. */
export interface Replayed {
  readonly requests: number;
  /** Of each session by itself, oldest first. */
  readonly episodes: ReadonlyMap<Recorded, readonly Episode[]>;
}

/** The live program looks for what time has resolved this often. */
const SWEEP_EVERY_MS = 5 * SECOND_MS;
/** After the last request: longer than any incident stays open by itself, so that none is looked at for ever. */
const AFTERWARDS_MS = 8 * DAY_MS;
/** More incidents than one session ever has. */
const ALL = 10_000;

const FORMATS: Readonly<Record<Format, (body: unknown) => Parsed>> = {
  usage: usageItems,
  logs: logItems,
  metrics: metricItems,
};

/**
 * Replays sessions through the real path, each body received, stored and judged at its own time: parser, record,
 * SQLite, detectors, incidents. All share one temporary database that spills to disk, so memory does not grow with what was replayed.
 */
export function createReplayer(send: Send) {
  const store = openStore('', epochMs(0));

  return {
    /** Replays a group of sessions in the order of time, each as a developer; sessions that are replayed alone know nothing of each other. */
    replay: (group: readonly Recorded[]): Replayed => store.together(() => replayGroup(group)),
    /** Runs several replays in one transaction: a commit costs as much as a hundred requests, whatever it commits. */
    together: store.together,
    /** What the sessions replayed so far showed as one team. */
    fleetIncidents: (): readonly FleetIncident[] =>
      store.incidents
        .openedBetween(epochMs(0), epochMs(Number.MAX_SAFE_INTEGER))
        .map(({ incident }) => incident)
        .filter(isFleetIncident),
    close: () => store.close(),
  };

  function replayGroup(group: readonly Recorded[]): Replayed {
    const firstAt = epochMs(Math.min(...group.map(({ startedAt }) => startedAt)));
    const players = group.map((recorded) => ({ recorded, developer: developerOf(recorded, firstAt) }));
    const alerts = new Map<IncidentId, NonNullable<Episode['alert']>>();
    const { detect, sweep } = createDetect({ store, mayName: () => false, onIncident: noteAlert, onFailure });
    let sweptAt = firstAt;
    let now = firstAt;
    let requests = 0;
    for (const { arrival, developer } of timeline(players)) {
      now = arrival.at;
      if (now - sweptAt >= SWEEP_EVERY_MS) {
        sweep(now);
        sweptAt = now;
      }
      requests += take(arrival, developer);
      while (detect(now));
    }
    sweep(plus(now, AFTERWARDS_MS));
    return { requests, episodes: new Map(players.map(({ recorded, developer }) => [recorded, episodesOf(developer)])) };

    /** The first state of an incident that is worth a word. */
    function noteAlert({ id, incident }: StoredIncident) {
      if (isFleetIncident(incident) || alerts.has(id) || !atLeast(incident.severity, 'info')) return;
      alerts.set(id, { at: now, incident });
    }

    function episodesOf(developer: DeveloperId): readonly Episode[] {
      const stored = store.incidents.recentOf(developer, epochMs(0), ALL).toReversed();
      return stored.map(({ id, incident }) => ({ incident, alert: alerts.get(id) }));
    }
  }

  function developerOf({ session }: Recorded, now: EpochMs): DeveloperId {
    return store.developers.forEmail(`${session}@example.com`, { now });
  }

  /** Stores what a body tells; how many requests. */
  function take(arrival: Arrival, developer: DeveloperId): number {
    const { at, format } = arrival;
    const { items } = parsed(arrival);
    const feed = format === 'usage' ? 'webhook' : 'telemetry';
    record(store, { owner: { of: 'developer', developer }, feed, items, receivedAt: at });
    let requests = 0;
    for (const { fact } of items) if (fact.is === 'request') requests++;
    return requests;
  }

  function timeline(players: readonly Player[]): readonly { arrival: Arrival; developer: DeveloperId }[] {
    const all = players.flatMap(({ recorded, developer }) => send(recorded).map((arrival) => ({ arrival, developer })));
    return all.toSorted((a, b) => a.arrival.at - b.arrival.at);
  }
}

interface Player {
  readonly recorded: Recorded;
  readonly developer: DeveloperId;
}

/** Throws `UnusableInput` for what the collector would refuse. */
function parsed({ format, body }: Arrival): Parsed {
  try {
    return FORMATS[format](body);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new UnusableInput(`A recorded request would be refused: ${error.problems[0] ?? error.message}`);
  }
}

/** What cannot be judged is a fault of the program: a replay must not go on as if nothing had been there. */
function onFailure(error: unknown): never {
  throw error;
}
