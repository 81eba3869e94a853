import { POLICY } from '../detectors/all.ts';
import { freshSessionDowngrade, writesFiveMinutesAlone, writesOneHour } from '../detectors/ttl-downgrade.ts';
import type { ApiRequest } from '../model/api-request.ts';
import type { TtlDowngrade } from '../model/finding.ts';
import { type DeveloperId, UNKNOWN_ACCOUNT } from '../model/ids.ts';
import { plus } from '../model/time.ts';
import type { Store } from '../store/store.ts';

/** Sessions whose first writes are remembered; of any other they are counted anew. */
const KEPT_SESSIONS = 5000;
/** Written instead of a count where nothing is left to find out. */
const SETTLED = Number.POSITIVE_INFINITY;

/** Looks once at each session that began with writes to the 5-minute cache alone. */
export function createFreshSessions(store: Pick<Store, 'usage' | 'sessions'>) {
  /** Requests in a row that wrote so, by session and model. */
  const counts = new Map<string, number>();

  return {
    judge(developer: DeveloperId, request: ApiRequest, arrivedLate: boolean): TtlDowngrade | undefined {
      if (!request.querySource?.startsWith('repl_main_thread')) return undefined;
      const isOneHour = writesOneHour(request);
      if (!isOneHour && !writesFiveMinutesAlone(request)) return undefined;
      const key = `${developer} ${request.session} ${request.model}`;
      const known = counts.get(key) ?? 0;
      if (known === SETTLED) return undefined;
      const count = isOneHour ? SETTLED : known + 1;
      const isDue = count === POLICY.ttlDowngrade.requests;
      remember(key, isDue ? SETTLED : count);
      return isDue ? look(developer, request, arrivedLate) : undefined;
    },
  };

  function remember(key: string, count: number) {
    counts.set(key, count);
    const oldest = counts.keys().next();
    if (counts.size > KEPT_SESSIONS && !oldest.done) counts.delete(oldest.value);
  }

  /** An account that nobody knows may be another one, such as an API key: it is held against nothing. */
  function look(developer: DeveloperId, newest: ApiRequest, arrivedLate: boolean): TtlDowngrade | undefined {
    const account = store.sessions.account(developer, newest.session);
    if (account === UNKNOWN_ACCOUNT) return undefined;
    const span = { from: plus(newest.endedAt, -POLICY.ttlDowngrade.lookBackMs), before: plus(newest.endedAt, 1) };
    const { [newest.session]: own, ...others } = Object.fromEntries(
      [...store.usage.sessionWrites(developer, newest.model, span)].filter(
        ([session]) => store.sessions.account(developer, session) === account,
      ),
    );
    return (
      own && freshSessionDowngrade({ newest, arrivedLate }, { own, others: Object.values(others) }, POLICY.ttlDowngrade)
    );
  }
}
