import { Writable } from 'node:stream';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { type CollectorDeps, createCollector } from '../../src/collector/collector.ts';
import type { Delivery } from '../../src/collector/delivery.ts';
import { developerId } from '../../src/model/ids.ts';
import { type EpochMs, epochMs } from '../../src/model/time.ts';
import type { Fact } from '../../src/model/usage-item.ts';

export const PERSONAL = 'qw_personal';
export const TEAM = 'qw_team';

/** Shortly after the newest captured body. */
export const NOW = epochMs(Date.parse('2026-11-23T08:30:00Z'));

export interface TestCollector {
  readonly app: FastifyInstance;
  readonly deliveries: Delivery[];
  readonly facts: () => readonly Fact[];
  /** Sends a value, text or bytes with a personal token. */
  readonly post: (url: string, body: unknown, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;
  /** Everything that was logged, at every level. */
  readonly logged: () => string;
}

/** A collector that accepts everything and remembers it. */
export function aCollector(overrides: Partial<CollectorDeps> = {}, now: EpochMs = NOW): TestCollector {
  const deliveries: Delivery[] = [];
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const app = createCollector({
    ownerOf(token) {
      if (token === TEAM) return { of: 'team' };
      return token === PERSONAL ? { of: 'developer', developer: developerId(7) } : undefined;
    },
    async accept(delivery) {
      deliveries.push(delivery);
      return { accepted: delivery.items.length, duplicates: 0, conflicts: 0, unattributed: 0 };
    },
    statusLine: (_owner, session) => `line of ${session}`,
    coverage: () => [],
    notReady: () => [],
    timeZone: 'Europe/Berlin',
    clock: { now: () => now },
    log: pino({ level: 'trace' }, sink),
    trustProxy: false,
    version: '1.2.3',
    ...overrides,
  });
  const facts = () => deliveries.flatMap(({ items }) => items.map(({ fact }) => fact));
  return {
    app,
    deliveries,
    facts,
    post(url, body, headers = {}) {
      const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      return app.inject({ method: 'POST', url, headers: { ...asJson, ...headers }, payload });
    },
    logged: () => lines.join(''),
  };
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

export const asJson = { ...bearer(PERSONAL), 'content-type': 'application/json' };
export const asProtobuf = { ...bearer(PERSONAL), 'content-type': 'application/x-protobuf' };
