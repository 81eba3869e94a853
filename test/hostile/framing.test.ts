import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { exchange, post, speak } from './raw-http.ts';
import { startTarget, type Target, usageRequest } from './target.ts';

let target: Target;

beforeAll(async () => {
  target = await startTarget();
});

// Whatever came before, the others are served.
afterEach(() => target.honest());

afterAll(() => target.stop());

const authorized = () => ({ authorization: `Bearer ${target.token}`, 'content-type': 'application/json' });
const good = () => JSON.stringify({ requests: [usageRequest({})] });

describe('a length that lies', () => {
  test('a body that ends too early is nothing', async () => {
    const { socket, hear } = speak(target.url);
    socket.write(post({ headers: { ...authorized(), 'content-length': '5000' }, body: good() }));
    socket.end();
    const { statuses, isClosed } = await hear();
    expect([isClosed, statuses.filter((status) => status < 400)]).toEqual([true, []]);
    expect(target.kept('hostile')).toBe(0);
  });

  test('what comes after the body is no second request', async () => {
    const body = good();
    const length = String(body.length - 10);
    const { statuses, isClosed } = await exchange(
      target.url,
      post({ headers: { ...authorized(), 'content-length': length }, body }),
    );
    expect([new Set(statuses), isClosed]).toEqual([new Set([400]), true]);
    expect(target.kept('hostile')).toBe(0);
  });

  test.each<[what: string, headers: Record<string, string>]>([
    ['negative', { 'content-length': '-1' }],
    ['no number', { 'content-length': 'ten' }],
    ['hexadecimal', { 'content-length': '0x10' }],
    ['a fraction', { 'content-length': '1.5' }],
    ['two numbers', { 'content-length': '5, 6' }],
    ['beyond all counting', { 'content-length': '99999999999999999999' }],
    ['said twice', { 'Content-Length': '2', 'content-length': '3' }],
    ['a length and chunks', { 'content-length': '4', 'transfer-encoding': 'chunked' }],
    ['chunks that are not last', { 'content-length': '4', 'transfer-encoding': 'chunked, identity' }],
    ['an encoding nobody knows', { 'transfer-encoding': 'xchunked', 'content-length': '4' }],
  ])('%s', async (_, headers) => {
    // What a smuggler hides in the body must never be read as a request.
    const hidden = `0\r\n\r\n${post({ headers: authorized(), body: good() })}`;
    const { statuses, isClosed } = await exchange(
      target.url,
      post({ headers: { ...authorized(), ...headers }, body: hidden }),
    );
    expect([statuses, isClosed]).toEqual([[400], true]);
    expect(target.kept('hostile')).toBe(0);
  });

  test('of 4 GiB is refused before it comes', async () => {
    const headers = { ...authorized(), 'content-length': String(4 * 1024 ** 3) };
    const { statuses, text, isClosed } = await exchange(target.url, post({ headers }));
    expect([statuses, isClosed]).toEqual([[413], true]);
    expect(text).toContain('too_large');
  });
});

describe('chunks that are none', () => {
  const chunked = () => ({ ...authorized(), 'transfer-encoding': 'chunked' });
  const start = () => {
    const [head = ''] = post({ headers: chunked() }).split('content-length: 0\r\n');
    return `${head}${post({ headers: chunked() }).split('content-length: 0\r\n')[1]}`;
  };

  test.each<[what: string, chunks: string]>([
    ['no size', 'xyz\r\n{}\r\n0\r\n\r\n'],
    ['a negative size', '-2\r\n{}\r\n0\r\n\r\n'],
    ['a size beyond all counting', `${'f'.repeat(17)}\r\n{}\r\n0\r\n\r\n`],
    ['more than the size', '2\r\n{"requests":[]}\r\n0\r\n\r\n'],
    ['an endless extension', `2;${'x'.repeat(100_000)}\r\n{}\r\n0\r\n\r\n`],
    ['endless trailers', `2\r\n{}\r\n0\r\n${'x: y\r\n'.repeat(5_000)}\r\n`],
  ])('%s', async (_, chunks) => {
    const { statuses, isClosed } = await exchange(target.url, start() + chunks);
    expect(statuses.filter((status) => status < 400 || status >= 500)).toEqual([]);
    expect([statuses.length, isClosed]).toEqual([1, true]);
  });

  test('5,000 of one byte are a body like any other', async () => {
    const padded = good().padEnd(5000);
    const chunks = [...padded].map((byte) => `1\r\n${byte}\r\n`).join('');
    const { statuses } = await exchange(target.url, `${start()}${chunks}0\r\n\r\n`, { answers: 1 });
    expect(statuses).toEqual([200]);
    expect(target.kept('hostile')).toBe(1);
  });
});

