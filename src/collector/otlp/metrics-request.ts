import type { Message } from './decode-protobuf.ts';

/**
 * The fields of metrics that we read, by number, under their OTLP/JSON names:
 * https://github.com/open-telemetry/opentelemetry-proto (metrics, common and resource, v1).
 */
const ANY_VALUE: Message = {
  // Arrays, maps and bytes (5, 6, 7) carry nothing that we keep.
  1: ['stringValue', 'string'],
  2: ['boolValue', 'bool'],
  3: ['intValue', 'int64'],
  4: ['doubleValue', 'double'],
};

const KEY_VALUE: Message = { 1: ['key', 'string'], 2: ['value', ANY_VALUE] };

const RESOURCE: Message = { 1: ['attributes', KEY_VALUE, 'repeated'] };

const NUMBER_DATA_POINT: Message = {
  2: ['startTimeUnixNano', 'fixed64'],
  3: ['timeUnixNano', 'fixed64'],
  4: ['asDouble', 'double'],
  6: ['asInt', 'sfixed64'],
  7: ['attributes', KEY_VALUE, 'repeated'],
};

/** Gauges (5) and histograms (9 to 11) are skipped: what we keep is a sum. */
const METRIC: Message = {
  1: ['name', 'string'],
  7: ['sum', { 1: ['dataPoints', NUMBER_DATA_POINT, 'repeated'] }],
};

const SCOPE_METRICS: Message = { 2: ['metrics', METRIC, 'repeated'] };

const RESOURCE_METRICS: Message = { 1: ['resource', RESOURCE], 2: ['scopeMetrics', SCOPE_METRICS, 'repeated'] };

export const METRICS_REQUEST: Message = { 1: ['resourceMetrics', RESOURCE_METRICS, 'repeated'] };
