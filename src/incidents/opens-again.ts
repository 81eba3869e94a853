import type { ApiRequest } from '../model/api-request.ts';
import type { LockOutIncident } from '../model/incident.ts';

/** Whether this request shows that a lock-out is over: it was sent after the refusal, and to a model that the limit covers. */
export function opensAgain({ evidence }: LockOutIncident, request: ApiRequest): boolean {
  return request.startedAt > evidence.at && request.model.includes(evidence.scope);
}
