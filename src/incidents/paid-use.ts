import type { ApiRequest } from '../model/api-request.ts';
import type { AccountId } from '../model/ids.ts';
import type { ThresholdIncident } from '../model/incident.ts';
import { opensAgain } from './opens-again.ts';

/** A gateway's limit of dollars: usage credits do not pass it by. */
const SPEND_LIMIT = 'spend_limit';

/**
 * The incident of a used-up window with the request that went through all the same; undefined: it shows nothing new.
 * Where an account has usage credits, what goes beyond the window is billed at API prices. No feed reports that, so this
 * is an inference: percentages are rounded, and a limit may have been lifted.
 */
export function withPaidUse(
  incident: ThresholdIncident,
  request: ApiRequest,
  account: AccountId,
): ThresholdIncident | undefined {
  const { usedPercent, windowKind, resetsAt, paidSince } = incident.evidence;
  if (paidSince !== undefined || usedPercent < 100 || windowKind === SPEND_LIMIT) return undefined;
  if (request.startedAt >= resetsAt || !opensAgain(incident, request, account)) return undefined;
  return { ...incident, evidence: { ...incident.evidence, paidSince: request.endedAt } };
}
