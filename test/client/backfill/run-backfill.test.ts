import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runBackfill } from '../../../src/client/backfill/run-backfill.ts';
import { type Backfill, sendNews } from '../../../src/client/backfill/send-news.ts';
import { UsageBody } from '../../../src/collector/usage-body.ts';
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS } from '../../../src/model/time.ts';
import { transcripts } from '../../../src/simulation/transcript.ts';
import { SECRETS } from '../../../src/simulation/transcript-text.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const TOKEN = 'qw_ours';

/** What came over the wire: the head as it was, the body unpacked. */
interface Heard {
  readonly head: string;
  readonly body: string;
}

let folder: string;
let server: Server;
let heard: Heard[];
let answer: (path: string, nth: number) => { readonly status?: number; readonly body: object };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-backfill-'));
  heard = [];
  answer = (path) => ({
    body: path.startsWith('/v1/coverage') ? { of: 'developer', sessions: [] } : { accepted: 1, duplicates: 0 },
  });
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes).toString() : bytes.toString();
    heard.push({ head: [request.method, request.url, ...request.rawHeaders].join(' '), body });
    const { status = 200, body: told } = answer(request.url ?? '', posts().length);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(told));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe('what leaves the machine', () => {
  test('is numbers, ids, models, versions and times, of transcripts that are full of secrets', async () => {
    simulate(3_000_000);
    const result = await run();
    const all = heard.map(({ head, body }) => head + body).join('\n');
    for (const secret of [...SECRETS, 'project', 'hush', 'toolu', 'sidechain":t', 'file_path', 'signature'])
      expect(all).not.toContain(secret);
    for (const body of posts()) expect(UsageBody.safeParse(JSON.parse(body)).error).toBeUndefined();
    expect(sent().length).toBe(result.requests);
    expect(result.requests).toBeGreaterThan(100);
    expect(new Set(sent().flatMap((request) => Object.keys(request)))).toEqual(new Set(ALLOWED));
    const words = sent()
      .flatMap((request) => Object.values(request))
      .filter((value) => typeof value === 'string');
    expect(words.filter((word) => !/^[\w.-]{1,40}$/.test(word))).toEqual([]);
    expect(all.split(TOKEN)).toHaveLength(heard.length + 1);
  });

  test('adds up to what JSON.parse reads of every line', async () => {
    const files = simulate(3_000_000);
    await run();
    const sum = (name: string) => sent().reduce((total, request) => total + Number(request[name] ?? 0), 0);
    expect([sum('inputTokens'), sum('outputTokens'), sum('cacheReadTokens'), sum('cacheCreationTokens')]).toEqual(
      parsedTotals(files),
    );
    expect(files.join('')).toContain('\\ud83d');
  });

  test('is no text, even where an id should be', async () => {
    write('s', [answerLine({ sessionId: 'tell nobody', requestId: 'a b', version: '/home/dev', agentId: 'x y' })]);
    await run();
    expect(sent()).toEqual(
      [{ ...REQUEST, session: 's', requestId: 'm1', agent: undefined, clientVersion: undefined }].map(plain),
    );
  });
});

describe('a second run', () => {
  test('sends nothing of what did not change, and asks nothing', async () => {
    simulate(1_000_000);
    await run();
    heard = [];
    expect(await run()).toMatchObject({ transcripts: 0, requests: 0 });
    expect(heard).toEqual([]);
  });

  test('sends what was added, and not what was copied into another session', async () => {
    const first = answerLine({});
    write('s', [first]);
    await run();
    heard = [];
    appendFileSync(pathOf('s'), `${answerLine({ requestId: 'r2', id: 'm2' })}\n`);
    write('copy', [first.replace('"s"', '"copy"'), answerLine({ sessionId: 'copy', requestId: 'r3', id: 'm3' })]);
    await run();
    expect(sent().map(({ requestId }) => requestId)).toEqual(['r3', 'r2']);
  });

  test('sends what was too young the first time', async () => {
    write('s', [
      answerLine({}),
      answerLine({ requestId: 'r2', id: 'm2', timestamp: new Date(NOW - 5 * MINUTE_MS).toISOString() }),
    ]);
    await run();
    expect(sent().map(({ requestId }) => requestId)).toEqual(['r1']);
    heard = [];
    await run({ now: NOW + HOUR_MS });
    expect(sent().map(({ requestId }) => requestId)).toEqual(['r2']);
  });

  test('that looks further back sends what is older', async () => {
    write('s', [
      answerLine({ requestId: 'r0', id: 'm0', timestamp: new Date(NOW - 40 * DAY_MS).toISOString() }),
      answerLine({}),
    ]);
    await run();
    heard = [];
    await run({ sinceMs: 60 * DAY_MS });
    expect(sent().map(({ requestId }) => requestId)).toEqual(['r0']);
  });

  test('reads a file anew that was written anew', async () => {
    write('s', [answerLine({})]);
    await run();
    heard = [];
    write('s', [answerLine({ requestId: 'r7', id: 'm7', version: '2.1.331-longer' }), answerLine({})]);
    await run();
    expect(sent().map(({ requestId }) => requestId)).toEqual(['r7']);
  });

  test('with another token sends everything again', async () => {
    write('s', [answerLine({})]);
    await run();
    heard = [];
    await run({ connection: { url: address(), token: 'qw_other' } });
    expect(sent()).toHaveLength(1);
  });
});

