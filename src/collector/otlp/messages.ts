import type { Message } from './decode-protobuf.ts';
import { mayBeKept } from './protobuf-event.ts';

/**
 * The fields of OTLP that we read, by number, under their OTLP/JSON names:
 * https://github.com/open-telemetry/opentelemetry-proto (logs, metrics, common and resource, v1).
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

const LOG_RECORD: Message = {
  1: ['timeUnixNano', 'fixed64'],
  5: ['body', ANY_VALUE],
  6: ['attributes', KEY_VALUE, 'repeated'],
  12: ['eventName', 'string'],
};

const SCOPE_LOGS: Message = { 2: ['logRecords', LOG_RECORD, 'repeated', mayBeKept] };

const RESOURCE_LOGS: Message = { 1: ['resource', RESOURCE], 2: ['scopeLogs', SCOPE_LOGS, 'repeated'] };

export const LOGS_REQUEST: Message = { 1: ['resourceLogs', RESOURCE_LOGS, 'repeated'] };

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
