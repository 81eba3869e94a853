import type { FastifyInstance } from 'fastify';
import { openApi } from './open-api.ts';

export interface PublicRouteDeps {
  /** What is not ready, in words; empty: ready. */
  notReady(): readonly string[];
  readonly version: string;
  /** What Prometheus reads; undefined: nobody counts. */
  readonly metrics?: { readonly contentType: string; text(): Promise<string> };
  /** The program for developers' machines, a tarball; undefined: it was not built. */
  readonly client?: Buffer | undefined;
}

/** What anyone may ask who reaches the port: whether the process lives, whether it can serve, how it does, and how to talk to it. */
export function registerPublicRoutes(app: FastifyInstance, { notReady, version, metrics, client }: PublicRouteDeps) {
  const description = openApi(version);

  app.get('/healthz', () => ({ status: 'ok' }));

  app.get('/readyz', (_request, reply) => {
    const reasons = notReady();
    if (reasons.length === 0) return reply.send({ status: 'ready' });
    return reply.code(503).send({ status: 'not ready', reasons });
  });

  if (metrics)
    app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));

  // Whatever it was called when its address was copied, this one goes with this collector.
  if (client) app.get('/client/:name', (_request, reply) => reply.type('application/gzip').send(client));

  app.get('/openapi.json', () => description);
}