describe('a run that breaks off', () => {
  test('goes on where the collector acknowledged last', async () => {
    write(
      's',
      Array.from({ length: 2_500 }, (_, nth) => answerLine({ requestId: `r${nth}`, id: `m${nth}` })),
    );
    const asBefore = answer;
    answer = (path, nth) => (nth > 1 && path === '/v1/usage' ? { status: 503, body: {} } : asBefore(path, nth));
    const waits: number[] = [];
    await expect(run({ wait: async (ms) => void waits.push(ms) })).rejects.toThrow('Run the same again to go on.');
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
    answer = asBefore;
    heard = [];
    expect(await run()).toMatchObject({ requests: 1_500 });
    expect(new Set(sent().map(({ requestId }) => requestId)).size).toBe(1_500);
  });

  test.each([
    ['a token that nobody knows', 401, 'The collector does not know this token'],
    ['a refusal', 400, 'The collector answered 400.'],
  ])('says in a sentence that it is %s', async (_, status, sentence) => {
    write('s', [answerLine({})]);
    answer = () => ({ status, body: {} });
    await expect(run()).rejects.toThrow(sentence);
  });
});

describe('what telemetry told', () => {
  test('is not sent again', async () => {
    write('s', [answerLine({})]);
    const at = Date.parse(STAMP);
    answer = (path) => ({
      body: path.startsWith('/v1/coverage')
        ? { of: 'developer', sessions: [{ session: 's', from: at, to: at, requests: 1 }] }
        : {},
    });
    expect(await run()).toMatchObject({ requests: 0, leftOut: 1 });
    expect(heard.map(({ head }) => head.split(' ')[1])).toEqual([
      `/v1/coverage?from=${Date.parse('2026-11-26')}&to=${Date.parse('2026-11-27')}`,
    ]);
  });

  test('is unknown to a collector of before: it gets what it knows again by its id', async () => {
    write('s', [answerLine({}), answerLine({ requestId: null, id: 'm2' })]);
    answer = (path) =>
      path.startsWith('/v1/coverage') ? { status: 404, body: {} } : { body: { accepted: 1, duplicates: 0 } };
    expect(await run()).toMatchObject({ requests: 1, leftOut: 1 });
  });

  test('is told to no team’s token, which needs to say whose usage it is', async () => {
    write('s', [answerLine({})]);
    answer = (path) => ({ body: path.startsWith('/v1/coverage') ? { of: 'team' } : { accepted: 1, duplicates: 0 } });
    await expect(run()).rejects.toThrow('--email dev@example.com');
    expect(posts()).toEqual([]);
    await run({ email: 'dev@example.com' });
    expect(sent()).toMatchObject([{ email: 'dev@example.com' }]);
  });
});

test('a dry run prints the very bodies, and sends and notes nothing', async () => {
  write('s', [answerLine({}), COMPACTION]);
  const printed: string[] = [];
  await run({ print: (body) => void printed.push(body) });
  expect(posts()).toEqual([]);
  expect(existsSync(join(folder, 'quota-watch'))).toBe(false);
  await run();
  expect(printed).toEqual(posts());
  expect(printed[1]).toBe(`{"markers":[{"session":"s","at":${Date.parse(STAMP)},"kind":"compaction"}]}`);
});

test('requests belong to the prompt before them, also where reading goes on', async () => {
  const typed = (promptId: string) => `{"promptId":"${promptId}","type":"user","message":{"content":"x"}}`;
  write('s', [typed('p1'), answerLine({})]);
  await run();
  appendFileSync(
    pathOf('s'),
    `${answerLine({ requestId: 'r2', id: 'm2' })}\n${typed('p2')}\n${answerLine({ requestId: 'r3', id: 'm3' })}\n`,
  );
  await run();
  expect(sent().map(({ promptId }) => promptId)).toEqual(['p1', 'p1', 'p2']);
});

