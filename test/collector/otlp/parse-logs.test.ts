import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logItems } from '../../../src/collector/otlp/log-items.ts';
import { parseLogs } from '../../../src/collector/otlp/parse-logs.ts';
import { parseJson } from '../../../src/collector/read-body.ts';
import { capturedBodies, LOG_FILES } from '../captured.ts';

const bytes = (body: unknown) => Buffer.from(JSON.stringify(body));
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const record = (...attributes: readonly object[]) => ({ body: { stringValue: 'x' }, attributes });
const logs = (...logRecords: readonly object[]) => bytes({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });

const KEPT = record(text('event.name', 'api_request'), text('model', 'm'));
const OTHER = record(
  text('user.id', 'u'),
  text('event.name', 'user_prompt'),
  text('prompt', 'a "quoted", {odd} [text]\n'),
);

describe('what clients really sent tells the same, and most of it is not made anything of', () => {
  test.each(LOG_FILES)('%s', (file) => {
    for (const body of capturedBodies(file).map(bytes))
      expect(logItems(parseLogs(body))).toEqual(logItems(parseJson(body)));
  });

  test('of a healthy session', () => {
    const bodies = capturedBodies('healthy/logs.json').map(bytes);
    const size = (parse: (body: Buffer) => unknown) => JSON.stringify(bodies.map(parse)).length;
    expect(size(parseLogs)).toBeLessThan(size(parseJson) / 2);
  });
});

test('records of other events are emptied wherever they stand, and keep their place', () => {
  expect(parseLogs(logs(OTHER, KEPT, OTHER, OTHER, KEPT))).toEqual({
    resourceLogs: [{ scopeLogs: [{ logRecords: [{}, KEPT, {}, {}, KEPT] }] }],
  });
});

test('every scope of every client is gone through', () => {
  const scopeLogs = [{ logRecords: [OTHER] }, { logRecords: [] }, { logRecords: [KEPT, OTHER] }];
  const thinned = parseLogs(bytes({ resourceLogs: [{ scopeLogs }, { scopeLogs }] }));
  const emptied = [{ logRecords: [{}] }, { logRecords: [] }, { logRecords: [KEPT, {}] }];
  expect(thinned).toEqual({ resourceLogs: [{ scopeLogs: emptied }, { scopeLogs: emptied }] });
});

describe('a record is kept as it is when it', () => {
  const nested = { key: 'list', value: { kvlistValue: { values: [text('event.name', 'user_prompt')] } } };

  test.each([
    ['is one of those that count', KEPT],
    ['has the long name of one', record(text('event.name', 'claude_code.compaction'))],
    ['has no attribute with its name', { body: { stringValue: 'claude_code.api_request' }, attributes: [] }],
    ['has no attributes', { eventName: 'api_error' }],
    ['has another name inside a list of its own', record(nested, text('event.name', 'api_request'))],
    ['has an empty name', record(text('event.name', ''), text('x', 'y'))],
    ['names itself by a number', record({ key: 'event.name', value: { intValue: 1 } })],
    ['is written with \\u', record(text('event.name', 'user_prompt'), text('prompt', '\u0001'))],
  ])('%s', (_, odd) => {
    expect(parseLogs(logs(odd))).toEqual({ resourceLogs: [{ scopeLogs: [{ logRecords: [odd] }] }] });
  });
});

test('the name of a record in a text is no record', () => {
  const prompt = record(
    text('event.name', 'api_request'),
    text('prompt', '"logRecords":[{"a":1}] and {"key":"event.name"'),
  );
  expect(parseLogs(logs(prompt, OTHER, prompt))).toEqual({
    resourceLogs: [{ scopeLogs: [{ logRecords: [prompt, {}, prompt] }] }],
  });
});

describe('a body that is no JSON is refused as if all of it had been parsed', () => {
  const whole = logs(OTHER, KEPT).toString();

  test.each([
    ['cut off', whole.slice(0, 120)],
    ['a comma too many', whole.replace('"user_prompt"}', '"user_prompt",}')],
    ['a line break in a text', whole.replace('"user_prompt"', '"user\nprompt"')],
    ['a number that is none', whole.replace('"user_prompt"', '01')],
    ['nothing after a colon', whole.replace('"user_prompt"', '')],
    ['an escape that is none', whole.replace('"user_prompt"', '"\\x"')],
    ['a bracket closed by a brace', whole.replace('"}}]', '"}}}')],
    ['something after its end', `${whole}x`],
  ])('%s', (_, broken) => {
    const body = Buffer.from(broken);
    const { error } = tried(() => parseJson(body));
    expect(error).toMatch('The body is not JSON');
    expect(tried(() => parseLogs(body)).error).toBe(error);
  });

  test('bytes that are no UTF-8', () => {
    const body = logs(OTHER);
    body[body.indexOf('user_prompt')] = 0xff;
    expect(() => parseLogs(body)).toThrow('The body is not JSON');
  });
});

test('nothing is taken that JSON.parse refuses, whatever byte is put in the place of another', () => {
  const whole = logs(OTHER, KEPT, OTHER);
  const wild = fc.constantFrom(...Buffer.from('{}[]":,\\ tfn-+.eE019u/\n\u00e9'));
  fc.assert(
    fc.property(fc.nat(whole.length - 1), wild, (at, byte) => {
      const body = Buffer.from(whole);
      body[at] = byte;
      const parsed = tried(() => parseJson(body));
      const thinned = tried(() => parseLogs(body));
      expect(thinned.error).toBe(parsed.error);
      if (parsed.error === undefined) expect(logItems(thinned.value).left).toEqual(logItems(parsed.value).left);
    }),
    { numRuns: 3000 },
  );
});

function tried(parse: () => unknown): { readonly value?: unknown; readonly error?: string } {
  try {
    return { value: parse() };
  } catch (error) {
    return { error: String(error) };
  }
}
