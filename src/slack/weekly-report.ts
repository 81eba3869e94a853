import { audiencesOf } from '../incidents/reason-to-speak.ts';
import type { DeveloperId } from '../model/ids.ts';
import type { Incident } from '../model/incident.ts';
import type { EpochMs } from '../model/time.ts';
import type { Notice } from '../store/notice-store.ts';
import type { Store } from '../store/store.ts';
import { type Week, weekBefore, weekOf } from '../summary/schedule.ts';
import { weekSummary, worstFirst } from '../summary/week-summary.ts';
import type { Message } from './views/blocks.ts';
import { weeklySummary } from './views/weekly-summary.ts';
import { type ToldIncident, weeklySummaryThread } from './views/weekly-summary-thread.ts';

export interface WeeklyReportDeps {
  readonly store: Pick<Store, 'incidents' | 'requests' | 'installedAt'>;
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
  const summary = weekSummary({
    week,
    weekBefore: before,
    incidents: openedIn(store, week),
    incidentsBefore: openedIn(store, before),
    open: store.incidents.open().map(({ incident }) => incident),
    usage: store.requests.usageByDeveloper(week.from, week.to),
    installedAt: store.installedAt(),
  });
  return weeklySummary(summary, { zone });
}

function thread({ store, displayName, zone }: WeeklyReportDeps, week: Week, now: EpochMs): Message | undefined {
  const incidents = worstFirst(openedIn(store, week));
  if (incidents.length === 0) return undefined;
  const worst = incidents.slice(0, TOLD).map((incident) => told(incident, displayName));
  return weeklySummaryThread({ week, worst, more: incidents.length - worst.length }, { now, zone });
}

/** What was told only to the developer stays nameless here: agreeing to be named in alerts covers no more than alerts. */
function told(incident: Incident, displayName: WeeklyReportDeps['displayName']): ToldIncident {
  const isForChannel = audiencesOf(incident, { namesDeveloper: true }).includes('channel');
  return { incident, who: isForChannel ? displayName(incident.developer) : 'A developer' };
}

function openedIn(store: Pick<Store, 'incidents'>, { from, to }: Week): readonly Incident[] {
  return store.incidents.openedBetween(from, to).map(({ incident }) => incident);
}
