import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { logItems } from '../../src/collector/otlp/log-items.ts';
import { metricItems } from '../../src/collector/otlp/metric-items.ts';
import { MAX_BODY_BYTES } from '../../src/collector/read-body.ts';
import { readConfig } from '../../src/config.ts';
import { aCollector, bearer, TEAM } from '../collector/a-collector.ts';
import { capturedBodies, LOG_FILES, METRIC_FILES } from '../collector/captured.ts';
import { textOf, yamlOf } from './read.ts';

const config = yamlOf('docs/deploy/otel-collector.yaml');
const exporter = config.exporters.otlp_http;
const { batch } = exporter.sending_queue;

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}
interface LogRecord {
  readonly attributes?: readonly Attribute[];
}
interface ResourceLogs {
  readonly resource?: object;
  readonly scopeLogs: readonly { readonly logRecords: readonly LogRecord[] }[];
}
interface Logs {
  readonly resourceLogs: readonly ResourceLogs[];
}

const attribute = ({ attributes = [] }: LogRecord, name: string) =>
  attributes.find(({ key }) => key === name)?.value.stringValue;

/** The pattern of `not IsMatch(attributes["event.name"], "…")`: what is not dropped. */
function keptEvents(): RegExp {
  const [condition] = config.processors['filter/needed'].logs.log_record;
  const [, pattern] = /^not IsMatch\(attributes\["event\.name"\], "(.*)"\)$/.exec(condition) ?? [];
  if (pattern === undefined) throw new Error(`another condition than this test reads: ${condition}`);
  return new RegExp(pattern.replaceAll('\\\\', '\\'));
}

/** A body without what the filter drops. */
function filtered(body: unknown): Logs {
  const { resourceLogs } = body as Logs;
  return {
    resourceLogs: resourceLogs.map((one) => ({
      ...one,
      scopeLogs: one.scopeLogs.map((scope) => ({
        ...scope,
        logRecords: scope.logRecords.filter((record) => keptEvents().test(attribute(record, 'event.name') ?? '')),
      })),
    })),
  };
}

describe('what the filter drops', () => {
  test.each(LOG_FILES)('is nothing that is kept of %s', (file) => {
    for (const body of capturedBodies(file)) {
      const { items, left } = logItems(filtered(body));
      expect(items).toEqual(logItems(body).items);
      expect(left.unneeded).toBeLessThanOrEqual(logItems(body).left.unneeded);
    }
  });

  test('is most of what a client sends, prompts among it', () => {
    const bodies = capturedBodies('cache-invalidation/logs.json');
    const size = (list: readonly unknown[]) => JSON.stringify(list).length;
    expect(size(bodies.map(filtered))).toBeLessThan(size(bodies) / 4);
    expect(JSON.stringify(bodies)).toContain('user_prompt');
    expect(JSON.stringify(bodies.map(filtered))).not.toContain('user_prompt');
  });

  test('is no metric that is kept', () => {
    const [condition] = config.processors['filter/needed'].metrics.metric;
    const [, kept] = /^name != "(.*)"$/.exec(condition) ?? [];
    for (const body of METRIC_FILES.flatMap(capturedBodies)) {
      // biome-ignore lint/suspicious/noExplicitAny: a walk through a body whose shape the parser checks
      const keepOnly = (list: any): any =>
        JSON.parse(JSON.stringify(list), (key, value) =>
          key === 'metrics' ? value.filter(({ name }: { name: string }) => name === kept) : value,
        );
      expect(metricItems(keepOnly(body)).items).toEqual(metricItems(body).items);
    }
  });
});

describe('a batch', () => {
  const [first] = capturedBodies('oauth/otlp-logs.json');
  const PEOPLE = ['ada@example.com', 'grace@example.com', 'alan@example.com'];

  /** As many records as a batch may have, of several people, as the exporter sends them. */
  function fullBatch(): { body: Buffer; unfolded: number; apiRequests: number } {
    const needed = filtered(first).resourceLogs;
    const one = needed.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
    const copies = Math.floor(batch.max_size / one.length);
    const resourceLogs = Array.from({ length: copies }, (_, nr) => {
      const text = JSON.stringify(needed)
        .replace(/("user\.email","value":\{"stringValue":")[^"]*/g, `$1${PEOPLE[nr % PEOPLE.length]}`)
        .replace(/("request_id","value":\{"stringValue":")[^"]*/g, `$1req_${nr}`)
        .replace(/("(?:client_request_id|session\.id)","value":\{"stringValue":")[^"]*/g, `$1id_${nr}`);
      return JSON.parse(text);
    }).flat();
    const text = JSON.stringify({ resourceLogs });
    const apiRequests = logItems({ resourceLogs }).items.filter(({ fact }) => fact.is === 'request').length;
    return { body: gzipSync(text), unfolded: text.length, apiRequests };
  }

  test('of full size is taken with the team token, each record for whom it names', async () => {
    const { body, unfolded, apiRequests } = fullBatch();
    expect(unfolded).toBeGreaterThan(4 * 1024 * 1024);
    expect(body.length).toBeLessThan(MAX_BODY_BYTES);
    const { post, deliveries } = aCollector();
    const answer = await post('/v1/logs', body, { ...bearer(TEAM), 'content-encoding': exporter.compression });
    expect([answer.statusCode, answer.body]).toEqual([200, '{}']);
    const [delivery] = deliveries;
    expect(delivery?.owner).toEqual({ of: 'team' });
    const requests = delivery?.items.filter(({ fact }) => fact.is === 'request') ?? [];
    expect(requests).toHaveLength(apiRequests);
    expect(new Set(requests.map(({ email }) => email))).toEqual(new Set(PEOPLE));
  });

  test('waits on disk, for as long as it takes', () => {
    expect(exporter.sending_queue.storage).toBe('file_storage');
    expect(config.service.extensions).toEqual(['file_storage']);
    expect(exporter.retry_on_failure.max_elapsed_time).toBe(0);
    expect([exporter.sending_queue.sizer, batch.min_size <= batch.max_size]).toEqual(['items', true]);
    expect(exporter.sending_queue.queue_size).toBeGreaterThan(batch.max_size);
  });
});

test('every part of a pipeline is described, and none is described for nothing', () => {
  const { pipelines } = config.service;
  for (const part of ['receivers', 'processors', 'exporters'] as const) {
    const used = Object.values(pipelines as Record<string, Record<string, string[]>>).flatMap((one) => one[part] ?? []);
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(config[part]).toSorted());
  }
  expect(Object.keys(pipelines)).toEqual(['logs', 'metrics']);
});

test('it sends to the port that is the default, with a token that is not written down', () => {
  expect(new URL(exporter.endpoint).port).toBe(String(readConfig({}).port));
  expect(exporter.headers.Authorization).toMatch(/^Bearer \$\{env:\w+\}$/);
  expect(textOf('docs/deploy/otel-collector.yaml')).not.toMatch(/qw_\w/);
});
