import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aCollector, asJson, bearer, PERSONAL, type TestCollector } from '../collector/a-collector.ts';
import { post, type Speaker, speak } from './raw-http.ts';

/** What headers and bodies may take here; the program gives them 10 and 30 seconds, and looks every 5. */
const HEADERS_MS = 700;
const REQUEST_MS = 1500;
const TIMES = 20;

const END_OF_HEADERS = '\r\n\r\n';

let collector: TestCollector;
let url: URL;
let speakers: Speaker[];
let isOver: boolean;

beforeEach(async () => {
  speakers = [];
  isOver = false;
  collector = aCollector();
  url = new URL(await collector.app.listen({ host: '127.0.0.1', port: 0 }));
  collector.app.server.headersTimeout = HEADERS_MS;
  collector.app.server.requestTimeout = REQUEST_MS;
});

afterEach(async () => {
  isOver = true;
  for (const { socket } of speakers) socket.destroy();
  await collector.app.close();
});

const authorized = { authorization: `Bearer ${PERSONAL}`, 'content-type': 'application/json' };

/** Says a byte every now and then, as long as anybody listens. */
async function drip({ socket }: Speaker, text: string) {
  for (const byte of text) {
    if (isOver || socket.destroyed) return;
    socket.write(byte);
    await sleep(50);
  }
}

function many(): readonly Speaker[] {
  const made = Array.from({ length: TIMES }, () => speak(url));
  speakers.push(...made);
  return made;
}

/** An honest sender is answered each time. */
async function honestMeanwhile() {
  for (let index = 0; index < 20; index++) {
    const answer = await fetch(new URL('/v1/hooks', url), { method: 'POST', headers: asJson, body: '{}' });
    expect(answer.status).toBe(200);
    await sleep(25);
  }
}

const slowSenders: readonly (readonly [what: string, text: string])[] = [
  ['headers that come letter by letter', `POST /v1/usage HTTP/1.1\r\nx: ${'y'.repeat(10_000)}`],
  ['headers without end', `POST /v1/usage HTTP/1.1\r\n${'x: y\r\n'.repeat(2000)}`],
  [
    'a body that comes letter by letter',
    post({ headers: { ...authorized, 'content-length': '100000' }, body: ' '.repeat(10_000) }),
  ],
  [
    'chunks that come letter by letter',
    `${post({ headers: { ...authorized, 'transfer-encoding': 'chunked' } }).replace('content-length: 0\r\n', '')}${'1\r\n \r\n'.repeat(2000)}`,
  ],
  ['a body that nobody wants', post({ headers: { ...bearer('qw_wrong'), 'content-length': '100000' } })],
];

test('slow senders of every kind are sent away in time, and nobody else notices', async () => {
  const kinds = slowSenders.map(([what, text]) => ({ what, text, senders: many() }));
  for (const { text, senders } of kinds) {
    // Where the body is what is slow, its headers come at once.
    const [head = '', ...body] = text.split(END_OF_HEADERS);
    const quick = body.length > 0 ? head + END_OF_HEADERS : '';
    for (const sender of senders) {
      sender.socket.write(quick);
      void drip(sender, text.slice(quick.length));
    }
  }
  await honestMeanwhile();
  for (const { what, senders } of kinds) {
    const heard = await Promise.all(senders.map((sender) => sender.hear({ withinMs: 60_000 })));
    // A reset may overtake the answer.
    const others = heard.flatMap(({ statuses }) => statuses).filter((status) => status !== 408 && status !== 401);
    expect([what, heard.filter(({ isClosed }) => !isClosed), others]).toEqual([what, [], []]);
  }
  expect(collector.deliveries).toEqual([]);
});

test('a phone that takes a second for its body is no slow sender', async () => {
  const { socket, hear } = speak(url);
  speakers.push({ socket, hear });
  const body = JSON.stringify({
    requests: [{ session: 's1', at: Date.parse('2026-11-23T08:00:00Z'), model: 'm', ...TOKENS }],
  });
  const bytes = post({ headers: authorized, body });
  for (let cut = 0; cut < bytes.length; cut += 60) {
    socket.write(bytes.slice(cut, cut + 60));
    await sleep(75);
  }
  expect((await hear({ answers: 1 })).statuses).toEqual([200]);
});

const TOKENS = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 1, cacheCreationTokens: 1 };
