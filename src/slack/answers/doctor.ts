import type { Clock } from '../../clock.ts';
import type { Developer } from '../../model/developer.ts';
import { DAY_MS, plus } from '../../model/time.ts';
import type { Store } from '../../store/store.ts';
import { currentWindows } from '../../windows/current-windows.ts';
import type { Message } from '../views/blocks.ts';
import { doctorAnswer } from '../views/doctor-answer.ts';

export interface DoctorDeps {
  readonly store: Pick<Store, 'reports' | 'incidents' | 'tokens' | 'clients' | 'windows'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly publicUrl: string;
  /** The team's zone, for people whose own Slack did not tell. */
  readonly zone: string;
}

/** A version that was left longer ago needs no word. */
const CLIENTS_MS = 7 * DAY_MS;

/** `/quota doctor`: whether somebody's data arrives, from what is known of them alone. */
export function doctorAnswerer({ store, clock, publicUrl, zone }: DoctorDeps) {
  return ({ id, plan, timeZone }: Developer): Message => {
    const now = clock.now();
    const silences = store.incidents
      .openOf(id)
      .flatMap(({ incident }) => (incident.kind === 'data_silence' ? [incident.evidence] : []));
    return doctorAnswer({
      heard: Object.fromEntries(store.reports.feeds(id)),
      silent: Object.fromEntries(silences.map(({ feed, silentSince }) => [feed, silentSince])),
      tokens: store.tokens.of(id),
      hasTeamToken: store.tokens.isForTeam(),
      clients: store.clients.of(id, plus(now, -CLIENTS_MS)),
      knowsWindows: currentWindows(store.windows.known(id, now), now).length > 0,
      plan,
      publicUrl,
      now,
      zone: timeZone ?? zone,
    });
  };
}
