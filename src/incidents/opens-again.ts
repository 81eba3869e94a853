import type { ApiRequest } from '../model/api-request.ts';
import { type AccountId, isSameAccount } from '../model/ids.ts';
import type { LockOutIncident } from '../model/incident.ts';
import { SECOND_MS } from '../model/time.ts';

/** Since when an account gets nothing more from a limit, and what the limit covers. */
type Refused = Pick<LockOutIncident['evidence'], 'at' | 'account' | 'scope'>;

/** The refusal is dated by our clock and the request by its sender's: what began at about the same time proves nothing. */
const CLOCK_MARGIN_MS = 5 * SECOND_MS;

/**
 * Whether this request shows that a lock-out is over: it was sent after the refusal, by the same account as far as both
 * are known, and to a model that the limit covers.
 */
export function opensAgain(
  { evidence }: { readonly evidence: Refused },
  request: ApiRequest,
  account: AccountId,
): boolean {
  const isLater = request.startedAt > evidence.at + CLOCK_MARGIN_MS;
  return isLater && isSameAccount(account, evidence.account) && request.model.includes(evidence.scope);
}
