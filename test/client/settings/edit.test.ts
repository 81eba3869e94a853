import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Edit, type Made, make, takeBack } from '../../../src/client/settings/edit.ts';
import { childrenOf, rootOf } from '../../../src/client/settings/json-text.ts';
import { anyJson, space } from './any-json.ts';

const made = (text: string, ...edits: readonly Edit[]) => {
  const done: Made[] = [];
  let now = text;
  for (const edit of edits) {
    const step = make(now, edit);
    now = step.text;
    done.push(step.made);
  }
  return { text: now, back: (from = now) => done.toReversed().reduce(takeBack, from) };
};

describe('an edit is laid out as the file is', () => {
  const env: Edit = { set: ['env', 'A'], value: '1' };
  test.each<[name: string, before: string, edit: Edit, after: string]>([
    ['an empty object', '{}', env, '{\n  "env": {\n    "A": "1"\n  }\n}'],
    ['two spaces', '{\n  "x": 1\n}\n', env, '{\n  "x": 1,\n  "env": {\n    "A": "1"\n  }\n}\n'],
    ['tabs', '{\n\t"x": 1\n}', env, '{\n\t"x": 1,\n\t"env": {\n\t\t"A": "1"\n\t}\n}'],
    [
      'lines that end as on Windows',
      '{\r\n  "x": 1\r\n}',
      env,
      '{\r\n  "x": 1,\r\n  "env": {\r\n    "A": "1"\r\n  }\r\n}',
    ],
    ['one line', '{"x":1}', env, '{"x":1,"env":{"A":"1"}}'],
    ['one airy line', '{"x": 1, "y": 2}', env, '{"x": 1, "y": 2, "env": {"A":"1"}}'],
    [
      'a known object',
      '{\n  "env": {\n    "B": "2"\n  }\n}',
      env,
      '{\n  "env": {\n    "B": "2",\n    "A": "1"\n  }\n}',
    ],
    ['a known member', '{ "env": { "A" : "0", "B": 1.0 } }', env, '{ "env": { "A" : "1", "B": 1.0 } }'],
    ['a list', '{"h":[ 1 ]}', { addTo: ['h'], value: { a: 1 } }, '{"h":[ 1, {"a":1} ]}'],
    ['no list', '{"h":{}}', { addTo: ['h', 'S'], value: 1 }, '{"h":{"S":[1]}}'],
    ['a key with escapes', '{"\\u0065nv":{}}', env, '{"\\u0065nv":{"A":"1"}}'],
  ])('%s', (_, before, edit, after) => {
    const { text, back } = made(before, edit);
    expect(text).toBe(after);
    expect(JSON.parse(back())).toEqual(JSON.parse(before));
  });
});

describe('taking back', () => {
  test('leaves what somebody has changed since', () => {
    const { text, back } = made('{"env":{"A":"0"}}', { set: ['env', 'A'], value: '1' });
    expect(back(text.replace('"1"', '"2"'))).toBe('{"env":{"A":"2"}}');
    expect(back('{}')).toBe('{}');
  });

  test('brings back what stood there, as it was written', () => {
    const before = '{"env":{"A":1.50e1}}';
    expect(made(before, { set: ['env', 'A'], value: '1' }).back()).toBe(before);
  });

  test('keeps an object that somebody else uses by now', () => {
    const { back } = made('{}', { set: ['env', 'A'], value: '1' });
    expect(JSON.parse(back('{"env":{"A":"1","B":"2"}}'))).toEqual({ env: { B: '2' } });
  });

  test('keeps an object that was empty before', () => {
    expect(made('{"env":{}}', { set: ['env', 'A'], value: '1' }).back()).toBe('{"env":{}}');
  });

  test('finds its item among others', () => {
    const { back } = made('{"h":[1]}', { addTo: ['h'], value: { a: 1 } });
    expect(JSON.parse(back('{"h":[0,{"a":1},2]}'))).toEqual({ h: [0, 2] });
  });
});

test('the parts of any JSON text stand where they are found', () => {
  fc.assert(
    fc.property(space, anyJson, (gap, source) => {
      const text = gap + source + gap;
      const { start, end } = rootOf(text);
      expect(text.slice(start, end)).toBe(source);
      if (!/^[[{]/.test(source)) return;
      const children = childrenOf(text, start);
      const values = children.map(({ value }) => JSON.parse(text.slice(value.start, value.end)));
      const parsed: object = JSON.parse(source);
      // Of a key that comes twice, the last counts.
      const found = new Map(children.map(({ key }, index) => [key ?? String(index), values[index]]));
      expect(found).toEqual(new Map(Object.entries(parsed)));
    }),
  );
});

test('text nested deeper than any stack is passed', () => {
  const text = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)},"b":1}`;
  expect(childrenOf(text, 0).map(({ key }) => key)).toEqual(['a', 'b']);
});
