import type { Server } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createBodyCollector } from './arriving-bodies.ts';
import { type AuthenticateDeps, createAuthenticate } from './authenticate.ts';
import { type CoverageRouteDeps, registerCoverageRoute } from './coverage-route.ts';
import { createIntake, type IntakeDeps } from './intake.ts';
import { type JsonRouteDeps, registerJsonRoutes } from './json-routes.ts';
import { type Meter, NO_METER } from './meter.ts';
import { registerOtlpRoutes } from './otlp/routes.ts';
import { createErrorHandler, Problem } from './problem.ts';
import { type PublicRouteDeps, registerPublicRoutes } from './public-routes.ts';
import { MAX_BODY_BYTES } from './read-body.ts';

export interface CollectorDeps
  extends AuthenticateDeps,
    IntakeDeps,
    PublicRouteDeps,
    CoverageRouteDeps,
    Omit<JsonRouteDeps, 'intake'> {
  readonly log: Logger;
  /** Whose word about the sender's address counts, as Fastify's `trustProxy`: false without a proxy in front. */
  readonly trustProxy: boolean | string;
  readonly meter?: Meter;
}

/** Headers come at once from an honest client; a whole body within half a minute, even over a phone. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CHECK_INTERVAL_MS = 5_000;
const IDLE_SOCKET_MS = 60_000;
/** How long a stop waits for who is still sending: less than the whole program may take. */
const DRAIN_MS = 5_000;
const CLOSE_IDLE_EVERY_MS = 50;
/** Longer than the 60 seconds between two metric exports, so that clients find their connection alive. */
const KEEP_ALIVE_MS = 75_000;

/**
 * The HTTP server, not yet listening. Formats live behind the bearer token; routes that the caller adds to the answered
 * instance are open unless they guard themselves.
 */
export function createCollector(deps: CollectorDeps): FastifyInstance {
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: deps.trustProxy,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_SOCKET_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CHECK_INTERVAL_MS },
  });
  const { meter = NO_METER } = deps;
  app.setErrorHandler(createErrorHandler(deps.log, meter.refused));
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
    meter.answered({ route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
    done();
  });
  app.addHook('preClose', async () => drain(app.server));
  // Before the body: an unknown route must not make us read one.
  app.addHook('onRequest', async (request) => {
    if (request.is404) throw new Problem(404, 'There is no such route; /openapi.json lists them.');
  });
  registerPublicRoutes(app, deps);
  app.register(async (guarded) => registerFormats(guarded, deps));
  return app;
}

/** Closes each connection once it is answered, so that clients that keep theirs do not hold the stop, nor does a slow sender. */
function drain(server: Server) {
  const closeIdle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
  const giveUp = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  server.once('close', () => {
    clearInterval(closeIdle);
    clearTimeout(giveUp);
  });
}

function registerFormats(app: FastifyInstance, deps: CollectorDeps) {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', createBodyCollector());
  app.decorateRequest('owner');
  app.addHook('onRequest', createAuthenticate(deps));
  const intake = createIntake(deps);
  registerOtlpRoutes(app, intake);
  registerJsonRoutes(app, { ...deps, intake });
  registerCoverageRoute(app, deps);
}
