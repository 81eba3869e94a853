import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SessionId } from '../model/ids.ts';
import type { TokenOwner } from '../store/token-store.ts';
import { ownerOfRequest } from './authenticate.ts';
import { hookItems } from './hook-items.ts';
import type { Intake } from './intake.ts';
import { JSON_TYPE, requireMediaType } from './media-type.ts';
import { Problem } from './problem.ts';
import { parseJson } from './read-body.ts';
import { statusLineItems } from './status-line-items.ts';
import { usageItems } from './usage-items.ts';

export interface JsonRouteDeps {
  readonly intake: Intake;
  /** The one line for the status bar of this owner's session, as things stand now. */
  statusLine(owner: TokenOwner, session: SessionId): string;
  /** IANA zone of lock-out texts that name none. */
  readonly timeZone: string;
}

/** The webhook, the status line and the hooks. */
export function registerJsonRoutes(app: FastifyInstance, { intake, statusLine, timeZone }: JsonRouteDeps) {
  const onRequest = requireMediaType([JSON_TYPE]);

  app.post('/v1/usage', { onRequest }, async (request) => {
    const receivedAt = intake.now();
    const parsed = await intake.read(request, (body) => usageItems(parseJson(body)));
    return intake.take({ owner: ownerOfRequest(request), feed: 'webhook', parsed, receivedAt });
  });

  app.post('/v1/status-line', { onRequest, errorHandler: answerInStatusBar }, async (request, reply) => {
    const owner = ownerOfRequest(request);
    const receivedAt = intake.now();
    const parsed = await intake.read(request, (body) => statusLineItems(parseJson(body), receivedAt));
    await intake.take({ owner, feed: 'status_line', parsed, receivedAt });
    return reply.type('text/plain; charset=utf-8').send(statusLine(owner, parsed.session));
  });

  // Claude Code would read any text in the answer as an instruction of the hook.
  app.post('/v1/hooks', { onRequest }, async (request, reply) => {
    const receivedAt = intake.now();
    const parsed = await intake.read(request, (body) => hookItems(parseJson(body), receivedAt, timeZone));
    await intake.take({ owner: ownerOfRequest(request), feed: 'hook', parsed, receivedAt });
    return reply.send();
  });
}

/** Whatever is answered is shown in a status bar: one short line in place of JSON. */
function answerInStatusBar(error: FastifyError, _request: FastifyRequest, reply: FastifyReply) {
  const isRefusedToken = error instanceof Problem && error.status === 401;
  if (!isRefusedToken) throw error;
  const line = 'Quota Watch: token not accepted, type /quota connect in Slack';
  return reply.code(error.status).headers(error.headers).type('text/plain; charset=utf-8').send(line);
}
