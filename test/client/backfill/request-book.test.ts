import { describe, expect, test } from 'vitest';
import { parsedLine } from '../../../src/client/backfill/parsed-line.ts';
import { createRequestBook, type Ids } from '../../../src/client/backfill/request-book.ts';

const AT = Date.parse('2026-11-20T10:00:00Z');
const NOTHING_SENT = { has: () => false };

interface Told {
  readonly id?: string | null;
  readonly request?: string | null;
  readonly output?: unknown;
  readonly isSide?: boolean;
  readonly at?: string;
  readonly model?: unknown;
  readonly more?: object;
}

function lineOf({ id = 'm', request = 'r', output = 1, isSide = false, at = '2026-11-20T10:00:00Z', ...rest }: Told) {
  const usage = { input_tokens: 0, output_tokens: output, ...rest.more };
  const model = 'model' in rest ? rest.model : 'claude-opus-5-5';
  const message = { id, model, usage };
  return {
    type: 'assistant',
    timestamp: at,
    sessionId: 's',
    requestId: request,
    isSidechain: isSide,
    version: '2.1.330',
    message,
  };
}

/** What is sent of lines, by request id and output. */
function kept(
  lines: readonly Told[],
  span = { from: 0, until: Number.POSITIVE_INFINITY },
  sent: { has(ids: Ids): boolean } = NOTHING_SENT,
) {
  const book = createRequestBook(span, sent);
  for (const told of lines) {
    const line = parsedLine(lineOf(told));
    if (line) book.add(line, { session: 'file', promptId: 'p' });
  }
  return book.take().map(({ request }) => [request.requestId, request.outputTokens]);
}

describe('lines are one request', () => {
  test.each<[rule: string, lines: readonly Told[], kept: readonly (readonly [string, number])[]]>([
    ['with the same ids, and the larger counts', [{ output: 1 }, { output: 900 }, { output: 5 }], [['r', 900]]],
    [
      'not with other request ids',
      [{ output: 1 }, { request: 'r2', output: 2 }],
      [
        ['r', 1],
        ['r2', 2],
      ],
    ],
    [
      'without request ids by the message',
      [
        { request: null, output: 1 },
        { request: null, output: 7 },
      ],
      [['m', 7]],
    ],
    [
      'not where one has no request id',
      [{ request: null, output: 1 }, { output: 7 }],
      [
        ['m', 1],
        ['r', 7],
      ],
    ],
    ['where a side question repeats it', [{ output: 3 }, { request: 'r2', isSide: true, output: 900 }], [['r', 3]]],
    ['where the side question came first', [{ request: 'r2', isSide: true, output: 900 }, { output: 3 }], [['r', 3]]],
    [
      'where two side questions repeat it',
      [{ output: 3 }, { request: 'r2', isSide: true }, { request: 'r3', isSide: true }],
      [['r', 3]],
    ],
    [
      'never without a message id',
      [
        { id: null, output: 1 },
        { id: null, output: 1 },
      ],
      [
        ['r', 1],
        ['r', 1],
      ],
    ],
    [
      'with other answers in between',
      [{ output: 1 }, { id: 'm2', request: 'r2' }, { output: 4 }],
      [
        ['r', 4],
        ['r2', 1],
      ],
    ],
  ])('%s', (_, lines, expected) => {
    expect(kept(lines)).toEqual(expected);
  });
});

describe('a line tells of no request', () => {
  test.each<[why: string, told: Told]>([
    ['of the client’s own texts', { model: '<synthetic>' }],
    ['without a model', { model: null }],
    ['with a model that is a text', { model: 'my secret plan' }],
    ['with fractions of tokens', { output: 1.5 }],
    ['with fewer than no tokens', { output: -1 }],
    ['with more tokens than there are', { output: 2e9 }],
    ['with tokens in words', { output: '12' }],
    ['without tokens', { output: null }],
    ['with a cache in words', { more: { cache_read_input_tokens: 'many' } }],
    ['with a part in words', { more: { cache_creation: { ephemeral_5m_input_tokens: 'x' } } }],
    ['without a time', { at: '' }],
    ['with a time without a zone', { at: '2026-11-20T10:00:00' }],
    ['with a time in words', { at: 'Nov 20 2026' }],
    ['with a time before all of this', { at: '1970-01-01T00:00:00Z' }],
  ])('%s', (_, told) => {
    expect(kept([told])).toEqual([]);
  });
});

test('a request says what the collector may know, and no more', () => {
  const book = createRequestBook({ from: 0, until: Number.POSITIVE_INFINITY }, NOTHING_SENT);
  const line = parsedLine({
    ...lineOf({
      more: {
        cache_read_input_tokens: 3,
        cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 5 },
      },
    }),
    cwd: '/home/dev/hush',
    agentId: 'a 1',
    sessionId: 'no id at all',
    isSidechain: true,
  });
  if (line) book.add(line, { session: 'file', promptId: 'p' });
  expect(book.take().map(({ request }) => JSON.parse(JSON.stringify(request)))).toEqual([
    {
      session: 'file',
      at: AT,
      requestId: 'r',
      promptId: 'p',
      agent: 'sidechain',
      model: 'claude-opus-5-5',
      clientVersion: '2.1.330',
      inputTokens: 0,
      outputTokens: 1,
      cacheReadTokens: 3,
      cacheCreationTokens: 9,
      cacheCreation5mTokens: 4,
      cacheCreation1hTokens: 5,
    },
  ]);
});

test('what is older is left out, and what is younger may not be read yet', () => {
  const book = createRequestBook({ from: AT, until: AT }, NOTHING_SENT);
  const add = (at: string) => {
    const line = parsedLine(lineOf({ at, request: at }));
    return line && book.add(line, { session: 's', promptId: undefined });
  };
  expect([add('2026-11-20T09:59:59.999Z'), add('2026-11-20T10:00:00Z'), add('2026-11-20T10:00:00.001Z')]).toEqual([
    true,
    true,
    false,
  ]);
  expect(book.take()).toHaveLength(1);
});
