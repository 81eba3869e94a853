import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { z } from 'zod';
import { CHANNEL, CHANNELS, findConversation } from './channels.ts';
import type { createClicks } from './clicks.ts';
import type { createCommands } from './commands.ts';
import { reasonToRefuse } from './guards.ts';
import type { LiveStream } from './live-stream.ts';
import type { createModalActions } from './modal-actions.ts';
import type { Moderation } from './moderation.ts';
import { addModerationRoutes } from './moderation-routes.ts';
import { PAGE_HTML, type PageBundle } from './page-bundle.ts';
import { isVisibleTo, listMessages, type PageSources, pageState } from './page-state.ts';
import { findPerson, PEOPLE, type Person } from './people.ts';
import { RequestError } from './request-error.ts';

/** What the routes serve. */
export interface RouteParts extends PageSources {
  readonly runCommand: ReturnType<typeof createCommands>;
  readonly clicks: ReturnType<typeof createClicks>;
  readonly modalActions: ReturnType<typeof createModalActions>;
  readonly moderation: Moderation;
  readonly live: LiveStream;
  readonly bundle: () => Promise<PageBundle>;
}

const CommandBody = z.strictObject({ user: z.string(), text: z.string().max(4000), channel: z.string().optional() });
const Value = z.union([z.string(), z.array(z.string())]);
const ActionBody = z.strictObject({
  user: z.string(),
  channel: z.string().optional(),
  ts: z.string().optional(),
  view_id: z.string().optional(),
  action_id: z.string(),
  block_id: z.string().optional(),
  value: Value.optional(),
  values: z.record(z.string(), Value).optional(),
});
const UserBody = z.strictObject({ user: z.string() });
const SubmitBody = z.strictObject({ user: z.string(), values: z.record(z.string(), Value) });
const StateQuery = z.object({ user: z.string() });
const MessagesQuery = z.object({ channel: z.string().optional() });

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page and what it calls, to be registered under `/workspace`. */
export function createRoutes(parts: RouteParts): FastifyPluginAsync {
  const { runCommand, clicks, modalActions, live } = parts;

  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));
    app.addHook('preClose', async () => live.close());

    app.addHook('onRequest', async (request, reply) => {
      const { host, origin } = request.headers;
      const reason = reasonToRefuse({ peerAddress: request.socket.remoteAddress, host, origin });
      if (reason) return reply.code(403).send({ error: reason });
      reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
      reply.header('x-content-type-options', 'nosniff');
      reply.header('referrer-policy', 'no-referrer');
      reply.header('cache-control', 'no-store');
    });

    app.setErrorHandler((error, request, reply) => {
      if (error instanceof RequestError) return reply.code(error.status).send({ error: error.message });
      if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
      const status = statusOf(error);
      if (status >= 500) request.log.error({ err: error }, 'workspace request failed');
      return reply
        .code(status)
        .send({ error: status >= 500 ? 'The workspace failed. Its log says why.' : String(error) });
    });

    app.get('', (_request, reply) => reply.redirect(`${app.prefix}/`));
    app.get('/', { prefixTrailingSlash: 'slash' }, (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(PAGE_HTML),
    );
    app.get('/page.js', async (_request, reply) => send(reply, 'text/javascript', (await parts.bundle()).script));
    app.get('/page.css', async (_request, reply) => send(reply, 'text/css', (await parts.bundle()).style));

    app.get('/state', async ({ query }) => pageState(parts, personNamed(StateQuery.parse(query).user)));
    app.get('/messages', async ({ query }) => {
      const { channel } = MessagesQuery.parse(query);
      return { messages: listMessages(parts.ledger, channel && conversationNamed(channel)) };
    });
    app.get('/events', (_request, reply) => {
      reply.hijack();
      live.add(reply.raw);
    });

    app.post('/commands', async ({ body }) => {
      const { user, text, channel } = CommandBody.parse(body);
      const person = personNamed(user);
      if (!text.startsWith('/')) throw new RequestError(400, 'Only commands are understood here: start with "/quota".');
      const place = channel ? conversationNamed(channel) : CHANNEL.id;
      if (parts.ledger.isArchived(place)) throw new RequestError(409, 'This channel is archived: nobody writes here.');
      return { answers: await runCommand({ person, channel: place, line: text }) };
    });
    app.post('/actions', async ({ body }) => {
      const { user, channel, ts, view_id, action_id, block_id, value, values } = ActionBody.parse(body);
      const person = personNamed(user);
      const on =
        channel && ts ? { message: messageFor(person, channel, ts) } : { view: clicks.viewOf(person, view_id) };
      await clicks.click({ person, on, actionId: action_id, blockId: block_id, value, entered: values });
      return {};
    });
    app.post('/home', async ({ body }) => {
      await clicks.openHome(personNamed(UserBody.parse(body).user));
      return {};
    });
    app.post('/modal/submit', async ({ body }) => {
      const { user, values } = SubmitBody.parse(body);
      return { errors: await modalActions.submit(personNamed(user), values) };
    });
    app.post('/modal/close', async ({ body }) => {
      await modalActions.close(personNamed(UserBody.parse(body).user));
      return {};
    });
    addModerationRoutes(app, { moderation: parts.moderation, personNamed, messageFor });
  };

  function messageFor(person: Person, channel: string, ts: string) {
    const message = parts.ledger.find(conversationNamed(channel), ts);
    if (message && isVisibleTo(person, message)) return message;
    throw new RequestError(404, `${person.realName} sees no message ${ts} in ${channel}.`);
  }
}

function personNamed(name: string): Person {
  const person = findPerson(name);
  if (person) return person;
  const names = PEOPLE.map((known) => known.name).join(', ');
  throw new RequestError(400, `Nobody here is called "${name}". The people are: ${names}.`);
}

function conversationNamed(name: string): string {
  const id = findConversation(name);
  if (id) return id;
  const names = CHANNELS.map((channel) => `#${channel.name}`).join(', ');
  throw new RequestError(400, `There is no conversation "${name}". The channels are: ${names}.`);
}

/** Fastify's own errors, of a body that is too large or no JSON, carry their status. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : 500;
}

function send(reply: FastifyReply, type: string, content: string): FastifyReply {
  return reply.type(`${type}; charset=utf-8`).send(content);
}
