import type { Clock } from '../../clock.ts';
import type { Developer } from '../../model/developer.ts';
import { DAY_MS, plus } from '../../model/time.ts';
import type { Store } from '../../store/store.ts';
import { context, type Message } from '../views/blocks.ts';
import { incidentsAnswer } from '../views/incidents-answer.ts';
import { snoozeWords } from '../views/snooze-words.ts';

export interface IncidentsDeps {
  readonly store: Pick<Store, 'incidents' | 'mutes'>;
  readonly clock: Pick<Clock, 'now'>;
  /** The team's zone, for people whose own Slack did not tell. */
  readonly zone: string;
}

const WEEK_MS = 7 * DAY_MS;
/** What was only recorded comes among them. */
const READ = 200;

/** `/quota incidents`: one's own of the last week, what was done about them, and what is snoozed. */
export function incidentsAnswerer({ store, clock, zone }: IncidentsDeps) {
  return (developer: Developer): Message => {
    const now = clock.now();
    const reading = { now, zone: developer.timeZone ?? zone };
    const recent = store.incidents.recentOf(developer.id, plus(now, -WEEK_MS), READ).map(({ incident }) => incident);
    const { text, blocks } = incidentsAnswer(recent, reading);
    const snoozed = snoozeWords(store.mutes.of(developer.id, now), reading);
    return { text, blocks: [...blocks, ...(snoozed === undefined ? [] : [context(snoozed)])] };
  };
}