test('what a sub-agent was answered is told as its own', async () => {
  const path = join(folder, 'projects/-home/s/subagents/agent-a1.jsonl');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${answerLine({ sessionId: null, agentId: 'a1', isSidechain: true })}\n`);
  await run();
  expect(sent()).toMatchObject([{ session: 's', agent: 'a1' }]);
});

test.each([
  ['a bar that moves, on a terminal', true, /^\r.*█.* 100 % of 1 transcripts/],
  ['plain lines elsewhere', false, /^Reading 1 transcript…\nSending up to 1 request…\n$/],
])('shows %s', async (_, isTTY, expected) => {
  write('s', [answerLine({})]);
  let shown = '';
  const write_ = (text: string) => {
    shown += text;
  };
  await run({ screen: { isTTY, write: write_ } });
  expect(shown).toMatch(expected);
});

const STAMP = '2026-11-26T10:00:00.000Z';
const COMPACTION = `{"sessionId":"s","type":"system","subtype":"compact_boundary","timestamp":"${STAMP}"}`;
const ALLOWED = [
  'session',
  'at',
  'requestId',
  'promptId',
  'agent',
  'model',
  'clientVersion',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheCreationTokens',
  'cacheCreation5mTokens',
  'cacheCreation1hTokens',
];
const REQUEST = {
  at: Date.parse(STAMP),
  model: 'claude-opus-5-5',
  clientVersion: '2.1.330',
  inputTokens: 1,
  outputTokens: 2,
  cacheReadTokens: 0,
  cacheCreationTokens: 0,
};

function answerLine({ id = 'm1', ...fields }: Readonly<Record<string, unknown>>): string {
  const usage = { input_tokens: 1, output_tokens: 2 };
  const line = {
    type: 'assistant',
    sessionId: 's',
    requestId: 'r1',
    timestamp: STAMP,
    version: '2.1.330',
    cwd: '/home/dev',
  };
  return JSON.stringify({ ...line, ...fields, message: { id, model: 'claude-opus-5-5', usage } });
}

function pathOf(session: string): string {
  return join(folder, `projects/-home/${session}.jsonl`);
}

function write(session: string, lines: readonly string[]) {
  mkdirSync(dirname(pathOf(session)), { recursive: true });
  writeFileSync(pathOf(session), lines.map((line) => `${line}\n`).join(''));
}

/** Answers the texts, in the order of their paths. */
function simulate(bytes: number): readonly string[] {
  const files = [...transcripts({ seed: 11, bytes, from: epochMs(NOW - 5 * DAY_MS), everyMs: 6 * HOUR_MS })];
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, 'projects', path)), { recursive: true });
    writeFileSync(join(folder, 'projects', path), text);
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map(({ text }) => text);
}

function address(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function run(part: Partial<Backfill> = {}) {
  const backfill: Backfill = {
    connection: { url: address(), token: TOKEN },
    claudeFolder: folder,
    ownFolder: join(folder, 'quota-watch'),
    now: NOW,
    sinceMs: 30 * DAY_MS,
    screen: { write: () => {} },
    ...part,
  };
  return runBackfill(backfill, sendNews);
}

function posts(): readonly string[] {
  return heard.filter(({ head }) => head.startsWith('POST')).map(({ body }) => body);
}

function sent(): readonly Readonly<Record<string, unknown>>[] {
  return posts().flatMap((body) => JSON.parse(body).requests ?? []);
}

function plain(value: object): object {
  return JSON.parse(JSON.stringify(value));
}

/** Each request once, by the rules of `ccusage`: input, output, read, written. */
function parsedTotals(files: readonly string[]): readonly number[] {
  const kept: { key: string; id: string; isSide: boolean; total: number; tokens: readonly number[] }[] = [];
  for (const line of files.join('').trimEnd().split('\n')) {
    const { type, message, requestId, isSidechain } = JSON.parse(line);
    if (type !== 'assistant') continue;
    const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = message.usage;
    const tokens = [input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens];
    const total = tokens.reduce((one: number, other: number) => one + other);
    const told = { key: `${message.id} ${requestId}`, id: message.id, isSide: isSidechain, total, tokens };
    const same =
      kept.find(({ key }) => key === told.key) ??
      kept.find(({ id, isSide }) => id === told.id && (isSide || told.isSide));
    if (!same) kept.push(told);
    else if (same.isSide === told.isSide ? total > same.total : same.isSide) Object.assign(same, told);
  }
  return [0, 1, 2, 3].map((nth) => kept.reduce((sum, { tokens }) => sum + (tokens[nth] ?? 0), 0));
}
