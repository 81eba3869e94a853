import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { callArguments } from './call-arguments.ts';
import type { Fault, FaultPlan } from './faults.ts';
import { type Answer, type Fields, refusal, textField } from './fields.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { SocketMode } from './socket-mode.ts';
import type { WebApi } from './web-api.ts';

/** What the gateway stands in front of. */
export interface GatewayParts {
  readonly tokens: { readonly bot: string; readonly app: string };
  readonly webApi: WebApi;
  readonly socketMode: SocketMode;
  readonly responseUrls: ResponseUrls;
  readonly faults: FaultPlan;
  /** Told of what no answer can say: a failing disk, a fault in here. */
  readonly failed: (error: unknown) => void;
}

/** The address that the app knows as Slack. */
export interface Gateway {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  stop(): Promise<void>;
}

/** Listens on a free loopback port. */
export async function startGateway(parts: GatewayParts): Promise<Gateway> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      parts.failed(error);
      sendJson(response, 500, refusal('internal_error'));
    });
  });
  server.on('upgrade', parts.socketMode.upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const contentType = request.headers['content-type'] ?? '';
    const body = await text(request);
    const [, area, name = ''] = pathname.split('/');
    if (area === 'api') return serveCall(name, callArguments(contentType, body, searchParams), { request, response });
    if (area === 'response')
      return serveResponseUrl(name, callArguments('application/json', body, searchParams), response);
    sendJson(response, 404, refusal('not_found'));
  }

  async function serveCall(method: string, args: Fields, exchange: Exchange): Promise<void> {
    const { token: _token, ...ownArgs } = args;
    const fault = parts.faults.take(method);
    if (fault && fault.kind !== 'answer_lost') return misbehave(fault, exchange.response);
    const answer = refuseToken(method, tokenOf(exchange.request, args)) ?? (await answerCall(method, ownArgs));
    if (fault) exchange.response.destroy();
    else sendJson(exchange.response, 200, answer);
  }

  function refuseToken(method: string, token: string | undefined): Answer | undefined {
    if (token === undefined) return refusal('not_authed');
    const expected = method === 'apps.connections.open' ? parts.tokens.app : parts.tokens.bot;
    return token === expected ? undefined : refusal('invalid_auth');
  }

  async function answerCall(method: string, args: Fields): Promise<Answer> {
    if (method !== 'apps.connections.open') return parts.webApi.call(method, args);
    return { ok: true, url: url.replace('http', 'ws') + parts.socketMode.invite() };
  }

  async function serveResponseUrl(id: string, body: Fields, response: ServerResponse): Promise<void> {
    const answer = await parts.responseUrls.use(id, body);
    const isGone = answer.error === 'expired_url' || answer.error === 'used_url';
    sendJson(response, answer.ok ? 200 : isGone ? 404 : 400, answer);
  }

  return {
    url,
    async stop() {
      await parts.socketMode.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function misbehave(fault: Exclude<Fault, { kind: 'answer_lost' }>, response: ServerResponse): void {
  switch (fault.kind) {
    case 'rate_limited':
      response.setHeader('retry-after', String(fault.retryAfterSeconds));
      sendJson(response, 429, refusal('ratelimited'));
      return;
    case 'http_error':
      sendJson(response, fault.status, refusal('service_unavailable'));
      return;
    case 'platform_error':
      sendJson(response, 200, refusal(fault.error));
      return;
    case 'hang':
      return;
  }
}

function tokenOf(request: IncomingMessage, args: Fields): string | undefined {
  return request.headers.authorization?.replace(/^Bearer\s+/i, '') ?? textField(args, 'token');
}

function sendJson(response: ServerResponse, status: number, body: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
