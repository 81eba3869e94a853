import { setImmediate as breathe } from 'node:timers/promises';
import type { DeveloperId, IncidentId } from '../model/ids.ts';
import { type Incident, isCacheIncident, isFleetIncident } from '../model/incident.ts';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, plus } from '../model/time.ts';
import { addCounts, type VersionRates } from '../model/version-rates.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Store } from '../store/store.ts';
import { daysOf, type Week, type WeekDay, weekOf } from '../summary/schedule.ts';
import type { Stretch, WeekFacts } from '../summary/week-summary.ts';
import { totalUsage, type WeekUsage } from '../summary/week-usage.ts';

type WeekStore = Pick<Store, 'incidents' | 'weeks' | 'versions' | 'installedAt'>;

/** So much is read before others get a turn: about ten milliseconds of work each. */
const DEVELOPERS = 100;
const INCIDENTS = 200;
const RECORDED_MS = 2 * HOUR_MS;

/** The week to be told, and the one that it is held against. */
export interface Weeks {
  readonly week: Week;
  readonly before: Week;
  /** The team's. */
  readonly zone: string;
}

/** With the week's incidents as they are stored, oldest first, but for their turns. */
export interface GatheredFacts extends WeekFacts {
  readonly stored: readonly StoredIncident[];
}

/** Gathers what a summary is made of, bit by bit: a week of ten thousand developers takes seconds, and nobody waits behind it. */
export async function weekFacts(store: WeekStore, { week, before, zone }: Weeks): Promise<GatheredFacts> {
  const days = daysOf(week, zone);
  const daysBefore = daysOf(before, zone);
  const incidents = await openedIn(store, week);
  const incidentsBefore = await openedIn(store, before);
  const used = await usageIn(store, { days, daysBefore, week });
  const plans = store.weeks.plans();
  return {
    ...stretch(week, { days, incidents, usageByDay: used.byDay }),
    before: stretch(before, { days: daysBefore, incidents: incidentsBefore, usageByDay: used.byDayBefore }),
    open: withAnswersOfFleets(store, store.incidents.open()).map(({ incident }) => incident),
    recorded: await recordedIn(store, week),
    usage: used.byDeveloper,
    plans: new Map([...plans].filter(([developer]) => used.byDeveloper.has(developer))),
    versions: await ratesIn(store, week, zone),
    weeklyQuotas: used.weeklyQuotas,
    installedAt: store.installedAt(),
    stored: incidents,
  };
}

/** The incidents of a stretch that were more than recorded, oldest first; without their turns, which only some need. */
export async function openedIn(store: WeekStore, { from, to }: Week): Promise<readonly StoredIncident[]> {
  const all: StoredIncident[] = [];
  for (;;) {
    const some = store.weeks.incidents({ from, to }, all.at(-1), INCIDENTS);
    all.push(...some.map(({ id, incident }) => ({ id, incident: withoutTurns(incident) })));
    if (some.length < INCIDENTS) return withAnswersOfFleets(store, all);
    await breathe();
  }
}

function withoutTurns(incident: Incident): Incident {
  if (!isCacheIncident(incident)) return incident;
  return { ...incident, evidence: { ...incident.evidence, turns: [], streams: [] } };
}

/** Whoever calls a regression a false alarm means all that it speaks for. */
function withAnswersOfFleets(store: WeekStore, all: readonly StoredIncident[]): readonly StoredIncident[] {
  const answers = new Map<IncidentId, Incident['feedback']>();
  return all.map(({ id, incident }) => {
    if (isFleetIncident(incident) || incident.partOf === undefined) return { id, incident };
    const { partOf } = incident;
    if (!answers.has(partOf)) answers.set(partOf, store.incidents.find(partOf)?.incident.feedback);
    const feedback = answers.get(partOf);
    return feedback?.is === 'false_alarm' ? { id, incident: { ...incident, feedback } } : { id, incident };
  });
}

function stretch(
  week: Week,
  { incidents, ...rest }: { incidents: readonly StoredIncident[] } & Omit<Stretch, 'week' | 'incidents'>,
): Stretch {
  return { week, incidents: incidents.map(({ incident }) => incident), ...rest };
}

interface Used {
  readonly byDeveloper: ReadonlyMap<DeveloperId, WeekUsage>;
  readonly byDay: readonly WeekUsage[];
  readonly byDayBefore: readonly WeekUsage[];
  readonly weeklyQuotas: readonly number[];
}

async function usageIn(
  { weeks }: WeekStore,
  { days, daysBefore, week }: { days: readonly WeekDay[]; daysBefore: readonly WeekDay[]; week: Week },
): Promise<Used> {
  const byDeveloper = new Map<DeveloperId, WeekUsage>();
  const byDay = days.map(() => totalUsage([]));
  const byDayBefore = daysBefore.map(() => totalUsage([]));
  const weeklyQuotas: number[] = [];
  for (let slice = weeks.nextSlice(undefined, DEVELOPERS); slice; slice = weeks.nextSlice(slice.last, DEVELOPERS)) {
    for (const [index, day] of days.entries()) {
      const usages = weeks.usage(slice, day);
      byDay[index] = totalUsage([byDay[index] ?? totalUsage([]), ...usages]);
      for (const { developer, ...usage } of usages) {
        byDeveloper.set(developer, totalUsage([byDeveloper.get(developer) ?? totalUsage([]), usage]));
      }
    }
    for (const [index, day] of daysBefore.entries()) {
      byDayBefore[index] = totalUsage([byDayBefore[index] ?? totalUsage([]), ...weeks.usage(slice, day)]);
    }
    weeklyQuotas.push(...weeks.weeklyQuotas(slice, { from: week.from, to: week.to }));
    await breathe();
  }
  return { byDeveloper, byDay, byDayBefore, weeklyQuotas };
}

async function recordedIn({ weeks }: WeekStore, { from, to }: Week): Promise<WeekFacts['recorded']> {
  let resumes = 0;
  let rewrittenTokens = 0;
  for (let start = from; start < to; start = plus(start, RECORDED_MS)) {
    const some = weeks.recordedResumes({ from: start, to: epochMs(Math.min(to, start + RECORDED_MS)) });
    resumes += some.resumes;
    rewrittenTokens += some.rewrittenTokens;
    if (some.resumes > 0) await breathe();
  }
  return { resumes, rewrittenTokens };
}

/** Rates are kept by UTC day: a week takes the seven that cover the most of it. `developers` are those of the busiest day. */
async function ratesIn({ versions }: WeekStore, week: Week, zone: string): Promise<readonly VersionRates[]> {
  const isOver = week.to >= weekOf(week.iso, zone).to;
  const until = isOver ? nearestMidnight(week.to) : week.to;
  const rates = new Map<string, VersionRates>();
  for (let day = nearestMidnight(week.from); day < until; day = plus(day, DAY_MS)) {
    for (const ofDay of versions.rates(day, plus(day, DAY_MS))) {
      const known = rates.get(ofDay.clientVersion);
      const developers = Math.max(ofDay.developers, known?.developers ?? 0);
      rates.set(ofDay.clientVersion, known ? { ...known, ...addCounts(known, ofDay), developers } : ofDay);
    }
    await breathe();
  }
  return [...rates.values()];
}

function nearestMidnight(at: EpochMs): EpochMs {
  return epochMs(Math.round(at / DAY_MS) * DAY_MS);
}
