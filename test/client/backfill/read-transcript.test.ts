import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { LineFields } from '../../../src/client/backfill/line-fields.ts';
import { createTranscriptReader } from '../../../src/client/backfill/read-transcript.ts';

const folder = mkdtempSync(join(tmpdir(), 'quota-watch-transcripts-'));
const file = join(folder, 'session.jsonl');
afterAll(() => rmSync(folder, { recursive: true }));

/** All that may be read of a line. */
interface Told {
  readonly type: string;
  readonly isSidechain: boolean;
  readonly texts: readonly unknown[];
  readonly counts: readonly unknown[];
}

describe('what is read of a transcript', () => {
  const randomJson = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.string({ unit: 'binary' }),
      fc.constantFrom('assistant', 'user', '\ud83d', 'a"b\\c', '"usage":{"input_tokens":7}', '\n', '\u001b[31m'),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(null, true, false, 0, 1e300, -1.5, 12345678901234567n.toString()),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(
        fc.constantFrom('usage', 'message', 'type', 'id', 'requestId', '__proto__', 'input_tokens', 'é'),
        tie('value'),
      ),
    ),
  })).value;
  const tokens = fc.oneof({ arbitrary: fc.nat(2_000_000), weight: 8 }, randomJson);
  const text = fc.oneof({ arbitrary: fc.stringMatching(/^[a-zA-Z0-9_-]{1,40}$/), weight: 8 }, randomJson);
  const usage = fc.record(
    {
      input_tokens: tokens,
      output_tokens: tokens,
      cache_read_input_tokens: tokens,
      cache_creation_input_tokens: tokens,
      cache_creation: fc.oneof(
        fc.record({ ephemeral_5m_input_tokens: tokens, ephemeral_1h_input_tokens: tokens }),
        randomJson,
      ),
      iterations: randomJson,
    },
    { requiredKeys: [] },
  );
  const message = fc.record(
    {
      id: text,
      model: text,
      role: fc.constant('assistant'),
      content: randomJson,
      usage: fc.oneof({ arbitrary: usage, weight: 9 }, randomJson),
    },
    { requiredKeys: [] },
  );
  const line = fc.record(
    {
      type: fc.oneof(
        { arbitrary: fc.constantFrom('assistant', 'user', 'system', 'attachment', 'progress'), weight: 9 },
        randomJson,
      ),
      message: fc.oneof({ arbitrary: message, weight: 9 }, randomJson),
      toolUseResult: fc.oneof(fc.record({ usage }), randomJson),
      data: fc.oneof(fc.record({ message: fc.record({ message, requestId: text }), agentId: text }), randomJson),
      requestId: text,
      timestamp: text,
      sessionId: text,
      version: text,
      promptId: text,
      agentId: text,
      subtype: text,
      isSidechain: fc.oneof(fc.boolean(), randomJson),
    },
    { requiredKeys: [] },
  );
  /** Decides how the next thing is written; the same numbers write the same. */
  const choices = fc.infiniteStream(fc.nat(99)).map((stream) => () => stream.next().value ?? 0);
  const written = fc
    .tuple(line, choices, fc.boolean())
    .map(([value, choose, isCompact]) =>
      isCompact ? JSON.stringify(shuffled(value, choose)) : spell(shuffled(value, choose), choose),
    );

  test('is what JSON.parse reads, whatever the order of keys, the spelling, the decoys and the size of the memory', () => {
    fc.assert(
      fc.property(
        fc.array(written, { maxLength: 8 }),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom(16, 64, 4096),
        (lines, end, bytes) => {
          writeFileSync(file, lines.map((text) => text + end).join(''));
          const { told, offset } = readAll(bytes);
          expect(told).toEqual(lines.flatMap(oracle));
          expect(offset).toBe(Buffer.byteLength(lines.join(end)) + (lines.length > 0 ? end.length : 0));
        },
      ),
      { numRuns: 250 },
    );
  });

  test('is nothing of a line that JSON.parse refuses, wherever it is torn, cut or overwritten', () => {
    const torn = fc.tuple(
      written,
      written,
      fc.nat(),
      fc.nat(),
      fc.constantFrom('cut', 'joined', 'overwritten', 'doubled'),
    );
    fc.assert(
      fc.property(torn, ([one, other, place, byte, how]) => {
        const at = place % (one.length + 1);
        const odd = String.fromCharCode(32 + (byte % 95));
        const faulty = {
          cut: one.slice(0, at),
          joined: one.slice(0, at) + other,
          overwritten: one.slice(0, at) + odd + one.slice(at + 1),
          doubled: one.replace(/"(requestId|usage|id|input_tokens)":/, (found) => `${found}1,${found}`),
        }[how];
        writeFileSync(file, `${faulty.replaceAll('\n', ' ')}\n${other}\n`);
        expect(readAll(64).told.filter(isNoUser)).toEqual(
          [faulty.replaceAll('\n', ' '), other].flatMap(oracle).filter(isNoUser),
        );
      }),
      { numRuns: 250 },
    );
  });

  test('does not depend on how far the file was written when it was read', () => {
    fc.assert(
      fc.property(
        fc.array(written, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 4 }),
        (lines, places) => {
          const whole = Buffer.from(lines.map((text) => `${text}\n`).join(''));
          const ends = [...places.map((place) => place % whole.length), whole.length].toSorted((a, b) => a - b);
          writeFileSync(file, '');
          let written = 0;
          let offset = 0;
          const told: Told[] = [];
          for (const end of ends) {
            appendFileSync(file, whole.subarray(written, end));
            written = end;
            const part = readAll(64, offset);
            offset = part.offset;
            told.push(...part.told);
          }
          // Whose prompt it is may be told more than once.
          expect(told.filter(isNoUser)).toEqual(lines.flatMap(oracle).filter(isNoUser));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('holds a line of 50 MB that nobody wants in the memory of one that is short', () => {
    const answer = '{"type":"assistant","message":{"id":"m","usage":{"input_tokens":1,"output_tokens":2}}}\n';
    writeFileSync(file, `{"type":"user","promptId":"late","message":"${'x'.repeat(50_000_000)}"}\n${answer}`);
    const before = process.memoryUsage().arrayBuffers;
    const { told } = readAll(1 << 16);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    expect(told.map(({ type }) => type)).toEqual(['user', 'assistant']);
  });

  test('holds an answer of 50 MB', () => {
    const text = `${'x'.repeat(49_999_999)}\\ud83d`;
    const message = `{"id":"m","content":[{"type":"text","text":"${text}"}],"usage":{"input_tokens":1,"output_tokens":2}}`;
    writeFileSync(file, `{"message":${message},"type":"assistant"}\n`);
    expect(readAll(1 << 16).told).toMatchObject([
      { type: 'assistant', counts: [1, 2, undefined, undefined, undefined, undefined] },
    ]);
  });

  test('ends before the line that may not be read yet, and goes on there', () => {
    const answers = ['a', 'b', 'c'].map((id) => `{"type":"assistant","message":{"id":"${id}"}}\n`);
    writeFileSync(file, answers.join(''));
    const seen: (string | undefined)[] = [];
    const fd = openSync(file, 'r');
    const read = createTranscriptReader();
    const offset = read(fd, {
      offset: 0,
      visit: (found) => {
        seen.push(found.text('messageId'));
        return found.text('messageId') !== 'b';
      },
    });
    expect(offset).toBe(answers[0]?.length);
    read(fd, { offset, visit: (found) => seen.push(found.text('messageId')) > 0 });
    closeSync(fd);
    expect(seen).toEqual(['a', 'b', 'b', 'c']);
  });
});

function readAll(bytes: number, offset = 0): { readonly told: readonly Told[]; readonly offset: number } {
  const told: Told[] = [];
  const fd = openSync(file, 'r');
  const visit = (line: LineFields) => told.push(toldBy(line)) > 0;
  const end = createTranscriptReader(bytes)(fd, { offset, visit });
  closeSync(fd);
  return { told, offset: end };
}

const TEXTS = ['sessionId', 'timestamp', 'requestId', 'version', 'agentId', 'subtype', 'messageId', 'model'] as const;
const COUNTS = ['input', 'output', 'read', 'written', 'written5m', 'written1h'] as const;

/** Of a person's line only the prompt counts. */
function toldBy(line: LineFields): Told {
  if (line.type === 'user') return { type: 'user', isSidechain: false, texts: [line.text('promptId')], counts: [] };
  const texts = TEXTS.map((name) => line.text(name));
  return {
    type: line.type ?? '',
    isSidechain: line.isSidechain,
    texts,
    counts: COUNTS.map((name) => line.count(name)),
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** The rules once more, on what JSON.parse makes of the line. */
function oracle(text: string): readonly Told[] {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text).toString());
  } catch {
    return [];
  }
  const outer = record(value);
  if (outer === undefined) return [];
  if (outer.type === 'user') {
    const names = Object.keys(outer);
    const isInHead = names.indexOf('promptId') < names.indexOf('type');
    return [{ type: 'user', isSidechain: false, texts: [isInHead ? string(outer.promptId) : undefined], counts: [] }];
  }
  const { sessionId, version } = outer;
  const data = record(outer.data);
  const inner = outer.type === 'progress' ? record(data?.message) : outer;
  if (!inner || !['assistant', 'system', 'progress'].includes(String(outer.type)) || typeof outer.type !== 'string')
    return [];
  const line: Fields = outer.type === 'progress' ? { ...inner, sessionId, version, agentId: data?.agentId } : inner;
  const message = record(line.message);
  const usage = record(message?.usage);
  const split = record(usage?.cache_creation);
  return [
    {
      type: outer.type === 'system' ? 'system' : 'assistant',
      isSidechain: line.isSidechain === true,
      texts: [
        line.sessionId,
        line.timestamp,
        line.requestId,
        line.version,
        line.agentId,
        line.subtype,
        message?.id,
        message?.model,
      ].map(string),
      counts: [
        usage?.input_tokens,
        usage?.output_tokens,
        usage?.cache_read_input_tokens,
        usage?.cache_creation_input_tokens,
        split?.ephemeral_5m_input_tokens,
        split?.ephemeral_1h_input_tokens,
      ].map((count) =>
        count === null || count === undefined ? undefined : typeof count === 'number' ? count : Number.NaN,
      ),
    },
  ];
}

function record(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isNoUser({ type }: Told): boolean {
  return type !== 'user';
}

type Choose = () => number;

/** The same value with the members of its objects in another order. */
function shuffled(value: unknown, choose: Choose): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, choose));
  const fields = record(value);
  if (!fields) return value;
  const order = Object.keys(fields).map((name) => ({ name, rank: choose() }));
  const names = order.toSorted((a, b) => a.rank - b.rank).map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, shuffled(fields[name], choose)]));
}

/** JSON as nobody writes it: blanks between all, letters as escapes. */
function spell(value: unknown, choose: Choose): string {
  const blank = () => [' ', '\t', '', '', '', '', '', ''][choose() % 8] ?? '';
  const quote = (text: string) =>
    `"${[
      ...JSON.stringify(text)
        .slice(1, -1)
        .matchAll(/\\u.{4}|\\.|./gsu),
    ]
      .map(([letter]) =>
        choose() < 4 && /^[a-z]$/i.test(letter) ? `\\u00${letter.charCodeAt(0).toString(16)}` : letter,
      )
      .join('')}"`;
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map((item) => blank() + spell(item, choose) + blank()).join(',')}]`;
  const fields = record(value);
  if (!fields) return JSON.stringify(value);
  const members = Object.entries(fields).map(
    ([name, item]) => `${blank()}${quote(name)}${blank()}:${blank()}${spell(item, choose)}${blank()}`,
  );
  return `{${members.join(',')}}`;
}
