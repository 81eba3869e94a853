import { sessionId } from '../../model/ids.ts';
import type { Fact } from '../../model/usage-item.ts';
import { isObject, type JsonObject } from '../json-object.ts';
import type { Parsed, RecordOutcome } from '../parsed.ts';
import { looseAmount, Text } from '../wire-schemas.ts';
import { type Attributes, attributesOf } from './attributes.ts';
import { gather, type ReadRecord } from './gather.ts';
import { identityOf } from './identity.ts';
import { leaves } from './leaves.ts';
import { unixNano } from './unix-nano.ts';

/**
 * The starts of client processes in an OTLP metrics body (`claude_code.session.count`), which tell resumed sessions. Every
 * other metric is counted and never looked into: requests come as logs. Throws Problem 400 where the body is no OTLP.
 */
export function metricItems(body: unknown): Parsed {
  return gather(readPoints(body));
}

function* readPoints(body: unknown): Generator<ReadRecord> {
  for (const { resource, leaf } of leaves(body, ['resourceMetrics', 'scopeMetrics', 'metrics'])) {
    if (leaf.name !== 'claude_code.session.count') {
      yield { outcome: 'unneeded' };
      continue;
    }
    for (const point of dataPoints(leaf)) {
      const attributes = attributesOf(point.attributes);
      yield { outcome: readStart(point, attributes), origin: () => identityOf(attributes, resource) };
    }
  }
}

function dataPoints(metric: JsonObject): readonly JsonObject[] {
  const points = isObject(metric.sum) ? metric.sum.dataPoints : undefined;
  return Array.isArray(points) ? points.filter(isObject) : [];
}

const Count = looseAmount(Number.MAX_SAFE_INTEGER);

function readStart(point: JsonObject, attributes: Attributes): RecordOutcome {
  if (!Count.safeParse(point.asDouble ?? point.asInt).data) return 'unneeded';
  // OTEL_METRICS_INCLUDE_SESSION_ID=false is a lawful choice, not a fault.
  if (attributes['session.id'] === undefined) return 'unneeded';
  const id = Text.safeParse(attributes['session.id']).data;
  const at = unixNano(point.startTimeUnixNano) ?? unixNano(point.timeUnixNano);
  if (id === undefined || at === undefined) return 'malformed';
  const session = sessionId(id);
  const startType = Text.safeParse(attributes.start_type).data;
  const start: Fact = { is: 'start', start: { session, at, startType } };
  if (startType !== 'resume' && startType !== 'continue') return [start];
  return [start, { is: 'marker', marker: { session, at, kind: 'resume' } }];
}
