import type { FastifyInstance } from 'fastify';
import { openApi } from './open-api.ts';

export interface PublicRouteDeps {
  /** What is not ready, in words; empty: ready. */
  notReady(): readonly string[];
  readonly version: string;
}

/** What anyone may ask: whether the process lives, whether it can serve, and how to talk to it. */
export function registerPublicRoutes(app: FastifyInstance, { notReady, version }: PublicRouteDeps) {
  const description = openApi(version);

  app.get('/healthz', () => ({ status: 'ok' }));

  app.get('/readyz', (_request, reply) => {
    const reasons = notReady();
    if (reasons.length === 0) return reply.send({ status: 'ready' });
    return reply.code(503).send({ status: 'not ready', reasons });
  });

  app.get('/openapi.json', () => description);
}
