import type { Incident } from '../../model/incident.ts';
import type { Plan } from '../../model/plans.ts';
import type { PointsLost } from '../../model/points.ts';
import type { QuotaWindow } from '../../model/quota-window.ts';
import type { EpochMs } from '../../model/time.ts';
import type { ActivityBlock } from '../../windows/activity-block.ts';
import type { Estimate } from '../../windows/estimate.ts';
import type { Forecast } from '../../windows/forecast.ts';

/** A running window with how fast it is used up. */
export interface WindowOutlook {
  readonly window: QuotaWindow;
  /** Where it stands by now, as what was spent since the last reading tells; undefined: where it was read. */
  readonly estimate: Estimate | undefined;
  /** From where it stands by now. */
  readonly forecast: Forecast;
}

/** The health of a developer's prompt cache over the last 24 hours. */
export interface CacheHealth {
  readonly requests: number;
  /** Share of all context that was read from the cache, 0 to 1; undefined without requests. */
  readonly readShare: number | undefined;
  readonly incidents: number;
  readonly rewrittenTokens: number;
}

/** API-price value of what was used; parts with unknown prices are counted, never guessed. */
interface Spend {
  readonly dayMicros: number;
  readonly weekMicros: number;
  readonly unpricedRequests: number;
}

/** Everything that `/quota` and App Home say of one developer. */
export interface QuotaReport {
  /** Whose it is, ready to show; undefined for the reader's own. */
  readonly who: string | undefined;
  /** Undefined until they told it. */
  readonly plan: Plan | undefined;
  readonly windows: readonly WindowOutlook[];
  /** For developers without readings: what activity alone tells. */
  readonly block: ActivityBlock | undefined;
  /** What the block's dollars take of a window; undefined without a block. */
  readonly blockPoints: PointsLost | undefined;
  readonly cache: CacheHealth;
  readonly spend: Spend;
  readonly openIncidents: readonly Incident[];
  /** When each feed last brought something; undefined: never. */
  readonly heard: { readonly statusLine: EpochMs | undefined; readonly telemetry: EpochMs | undefined };
  readonly now: EpochMs;
  readonly zone: string;
}
