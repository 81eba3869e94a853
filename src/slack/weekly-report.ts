import { losses } from '../incidents/losses.ts';
import { audiencesOf } from '../incidents/reason-to-speak.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type Incident, isFleetIncident } from '../model/incident.ts';
import type { Plan } from '../model/plans.ts';
import type { EpochMs } from '../model/time.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Notice } from '../store/notice-store.ts';
import type { Store } from '../store/store.ts';
import { type Week, weekBefore, weekOf } from '../summary/schedule.ts';
import { weekSummary } from '../summary/week-summary.ts';
import { worstFirst } from '../summary/worth-telling.ts';
import { UNNAMED } from './display-name.ts';
import { groupName } from './group-name.ts';
import type { Message } from './views/blocks.ts';
import { weeklySummary } from './views/weekly-summary.ts';
import { type ToldIncident, weeklySummaryThread } from './views/weekly-summary-thread.ts';

export interface WeeklyReportDeps {
  readonly store: Pick<Store, 'incidents' | 'requests' | 'developers' | 'versions' | 'installedAt'>;
  /** How the summary's channel speaks of a developer: escaped mrkdwn, "A developer" where it may not name them. */
  readonly displayName: (developer: DeveloperId) => string;
  /** The team's zone. */
  readonly zone: string;
}

/** Incidents told one by one; the rest are counted. */
const TOLD = 10;

/**
 * Turns a summary's notice into its message or its thread, from the database as it stands at `now`.
 * Undefined for anything else, and for the thread of a week without incidents: there is nothing to say.
 */
export function composeSummary(deps: WeeklyReportDeps) {
  return ({ subject, form }: Pick<Notice, 'subject' | 'form'>, now: EpochMs): Message | undefined => {
    if (subject.of !== 'summary') return undefined;
    const week = weekOf(subject.week, deps.zone);
    return form === 'reply' ? thread(deps, week, now) : message(deps, week);
  };
}

function message({ store, zone }: WeeklyReportDeps, week: Week): Message {
  const before = weekBefore(week, zone);
  const usage = store.requests.usageByDeveloper(week.from, week.to);
  const summary = weekSummary({
    week,
    weekBefore: before,
    incidents: openedIn(store, week),
    incidentsBefore: openedIn(store, before),
    open: store.incidents.open().map(({ incident }) => incident),
    usage,
    plans: plansOf(store, [...usage.keys()]),
    versions: store.versions.rates(week.from, week.to),
    installedAt: store.installedAt(),
  });
  return weeklySummary(summary, { zone });
}

function plansOf(store: Pick<Store, 'developers'>, developers: readonly DeveloperId[]): ReadonlyMap<DeveloperId, Plan> {
  return new Map(
    developers.flatMap((id) => {
      const plan = store.developers.find(id)?.plan;
      return plan === undefined ? [] : [[id, plan] as const];
    }),
  );
}

function thread(deps: WeeklyReportDeps, week: Week, now: EpochMs): Message | undefined {
  const incidents = worstFirst(deps.store.incidents.openedBetween(week.from, week.to));
  if (incidents.length === 0) return undefined;
  const worst = incidents.slice(0, TOLD).map((stored) => told(deps, stored));
  return weeklySummaryThread({ week, worst, more: incidents.length - worst.length }, { now, zone: deps.zone });
}

/** What was told only to the developer stays nameless here: agreeing to be named in alerts covers no more than alerts. */
function told({ store, displayName }: WeeklyReportDeps, { id, incident }: StoredIncident): ToldIncident {
  if (isFleetIncident(incident)) {
    const parts = store.incidents.partsOf(id).map((part) => part.incident);
    return { incident, who: groupName(incident.evidence.developers.map(displayName)), losses: losses(parts) };
  }
  const isForChannel = audiencesOf(incident, { namesDeveloper: true }).includes('channel');
  return { incident, who: isForChannel ? displayName(incident.developer) : UNNAMED };
}

function openedIn(store: Pick<Store, 'incidents'>, { from, to }: Week): readonly Incident[] {
  return store.incidents.openedBetween(from, to).map(({ incident }) => incident);
}
