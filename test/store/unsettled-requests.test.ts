import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ApiRequest } from '../../src/model/api-request.ts';
import { epochMs } from '../../src/model/time.ts';
import { createUnsettledRequests } from '../../src/store/unsettled-requests.ts';
import { request as aRequest, DEVELOPER } from '../support/builders.ts';

const moment = fc.integer({ min: 1, max: 6 }).map(epochMs);
const request = fc
  .record({
    requestId: fc.option(fc.constantFrom('req_1', 'req_2', 'req_3'), { nil: undefined }),
    clientRequestId: fc.option(fc.constantFrom('b', 'a', 'c'), { nil: undefined }),
    endedAt: moment,
    toldAt: fc.option(moment, { nil: undefined }),
  })
  .map((some) => aRequest(some));

test('one that has a name or a moment of another is known, in whatever order they came and were asked for', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ request, is: fc.constantFrom('added', 'asked') })), (steps) => {
      const held = createUnsettledRequests();
      const all: ApiRequest[] = [];
      for (const { request, is } of steps) {
        expect(held.resembles(DEVELOPER, request)).toBe(all.some((other) => isAlike(request, other)));
        if (is === 'asked') continue;
        held.add({ developer: DEVELOPER, request, caller: 1, receivedAt: request.endedAt, nth: 0 });
        all.push(request);
      }
    }),
  );
});

function isAlike(one: ApiRequest, other: ApiRequest): boolean {
  const moments = [other.endedAt, other.toldAt];
  return (
    (one.requestId !== undefined && one.requestId === other.requestId) ||
    (one.clientRequestId !== undefined && one.clientRequestId === other.clientRequestId) ||
    moments.includes(one.endedAt) ||
    (one.toldAt !== undefined && moments.includes(one.toldAt))
  );
}
