import type { ApiRequest } from './api-request.ts';

/** Who called the model, and for which prompt: what a request shares with others. */
export type Caller = Pick<
  ApiRequest,
  'session' | 'origin' | 'agent' | 'querySource' | 'model' | 'clientVersion' | 'promptId'
>;

export function callerOf({ session, origin, agent, querySource, model, clientVersion, promptId }: Caller): Caller {
  return { session, origin, agent, querySource, model, clientVersion, promptId };
}

export function isSameCaller(one: Caller, other: Caller): boolean {
  return (
    one.promptId === other.promptId &&
    one.session === other.session &&
    one.agent === other.agent &&
    one.querySource === other.querySource &&
    one.model === other.model &&
    one.clientVersion === other.clientVersion &&
    one.origin === other.origin
  );
}
