import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBodyCollector } from '../../src/collector/arriving-bodies.ts';
import { Overloaded } from '../../src/collector/delivery.ts';
import { developerId } from '../../src/model/ids.ts';
import type { TokenOwner } from '../../src/store/token-store.ts';

const LIMITS = { bytes: 100, bytesOfOne: 40 };

let app: FastifyInstance;
let port: number;
let sockets: Socket[];

beforeEach(async () => {
  sockets = [];
  app = Fastify();
  app.decorateRequest('owner');
  app.addHook('onRequest', async (request) => {
    const owner: TokenOwner =
      request.headers.owner === 'team'
        ? { of: 'team' }
        : { of: 'developer', developer: developerId(Number(request.headers.owner)) };
    request.setDecorator('owner', owner);
  });
  app.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof Overloaded ? 503 : 400).send(error instanceof Error ? error.message : ''),
  );
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', createBodyCollector(LIMITS));
  app.post('/', async ({ body }) => body);
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = Number(new URL(`http://${app.listeningOrigin.split('//')[1]}`).port);
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await app.close();
});

/** Sends the first bytes of a body and holds the others back; the answer comes when the server gives one. */
async function begin(owner: string, { sends, of }: { sends: number; of: number }) {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  socket.write(
    `POST / HTTP/1.1\r\nhost: x\r\nowner: ${owner}\r\ncontent-type: text/x\r\ncontent-length: ${of}\r\n\r\n`,
  );
  socket.write('x'.repeat(sends));
  const status = once(socket, 'data').then(([answer]) => Number(String(answer).split(' ')[1]));
  // Until the server has read it.
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { status, finish: () => socket.write('x'.repeat(of - sends)), socket };
}

test('a body that comes in pieces is put together', async () => {
  const body = await begin('1', { sends: 10, of: 30 });
  body.finish();
  expect(await body.status).toBe(200);
});

test('nobody may hold back more than their share, and everybody else goes on', async () => {
  const held = await begin('1', { sends: 30, of: 35 });
  const more = await begin('1', { sends: 30, of: 35 });
  expect(await more.status).toBe(503);
  const other = await begin('2', { sends: 30, of: 35 });
  const team = await begin('team', { sends: 30, of: 35 });
  for (const body of [held, other, team]) body.finish();
  expect(await Promise.all([held.status, other.status, team.status])).toEqual([200, 200, 200]);
});

test('all together may not hold back more than the limit', async () => {
  for (const owner of ['1', '2', '3']) await begin(owner, { sends: 33, of: 35 });
  expect(await (await begin('4', { sends: 33, of: 35 })).status).toBe(503);
});

test('what has come, was refused or broke off is held back no longer', async () => {
  for (let round = 0; round < 5; round++) {
    const whole = await begin('1', { sends: 30, of: 35 });
    whole.finish();
    expect(await whole.status).toBe(200);
    const refused = await begin('1', { sends: 41, of: 45 });
    expect(await refused.status).toBe(503);
    const broken = await begin('1', { sends: 30, of: 35 });
    broken.socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const last = await begin('1', { sends: 40, of: 40 });
  expect(await last.status).toBe(200);
});
