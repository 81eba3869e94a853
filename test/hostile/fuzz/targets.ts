import { readFileSync } from 'node:fs';
import { encodeLogs } from '../../../bench/otlp-protobuf.ts';
import {
  capturedBodies,
  capturedProtobuf,
  HOOK_FILES,
  inflated,
  LOG_FILES,
  METRIC_FILES,
  STATUS_LINE_FILES,
} from '../../collector/captured.ts';
import { faultInJsonLogs, faultInProtobufLogs } from './short-cuts.ts';

/** What is attacked: a route, one of its encodings, and what honest clients send there. */
export interface FuzzTarget {
  readonly name: string;
  readonly path: string;
  readonly contentType: 'application/json' | 'application/x-protobuf';
  /** Small honest bodies. */
  readonly honest: () => readonly Buffer[];
  /** What is wrong where a parser takes a short cut; undefined: nothing. */
  readonly faultInShortCut?: (body: Buffer) => string | undefined;
}

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

export const TARGETS: readonly FuzzTarget[] = [
  {
    name: 'logs-json',
    path: '/v1/logs',
    contentType: JSON_TYPE,
    honest: () => smallLogs().map(bytes),
    faultInShortCut: faultInJsonLogs,
  },
  {
    name: 'logs-protobuf',
    path: '/v1/logs',
    contentType: PROTOBUF_TYPE,
    honest: () => smallLogs().map((body) => Buffer.from(encodeLogs(body))),
    faultInShortCut: faultInProtobufLogs,
  },
  {
    name: 'metrics-json',
    path: '/v1/metrics',
    contentType: JSON_TYPE,
    honest: () => small(METRIC_FILES.flatMap(capturedBodies).map(bytes)),
  },
  {
    name: 'metrics-protobuf',
    path: '/v1/metrics',
    contentType: PROTOBUF_TYPE,
    honest: () => inflated(capturedProtobuf('metrics')).slice(0, 2),
  },
  { name: 'webhook', path: '/v1/usage', contentType: JSON_TYPE, honest: () => [bytes(USAGE)] },
  {
    name: 'status-line',
    path: '/v1/status-line',
    contentType: JSON_TYPE,
    honest: () => small(STATUS_LINE_FILES.flatMap(capturedBodies).map(bytes)),
  },
  { name: 'hook', path: '/v1/hooks', contentType: JSON_TYPE, honest: () => [...capturedHooks(), ...LIMITS.map(limit)] },
];

const SMALL_BYTES = 6000;

const bytes = (body: unknown) => Buffer.from(JSON.stringify(body));
const small = (bodies: readonly Buffer[]) => bodies.filter(({ length }) => length <= SMALL_BYTES).slice(0, 10);

/** A body for each kind of event that was ever captured. */
function smallLogs(): readonly object[] {
  const byName = new Map<string, object>();
  for (const file of LOG_FILES) {
    // Captured bodies are OTLP, as a test of the collector holds.
    for (const body of capturedBodies(file) as CapturedLogs[]) {
      for (const { resource, scopeLogs } of body.resourceLogs) {
        for (const record of scopeLogs.flatMap(({ logRecords }) => logRecords)) {
          const key = `${file} ${record.body?.stringValue}`;
          const last = byName.size % 2 === 0 ? [record] : [record, record];
          if (!byName.has(key)) byName.set(key, { resourceLogs: [{ resource, scopeLogs: [{ logRecords: last }] }] });
        }
      }
    }
  }
  return [...byName.values()];
}

interface CapturedLogs {
  readonly resourceLogs: readonly {
    readonly resource: object;
    readonly scopeLogs: readonly { readonly logRecords: readonly { readonly body?: { stringValue?: string } }[] }[];
  }[];
}

const USAGE = {
  requests: [
    {
      session: 's1',
      at: '2026-11-23T08:00:00Z',
      durationMs: 5100,
      requestId: 'req_1',
      clientRequestId: 'c1',
      promptId: 'p1',
      sequence: 4,
      agent: 'a1',
      model: 'claude-opus-5-5',
      clientVersion: '2.1.330',
      inputTokens: 3,
      outputTokens: 42,
      cacheReadTokens: 15_273,
      cacheCreationTokens: 8_271,
      cacheCreation5mTokens: 8_000,
      cacheCreation1hTokens: 271,
      costMicros: 71_000,
      email: 'ada@example.com',
    },
  ],
  markers: [{ session: 's1', at: 1_763_885_000_000, kind: 'compaction', email: 'ada@example.com' }],
};

/** Wordings of limits, old and new. */
const LIMITS = [
  "You've hit your weekly Opus limit · resets Nov 26, 1pm (UTC)",
  "You've hit your session limit · resets 9:32am",
  'Claude usage limit reached. Your limit will reset at 3pm (America/Santiago).',
  'Claude AI usage limit reached|1763892000',
  '5-hour limit reached ∙ resets Mon 3:15pm (Europe/Berlin)',
  'API Error: Request rejected (429) · this is not your usage limit',
];

const limit = (text: string) =>
  bytes({
    session_id: 's1',
    hook_event_name: 'StopFailure',
    error: 'rate_limit',
    last_assistant_message: text,
  });

function capturedHooks(): readonly Buffer[] {
  return small(HOOK_FILES.slice(0, 4).flatMap(capturedBodies).map(bytes));
}

/** What earlier runs found interesting; a line each, a byte a character. */
export function corpusOf({ name }: FuzzTarget): readonly Buffer[] {
  const text = readFileSync(corpusFile(name), { encoding: 'utf8', flag: 'a+' });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(JSON.parse(line), 'latin1'));
}

export function corpusFile(name: string): URL {
  return new URL(`../corpus/${name}.jsonl`, import.meta.url);
}

export function corpusLine(input: Buffer): string {
  return `${JSON.stringify(input.toString('latin1'))}\n`;
}
