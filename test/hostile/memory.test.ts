import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { howOften } from '../faults/how-long.ts';
import { eventually } from '../support/running-app.ts';
import { post, type Speaker, speak } from './raw-http.ts';
import { CAN_MEASURE_MEMORY, startTarget, type Target } from './target.ts';

const MIB = 1024 * 1024;

/** 10,000 need a file limit that is higher than an ordinary shell’s. */
const SOCKETS = howOften({ bounded: 500, long: 10_000 });

// A busy machine unfolds slowly; how long it takes is no matter of correctness.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let target: Target;
let speakers: Speaker[];
let before: number;

beforeAll(async () => {
  target = await startTarget();
  for (let index = 0; index < 30; index++) await target.honest();
});

beforeEach(() => {
  speakers = [];
  before = target.peakBytes();
});

afterEach(async () => {
  for (const { socket } of speakers) socket.destroy();
  await target.honest();
});

afterAll(() => target.stop());

/** What the peak grew by since the test began: those that may take more come later, so that no earlier peak hides theirs. */
const grownBytes = () => target.peakBytes() - before;

async function opened(): Promise<Speaker> {
  const speaker = speak(target.url);
  speakers.push(speaker);
  await once(speaker.socket, 'connect');
  return speaker;
}

const head = (headers: Record<string, string>, path = '/v1/usage') =>
  post({ path, headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/json', ...headers } });

const chunkedHead = (headers: Record<string, string> = {}) =>
  head({ 'transfer-encoding': 'chunked', ...headers }).replace('content-length: 0\r\n', '');

/** Writes chunks as fast as the other side takes them, until it hangs up or `bytes` are written. */
async function writeEndless({ socket }: Speaker, bytes: number): Promise<number> {
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MIB, ' '), Buffer.from('\r\n')]);
  let written = 0;
  for (; written < bytes && !socket.destroyed; written += MIB) {
    if (socket.write(chunk)) continue;
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.once('drain', resolve).once('close', resolve);
    await promise;
    socket.off('drain', resolve).off('close', resolve);
  }
  return written;
}

describe.skipIf(!CAN_MEASURE_MEMORY)('memory stays bounded', () => {
  test('when a body has no end: it is refused after 4 MiB', async () => {
    const senders = await Promise.all(Array.from({ length: 4 }, opened));
    for (const { socket } of senders) socket.write(chunkedHead());
    await Promise.all(senders.map((sender) => writeEndless(sender, 256 * MIB)));
    for (const sender of senders) {
      const { statuses, isClosed } = await sender.hear();
      // A reset may overtake the answer.
      expect([statuses.filter((status) => status !== 413), isClosed]).toEqual([[], true]);
    }
    expect(grownBytes()).toBeLessThan(150 * MIB);
  });

  test('when somebody without a token sends without end: nothing of it is kept', async () => {
    const sender = await opened();
    sender.socket.write(chunkedHead({ authorization: 'Bearer qw_wrong' }));
    await writeEndless(sender, 512 * MIB);
    expect((await sender.hear({ answers: 1 })).statuses).toEqual([401]);
    // What passed stays until the next collection of garbage: 75 to 135 MiB were seen.
    expect(grownBytes()).toBeLessThan(256 * MIB);
  });

  test('when 40,000 requests wait on one connection that reads no answer', async () => {
    const { socket } = await opened();
    socket.pause();
    const request = post({ path: '/v1/usage', headers: { authorization: 'Bearer qw_wrong' }, body: '{}' });
    socket.write(request.repeat(40_000));
    await target.honest();
    expect(grownBytes()).toBeLessThan(100 * MIB);
  });

  test(`when ${SOCKETS} connections say nothing, or stop in the middle of a header`, async () => {
    for (let index = 0; index < SOCKETS; index++) {
      const { socket } = await opened();
      if (index % 2 === 0) socket.write('POST /v1/usage HTTP/1.1\r\nauthorization: Bea');
    }
    await target.honest();
    expect(grownBytes()).toBeLessThan(SOCKETS * 32 * 1024 + 50 * MIB);
    const heard = await Promise.all(speakers.map((speaker) => speaker.hear({ withinMs: 120_000 })));
    expect(heard.filter(({ isClosed }) => !isClosed)).toEqual([]);
    expect(new Set(heard.flatMap(({ statuses }) => statuses))).toEqual(new Set([408]));
  });

  test('when 150 senders hold back the last byte of 4 MiB: their owner has a share, and no more', async () => {
    const length = 4 * MIB;
    const senders = await Promise.all(Array.from({ length: 150 }, opened));
    for (const { socket } of senders) {
      socket.write(head({ 'content-length': String(length) }).replace('content-length: 0\r\n', ''));
      socket.write(Buffer.alloc(length - 1, ' '));
    }
    const refused = () => senders.filter(({ socket }) => socket.destroyed).length;
    await eventually(() => expect(refused()).toBeGreaterThan(100), 60_000);
    // A reset may overtake the answer.
    const heard = await Promise.all(senders.map((sender) => sender.hear({ withinMs: 0 })));
    expect(new Set(heard.flatMap(({ statuses }) => statuses))).toEqual(new Set([503]));
    expect(grownBytes()).toBeLessThan(250 * MIB);
  });

  test('when 16 bombs, 512 MiB of text, go off at once: few are unfolded at a time', async () => {
    const bomb = gzipSync(Buffer.alloc(32 * MIB, 'x'));
    const headers = {
      authorization: `Bearer ${target.token}`,
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    };
    const bombs = Array.from({ length: 16 }, async () => {
      const answer = await fetch(new URL('/v1/logs', target.url), { method: 'POST', headers, body: bomb });
      return answer.status;
    });
    expect(new Set(await Promise.all(bombs))).toEqual(new Set([400]));
    expect(grownBytes()).toBeLessThan(560 * MIB);
  });
});
