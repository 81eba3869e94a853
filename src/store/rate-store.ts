import type { ApiRequest } from '../model/api-request.ts';
import { lastLimitChange } from '../model/calendar.ts';
import {
  type AccountId,
  accountId,
  type DeveloperId,
  developerId,
  type SessionId,
  UNKNOWN_ACCOUNT,
} from '../model/ids.ts';
import { PLANS } from '../model/plans.ts';
import type { ExchangeRate } from '../model/points.ts';
import { DAY_MS, type EpochMs, epochMs, plus } from '../model/time.ts';
import { exchangeRate, type SettledReading, teamRate } from '../windows/exchange-rate.ts';
import type { KnownRates } from '../windows/points-lost.ts';
import type { Database } from './database.ts';
import type { HeldRequests } from './unsettled-requests.ts';

/** What was spent in some time; requests of unknown price are counted apart. */
export interface Spending {
  readonly costMicros: number;
  readonly unpricedRequests: number;
}

/** After one moment, up to and with another. */
interface Span {
  readonly account: AccountId;
  readonly after: EpochMs;
  readonly until: EpochMs;
}

interface UnsettledRow {
  window_id: number;
  at: number;
  developer_id: number;
  account: string;
  before_at: number | null;
}

interface SpentRow {
  cost_micros: number;
  unpriced_requests: number;
}

interface SettledRow {
  window_id: number;
  kind: string;
  at: number;
  used_percent: number;
  spent_micros: number | null;
}

interface RateRow {
  window_kind: string;
  points: number;
  low: number;
  high: number;
  samples: number;
}

export interface RateStoreDeps {
  readonly held: HeldRequests;
  readonly accountOf: (developer: DeveloperId, session: SessionId) => AccountId;
}

/** How long readings teach, and how long what they taught is believed. */
const LEARNT_FOR_MS = 28 * DAY_MS;
/** Enough for a median: quotas of a plan are the same for all. */
const COLLEAGUES = 100;
/** `spent_micros` of a reading before which something of unknown price was used. */
const UNPRICED = -1;

