import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const FOLDER = new URL('../fixtures/captured/', import.meta.url);

/** Bodies that real Claude Code clients sent, one file per run and signal: an array of bodies, or a single one. */
export function capturedBodies(file: string): readonly unknown[] {
  const content: unknown = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
  return Array.isArray(content) ? content : [content];
}

/** The protobuf bodies of one run, still compressed, in the order in which they were sent. */
export function capturedProtobuf(signal: 'logs' | 'metrics'): readonly Buffer[] {
  const folder = new URL('cache-invalidation.protobuf-gzip/', FOLDER);
  const names = readdirSync(folder).filter((name) => name.includes(`_v1_${signal}`));
  return names.toSorted().map((name) => readFileSync(new URL(name, folder)));
}

export function inflated(bodies: readonly Buffer[]): readonly Buffer[] {
  return bodies.map((body) => gunzipSync(body));
}

export const LOG_FILES = [
  'cache-invalidation/logs.json',
  'cache-invalidation.client-2.1.118/logs.json',
  'cache-invalidation.client-2.1.89/logs.json',
  'healthy/logs.json',
  'lockout/logs.json',
  'oauth/otlp-logs.json',
  'resume-reprocess/logs.json',
];

export const METRIC_FILES = [
  'cache-invalidation/metrics.json',
  'cache-invalidation.client-2.1.118/metrics.json',
  'cache-invalidation.client-2.1.89/metrics.json',
  'healthy/metrics.json',
  'lockout/metrics.json',
  'oauth/otlp-metrics.json',
  'resume-reprocess/metrics.json',
];

export const HOOK_FILES = [
  'cache-invalidation/hooks.json',
  'cache-invalidation.client-2.1.118/hooks.json',
  'cache-invalidation.client-2.1.89/hooks.json',
  'healthy/hooks.json',
  'lockout/hooks.json',
  'resume-reprocess/hooks.json',
];

export const STATUS_LINE_FILES = [
  'statusline.json',
  'oauth/statusline-first.json',
  'oauth/statusline-after-2-requests.json',
];
