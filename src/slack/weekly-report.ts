import type { Clock } from '../clock.ts';
import { losses } from '../incidents/losses.ts';
import { audiencesOf } from '../incidents/reason-to-speak.ts';
import type { DeveloperId, IncidentId } from '../model/ids.ts';
import { type Incident, isFleetIncident } from '../model/incident.ts';
import type { EpochMs } from '../model/time.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Notice } from '../store/notice.ts';
import type { Store } from '../store/store.ts';
import { runningWeek, sameStretchBefore, type Week, weekBefore, weekOf } from '../summary/schedule.ts';
import { weekSummary } from '../summary/week-summary.ts';
import { worstFirst } from '../summary/worth-telling.ts';
import { UNNAMED } from './display-name.ts';
import { groupName } from './group-name.ts';
import { pseudonyms } from './pseudonym.ts';
import { createSharedReading } from './shared-reading.ts';
import type { Message } from './views/blocks.ts';
import { weekSoFarAnswer } from './views/week-so-far.ts';
import { weeklySummary } from './views/weekly-summary.ts';
import { type ToldIncident, type ToldIncidents, weeklySummaryThread } from './views/weekly-summary-thread.ts';
import { openedIn, weekFacts } from './week-facts.ts';

export interface WeeklyReportDeps {
  readonly store: Pick<Store, 'incidents' | 'weeks' | 'versions' | 'installedAt' | 'pseudonymSecret'>;
  /** How the summary's channel speaks of a developer: escaped mrkdwn, "A developer" where it may not name them. */
  readonly displayName: (developer: DeveloperId) => string;
  /** The team's zone. */
  readonly zone: string;
}

/** Incidents told one by one, in the thread and in the answer to a question; the rest are counted. */
const TOLD = 10;
const TOLD_IN_ANSWER = 3;

/**
 * Turns a summary's notice into its message or its thread, from the database as it stands at `now`.
 * Undefined for anything else, and for the thread of a week without incidents: there is nothing to say.
 */
export function composeSummary(deps: WeeklyReportDeps) {
  const { store, zone } = deps;

  return async ({ subject, form }: Pick<Notice, 'subject' | 'form'>, now: EpochMs): Promise<Message | undefined> => {
    if (subject.of !== 'summary') return undefined;
    const week = weekOf(subject.week, zone);
    return form === 'message' ? await message(week) : await thread(week, now);
  };

  async function message(week: Week): Promise<Message> {
    const facts = await weekFacts(store, { week, before: weekBefore(week, zone), zone });
    return weeklySummary(weekSummary(facts), { zone });
  }

  async function thread(week: Week, now: EpochMs): Promise<Message | undefined> {
    const told = tell(deps, worstOf(await openedIn(store, week), TOLD), week);
    return told && weeklySummaryThread({ week, ...told }, { now, zone });
  }
}

/** Answers `/quota summary`: the running week from Monday until now, for a reader in their zone. */
export function weekSoFar(deps: WeeklyReportDeps & { readonly clock: Pick<Clock, 'now'> }) {
  const { store, zone, clock } = deps;
  const read = createSharedReading({ read: readRunning, clock });

  return async (now: EpochMs, reader: { readonly zone: string }): Promise<Message> => {
    const { week, summary, worst } = await read(runningWeek(now, zone).iso);
    const told = tell(deps, worst, week);
    return weekSoFarAnswer(summary, { told, reading: { now, zone: reader.zone }, teamZone: zone });
  };

  async function readRunning(now: EpochMs) {
    const week = runningWeek(now, zone);
    const facts = await weekFacts(store, { week, before: sameStretchBefore(week, zone), zone });
    return { week, summary: weekSummary(facts), worst: worstOf(facts.stored, TOLD_IN_ANSWER) };
  }
}

interface Worst {
  readonly ids: readonly IncidentId[];
  /** Incidents beyond these. */
  readonly more: number;
}

function worstOf(incidents: readonly StoredIncident[], most: number): Worst {
  const worst = worstFirst(incidents);
  return { ids: worst.slice(0, most).map(({ id }) => id), more: Math.max(0, worst.length - most) };
}

/** Undefined where there is nothing to tell. */
function tell(deps: WeeklyReportDeps, { ids, more }: Worst, week: Week): ToldIncidents | undefined {
  const { store, zone } = deps;
  const worst = ids.map((id) => store.incidents.find(id)).filter((stored) => stored !== undefined);
  if (worst.length === 0) return undefined;
  const people = worst.flatMap(({ incident }) => (isFleetIncident(incident) ? [] : [incident.developer]));
  const animals = pseudonyms(people, { secret: store.pseudonymSecret(), at: week.from, zone });
  return { worst: worst.map((stored) => told(deps, stored, animals)), more };
}

/** What was told only to the developer stays nameless here: agreeing to be named in alerts covers no more than alerts. */
function told(
  { store, displayName }: WeeklyReportDeps,
  { id, incident }: StoredIncident,
  animals: ReadonlyMap<DeveloperId, string>,
): ToldIncident {
  if (isFleetIncident(incident)) {
    const parts = store.incidents.partsOf(id).map((part) => part.incident);
    return { incident, who: groupName(incident.evidence.developers.map(displayName)), losses: losses(parts) };
  }
  const name = isForChannel(incident) ? displayName(incident.developer) : UNNAMED;
  if (name !== UNNAMED) return { incident, who: name };
  return { incident, who: animals.get(incident.developer) ?? UNNAMED, isPseudonym: true };
}

function isForChannel(incident: Incident): boolean {
  return audiencesOf(incident, { namesDeveloper: true }).includes('channel');
}