/** What dollars take of each developer's windows, learnt from their readings. */
export function createRateStore(db: Database, { held, accountOf }: RateStoreDeps) {
  const waiting = db.prepare<{ from: number; until: number; limit: number }, UnsettledRow>(`
    SELECT
      window_id, at, developer_id, account,
      (SELECT max(before.at) FROM readings AS before WHERE before.window_id = reading.window_id AND before.at < reading.at)
        AS before_at
    FROM readings AS reading JOIN windows ON windows.id = window_id
    WHERE spent_micros IS NULL AND at > @from AND at <= @until
    ORDER BY at
    LIMIT @limit
  `);
  const settle = db.prepare<{ window: number; at: number; spentMicros: number }>(`
    UPDATE readings SET spent_micros = @spentMicros WHERE window_id = @window AND at = @at
  `);
  // Feeds without an account may be of any: they count for all.
  const sum = db.prepare<{ developer: number } & Span, SpentRow>(`
    SELECT coalesce(sum(cost_micros), 0) AS cost_micros, count(*) - count(cost_micros) AS unpriced_requests
    FROM api_requests LEFT JOIN sessions USING (developer_id, session)
    WHERE developer_id = @developer AND ended_at > @after AND ended_at <= @until
      AND (@account = '${UNKNOWN_ACCOUNT}' OR coalesce(account, '${UNKNOWN_ACCOUNT}') IN (@account, '${UNKNOWN_ACCOUNT}'))
  `);
  const settled = db.prepare<{ developer: number; from: number }, SettledRow>(`
    SELECT window_id, kind, at, readings.used_percent, spent_micros
    FROM windows JOIN readings ON readings.window_id = windows.id
    WHERE developer_id = @developer AND scope = '' AND resets_at > @from AND at > @from
    ORDER BY window_id, at
  `);
  const wasRead = db.prepare<{ developer: number; from: number }>(`
    SELECT 1 FROM windows WHERE developer_id = @developer AND last_read_at > @from LIMIT 1
  `);
  const planOf = db.prepare<[number], { plan: string | null }>('SELECT plan FROM developers WHERE id = ?');
  const forget = db.prepare<[number]>('DELETE FROM exchange_rates WHERE developer_id = ?');
  const write = db.prepare(`
    INSERT INTO exchange_rates (developer_id, window_kind, points, low, high, samples, learnt_at, plan)
    VALUES (@developer, @windowKind, @points, @low, @high, @samples, @now, @plan)
  `);
  const own = db.prepare<{ developer: number; from: number }, RateRow>(`
    SELECT * FROM exchange_rates WHERE developer_id = @developer AND learnt_at > @from
  `);
  // From kind to kind along the index: a plan may have thousands of rates of each.
  const kindsOf = db.prepare<{ plan: string }, { kind: string }>(`
    WITH RECURSIVE kinds (kind) AS (
      SELECT min(window_kind) FROM exchange_rates WHERE plan = @plan
      UNION ALL
      SELECT (SELECT min(window_kind) FROM exchange_rates WHERE plan = @plan AND window_kind > kind)
      FROM kinds
      WHERE kind IS NOT NULL
    )
    SELECT kind FROM kinds WHERE kind IS NOT NULL
  `);
  const newest = db.prepare<{ plan: string; kind: string; from: number }, RateRow>(`
    SELECT * FROM exchange_rates
    WHERE plan = @plan AND window_kind = @kind AND learnt_at > @from
    ORDER BY learnt_at DESC
    LIMIT ${COLLEAGUES}
  `);

  return {
    /**
     * Settles what was spent up to each of the oldest `limit` readings that wait for it and were read by `until`; whose
     * they were, one for each reading.
     */
    settle: (until: EpochMs, limit: number): readonly DeveloperId[] =>
      waiting.all({ from: plus(until, -LEARNT_FOR_MS), until, limit }).map((row) => {
        settle.run({ window: row.window_id, at: row.at, spentMicros: spentUpTo(row) });
        return developerId(row.developer_id);
      }),

    /** Learns a developer's rates anew from what is settled; what the readings no longer tell is forgotten. */
    learn(developer: DeveloperId, now: EpochMs): void {
      const plan = planOf.get(developer)?.plan ?? null;
      forget.run(developer);
      for (const { windowKind, perDollar, samples } of learnt(developer, plan, now)) {
        write.run({ developer, windowKind, ...perDollar, samples, now, plan });
      }
    },

    /** What dollars take of a developer's windows: as their readings taught it, else as colleagues on the same plan learnt it. */
    of(developer: DeveloperId, now: EpochMs): KnownRates {
      const since = { developer, from: plus(now, -LEARNT_FOR_MS) };
      const mine = own.all(since).map(toRate);
      const rates = [...mine, ...ofColleagues(mine, since)];
      if (rates.length > 0) return rates;
      return wasRead.get(since) ? 'too_few_readings' : 'no_readings';
    },

    /** What the developer spent on an account; what names no account counts for each. */
    spent,
  };

  /** Of a kind that they learnt themselves nobody else's counts. */
  function ofColleagues(mine: readonly ExchangeRate[], { developer, from }: { developer: DeveloperId; from: number }) {
    const { plan } = planOf.get(developer) ?? {};
    if (!plan) return [];
    const learnt = new Set(mine.map(({ windowKind }) => windowKind));
    return kindsOf
      .all({ plan })
      .filter(({ kind }) => !learnt.has(kind))
      .flatMap(({ kind }) => teamRate(kind, newest.all({ plan, kind, from }).map(toRate)) ?? []);
  }

  function spent(developer: DeveloperId, span: Span): Spending {
    const row = sum.get({ developer, ...span });
    const spending = { costMicros: row?.cost_micros ?? 0, unpricedRequests: row?.unpriced_requests ?? 0 };
    for (const { request } of held.of(developer)) {
      if (!isIn(span, developer, request)) continue;
      spending.costMicros += request.costMicros ?? 0;
      spending.unpricedRequests += Number(request.costMicros === undefined);
    }
    return spending;
  }

  function isIn({ account, after, until }: Span, developer: DeveloperId, { session, endedAt }: ApiRequest): boolean {
    if (endedAt <= after || endedAt > until) return false;
    return account === UNKNOWN_ACCOUNT || [account, UNKNOWN_ACCOUNT].includes(accountOf(developer, session));
  }

  /** Nothing before the first reading of a window: nobody knows since when. */
  function spentUpTo({ developer_id, account, before_at, at }: UnsettledRow): number {
    if (before_at === null) return 0;
    const span = { account: accountId(account), after: epochMs(before_at), until: epochMs(at) };
    const { costMicros, unpricedRequests } = spent(developerId(developer_id), span);
    return unpricedRequests > 0 ? UNPRICED : costMicros;
  }

  function learnt(developer: DeveloperId, told: string | null, now: EpochMs): readonly ExchangeRate[] {
    const plan = PLANS.find((known) => known === told);
    const rows = settled.all({ developer, from: plus(now, -LEARNT_FOR_MS) });
    return [...Map.groupBy(rows, ({ kind }) => kind)].flatMap(([kind, ofKind]) => {
      // Readings from before the limits changed tell of other limits.
      const from = lastLimitChange(kind, plan, now) ?? 0;
      const windows = Map.groupBy(
        ofKind.filter(({ at }) => at >= from),
        ({ window_id }) => window_id,
      );
      return (
        exchangeRate(
          kind,
          [...windows.values()].map((window) => window.map(toReading)),
        ) ?? []
      );
    });
  }
}

function toReading({ at, used_percent, spent_micros }: SettledRow): SettledReading {
  const isKnown = spent_micros !== null && spent_micros !== UNPRICED;
  return { at: epochMs(at), usedPercent: used_percent, spentMicros: isKnown ? spent_micros : undefined };
}

function toRate({ window_kind, points, low, high, samples }: RateRow): ExchangeRate {
  return { windowKind: window_kind, perDollar: { points, low, high }, learntFrom: 'own', samples };
}
