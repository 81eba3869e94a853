import { describe, expect, test } from 'vitest';
import { decodeProtobuf } from '../../../src/collector/otlp/decode-protobuf.ts';
import { metricItems } from '../../../src/collector/otlp/metric-items.ts';
import { METRICS_REQUEST } from '../../../src/collector/otlp/metrics-request.ts';
import { MAX_NODES } from '../../../src/collector/read-body.ts';
import { capturedProtobuf, inflated } from '../captured.ts';

const decoded = (body: Buffer) => decodeProtobuf(body, METRICS_REQUEST);

test('captured metrics tell how a session began', () => {
  const bodies = inflated(capturedProtobuf('metrics'));
  const facts = bodies.flatMap((body) => metricItems(decoded(body)).items.map(({ fact }) => fact));
  expect(facts).toMatchObject([{ is: 'start', start: { startType: 'fresh', at: expect.any(Number) } }]);
});

describe('fields', () => {
  const metrics = (...bytes: readonly number[]) => Buffer.from([0x0a, bytes.length + 2, 0x12, bytes.length, ...bytes]);
  const read = (...bytes: readonly number[]) => decoded(metrics(...bytes)).resourceMetrics;

  test('stand under their names, lists as lists', () => {
    const first = [0x12, 3, 0x0a, 1, 0x61];
    const sum = [0x12, 15, 0x3a, 13, 0x0a, 11, 0x31, 0xfe, 255, 255, 255, 255, 255, 255, 255, 0x3a, 0];
    expect(read(...first, ...sum)).toEqual([
      { scopeMetrics: [{ metrics: [{ name: 'a' }, { sum: { dataPoints: [{ asInt: -2, attributes: [{}] }] } }] }] },
    ]);
  });

  test('that are not listed, or are written in another way, are skipped', () => {
    expect(read(0x12, 5, 0x08, 1, 0x2a, 1, 0)).toEqual([{ scopeMetrics: [{ metrics: [{}] }] }]);
  });

  test('that are cut are refused', () => {
    expect(() => read(0x12, 2, 0x0a, 1, 0x61)).toThrow(RangeError);
    expect(() => read(0x12, 3, 0x0a, 2, 0x61)).toThrow(RangeError);
  });
});

test('a body of nothing but empty messages is refused before it fills the memory', () => {
  const body = Buffer.alloc(2 * MAX_NODES + 10);
  for (let index = 0; index < body.length; index += 2) body[index] = 0x0a;
  expect(() => decoded(body)).toThrow(`more than ${MAX_NODES} messages`);
});
