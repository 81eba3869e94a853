import { once } from 'node:events';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eventually } from '../support/running-app.ts';
import { post, type Speaker, speak } from './raw-http.ts';
import { startTarget, type Target, usageRequest } from './target.ts';

/** What the program itself has open is some dozens. */
const FILES = 300;

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let target: Target;
const speakers: Speaker[] = [];

beforeAll(async () => {
  target = await startTarget({ through: ['sh', '-c', `ulimit -n ${FILES} && exec "$@"`, 'sh'] });
});

afterAll(() => target.stop());

test('with all files taken by idle connections, those who are connected are served, and the others as soon as there is room', async () => {
  const connected = speak(target.url);
  const headers = { authorization: `Bearer ${target.token}`, 'content-type': 'application/json' };
  const tell = (session: string) =>
    connected.socket.write(post({ headers, body: JSON.stringify({ requests: [usageRequest({ session })] }) }));
  tell('before');
  expect((await connected.hear({ answers: 1 })).statuses).toEqual([200]);

  for (let index = 0; index < 2 * FILES; index++) {
    const idle = speak(target.url);
    speakers.push(idle);
    await once(idle.socket, 'connect');
  }
  // Who found no room was cut off.
  await eventually(() => expect(speakers.some(({ socket }) => socket.destroyed)).toBe(true));
  tell('meanwhile');
  expect((await connected.hear({ answers: 2 })).statuses).toEqual([200, 200]);
  expect([target.kept('before'), target.kept('meanwhile')]).toEqual([1, 1]);

  // Nobody frees the idle ones but the program: they said nothing for ten seconds.
  await eventually(() => target.honest(), 30_000);
  for (const { socket } of [connected, ...speakers]) socket.destroy();
});