describe('headers', () => {
  test.each<[what: string, headers: () => Record<string, string>, statuses: number[]]>([
    ['of 100 KB are too many bytes', () => ({ ...authorized(), x: 'y'.repeat(100_000) }), [431]],
    [
      '10,000 of them are too many bytes',
      () => ({
        ...authorized(),
        ...Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`x${index}`, 'y'])),
      }),
      [431],
    ],
    ['with a NUL are none', () => ({ ...authorized(), x: 'a\0b' }), [400]],
    ['with a blank in their name are none', () => ({ ...authorized(), 'x y': 'z' }), [400]],
    ['folded over two lines are none', () => ({ ...authorized(), x: 'a\r\n b' }), [400]],
    ['with a line break of their own are none', () => ({ ...authorized(), x: 'a\nb' }), [400]],
    ['with a token of 15 KB are refused', () => ({ authorization: `Bearer qw_${'x'.repeat(15_000)}` }), [401]],
    ['with a token of no letters are refused', () => ({ authorization: 'Bearer \xff\xfe\x01' }), [400]],
  ])('%s', async (_, headers, expected) => {
    const ending = { answers: 1 };
    const { statuses } = await exchange(target.url, Buffer.from(post({ headers: headers() }), 'latin1'), ending);
    expect(statuses).toEqual(expected);
  });

  test.each<[what: string, bytes: string, status: number]>([
    ['a path of 15 KB', `GET /${'x'.repeat(15_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 404],
    ['a path of 100 KB', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
    ['a path that climbs', 'GET /../../../../etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n', 404],
    ['a path that climbs in disguise', 'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n', 404],
    ['a path with broken escapes', 'GET /%zz%00 HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['a proxy’s request', 'GET http://metadata.internal/ HTTP/1.1\r\nhost: x\r\n\r\n', 404],
    ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n', 0],
    ['a method that does not exist', 'STEAL /v1/usage HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['an upgrade', 'GET /v1/usage HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n', 404],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['HTTP/3', 'GET /healthz HTTP/3.0\r\nhost: x\r\n\r\n', 400],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['an SSH client', 'SSH-2.0-OpenSSH_9.2\r\n', 400],
    ['bytes of all kinds', String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte)), 400],
  ])('%s', async (_, bytes, status) => {
    const { statuses, isClosed } = await exchange(target.url, Buffer.from(bytes, 'latin1'), { answers: 1 });
    if (status === 0) expect([statuses, isClosed]).toEqual([[], true]);
    else expect(statuses).toEqual([status]);
  });
});

describe('many requests on one connection', () => {
  test('garbage behind a good request takes nothing away from it', async () => {
    const first = post({
      headers: authorized(),
      body: JSON.stringify({ requests: [usageRequest({ session: 'first' })] }),
    });
    const { statuses, isClosed } = await exchange(target.url, `${first}\x00\x01garbage\r\n\r\n${first}`);
    expect(statuses.at(-1)).toBe(400);
    expect(statuses).not.toContain(500);
    expect(isClosed).toBe(true);
  });

  test('400 at once are answered in order', async () => {
    const wrong = post({ headers: authorized(), body: '{' });
    const right = post({ path: '/v1/hooks', headers: authorized(), body: '{}' });
    const { statuses } = await exchange(target.url, (wrong + right).repeat(200), { answers: 400, withinMs: 60_000 });
    expect(statuses).toEqual(Array.from({ length: 200 }, () => [400, 200]).flat());
  });

  test('a connection that never reads its answers is no matter', async () => {
    const { socket, hear } = speak(target.url);
    socket.pause();
    const requests = Buffer.from(post({ headers: authorized(), body: '{' }).repeat(5_000));
    socket.write(requests);
    await target.honest();
    socket.destroy();
    await hear();
  });

  test('a client that hangs up in the middle of everything is no matter', async () => {
    const bytes = post({
      headers: authorized(),
      body: JSON.stringify({ requests: [usageRequest({ session: 'gone' })] }),
    });
    for (let cut = 1; cut < bytes.length; cut += 7) {
      const { socket } = speak(target.url);
      await once(socket, 'connect');
      socket.write(bytes.slice(0, cut));
      socket.resetAndDestroy();
    }
    expect(target.kept('gone')).toBe(0);
  });
});

describe('a web page', () => {
  test('is never allowed to send anything, or to read an answer', async () => {
    const origin = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    for (const path of ['/v1/usage', '/v1/hooks', '/healthz', '/openapi.json']) {
      const asked = await fetch(new URL(path, target.url), { method: 'OPTIONS', headers: origin });
      const got = await fetch(new URL(path, target.url), { headers: origin });
      expect(asked.status).toBe(404);
      for (const { headers } of [asked, got]) {
        expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
        expect(headers.get('content-type')).not.toMatch(/html/);
        expect(headers.get('server') ?? headers.get('x-powered-by')).toBeNull();
      }
    }
  });

  test('finds the local workspace only under the name of this machine', async () => {
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'quota.example.com']) {
      const { statuses } = await exchange(target.url, `GET /workspace/ HTTP/1.1\r\nhost: ${host}\r\n\r\n`, {
        answers: 1,
      });
      expect(statuses).toEqual([403]);
    }
    const headers = { origin: 'https://evil.example', 'content-type': 'application/json' };
    const command = JSON.stringify({ user: 'ada', text: '/quota tokens' });
    const answer = await fetch(new URL('/workspace/commands', target.url), { method: 'POST', headers, body: command });
    expect(answer.status).toBe(403);
  });
});
