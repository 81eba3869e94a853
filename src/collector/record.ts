import { requestEvent } from '../detectors/session-trace.ts';
import { type DeveloperId, type SessionId, UNKNOWN_ACCOUNT } from '../model/ids.ts';
import type { EpochMs } from '../model/time.ts';
import { type Fact, momentOf, sessionOf, type UsageItem } from '../model/usage-item.ts';
import type { Store } from '../store/store.ts';
import type { Note } from '../store/undetected-store.ts';
import type { Delivery, Receipt } from './delivery.ts';

/** Writes what a delivery told, inside the caller's transaction, and notes which sessions detectors must look at. */
export function record(store: Store, delivery: Delivery): Receipt {
  const counts = { accepted: 0, duplicates: 0, conflicts: 0, unattributed: 0 };
  const heard = new Set<DeveloperId>();
  for (const item of delivery.items) {
    const developer = developerOf(store, delivery, item);
    if (developer === undefined) {
      if (!holdForOwner(store, delivery, item.fact)) counts.unattributed++;
      continue;
    }
    heard.add(developer);
    seeSession(store, developer, item);
    if (delivery.owner.of === 'team') claimReports(store, developer, sessionOf(item.fact));
    counts[keep(store, developer, { fact: item.fact, receivedAt: delivery.receivedAt })]++;
  }
  store.tokens.saveUses();
  for (const developer of heard) store.reports.hear(developer, delivery.feed, delivery.receivedAt);
  return counts;
}

/** A personal token overrides whatever the body claims. A team token believes the email, or knows the session. */
function developerOf(store: Store, { owner, receivedAt }: Delivery, item: UsageItem): DeveloperId | undefined {
  if (owner.of === 'developer') return owner.developer;
  if (item.email !== undefined) return store.developers.forEmail(item.email, { now: receivedAt });
  return store.sessions.owner(sessionOf(item.fact));
}

/** Status lines and hooks name nobody: with a team token they wait until telemetry names the session's developer. */
function holdForOwner(store: Store, { feed, receivedAt }: Delivery, fact: Fact): boolean {
  if (feed !== 'status_line' && feed !== 'hook') return false;
  store.reports.hold(sessionOf(fact), [fact], receivedAt);
  return true;
}

function claimReports(store: Store, developer: DeveloperId, session: SessionId) {
  for (const { facts, receivedAt } of store.reports.release(session)) {
    for (const fact of facts) keep(store, developer, { fact, receivedAt });
  }
}

function seeSession(store: Store, developer: DeveloperId, { fact, account, clientVersion }: UsageItem) {
  const session = sessionOf(fact);
  const isNews = account !== undefined && store.sessions.account(developer, session) === UNKNOWN_ACCOUNT;
  const startType = fact.is === 'start' ? fact.start.startType : undefined;
  store.sessions.see(developer, { session, at: momentOf(fact), account, clientVersion, startType });
  if (isNews) store.windows.claim(developer, session, account);
}

type Outcome = 'accepted' | 'duplicates' | 'conflicts';

const OUTCOMES = { accepted: 'accepted', duplicate: 'duplicates', conflict: 'conflicts' } as const;

function keep(
  store: Store,
  developer: DeveloperId,
  { fact, receivedAt }: { fact: Fact; receivedAt: EpochMs },
): Outcome {
  switch (fact.is) {
    case 'request': {
      const kept = store.requests.keep(developer, fact.request, receivedAt);
      if (kept === 'accepted') store.undetected.hear(developer, requestEvent(fact.request, receivedAt));
      return OUTCOMES[kept];
    }
    case 'marker': {
      if (!store.sessions.addMarker(developer, fact.marker)) return 'duplicates';
      store.undetected.hear(developer, { is: 'marker', marker: fact.marker });
      return 'accepted';
    }
    case 'start':
      return 'accepted';
    case 'error':
      return noted(store.sessions.addError(developer, fact.error, receivedAt), 'error');
    case 'reading': {
      const account = store.sessions.account(developer, fact.reading.session);
      return noted(store.windows.read(developer, account, fact.reading), 'reading');
    }
    case 'cache_report':
      return noted(store.reports.addCacheReport(developer, fact.report), 'report');
  }

  function noted(isNew: boolean, is: Note['is']): Outcome {
    if (!isNew) return 'duplicates';
    store.undetected.note(developer, { session: sessionOf(fact), at: momentOf(fact), is });
    return 'accepted';
  }
}
