import type { Random } from '../../../src/simulation/random.ts';
import { changeProtobuf } from './mutate-protobuf.ts';

/** A change of some bytes; `other` is another input, to take parts from. */
type Change = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const MOST_BYTES = 20_000;

/** A few changes at random places: of bytes, and of values or fields where the input is JSON or protobuf. */
export function mutate(input: Buffer, random: Random, other: Buffer): Buffer {
  let bytes = input;
  for (let left = random.whole(1, 4); left > 0; left--) {
    const change = random.chance(0.5) ? random.pick(BYTE_CHANGES) : changeParts;
    bytes = change(bytes, random, other).subarray(0, MOST_BYTES);
  }
  return bytes;
}

const BYTE_CHANGES: readonly [Change, ...Change[]] = [
  (bytes, random) => replaced(bytes, place(bytes, random), Buffer.from([random.whole(0, 255)])),
  (bytes, random) => {
    const at = place(bytes, random);
    return replaced(bytes, at, Buffer.from([(bytes[at] ?? 0) ^ (1 << random.whole(0, 7))]));
  },
  (bytes, random) => spliced(bytes, span(bytes, random), Buffer.alloc(0)),
  (bytes, random) => {
    const { from, to } = span(bytes, random);
    return spliced(bytes, { from: to, to }, bytes.subarray(from, to));
  },
  (bytes, random, other) => {
    const taken = span(other, random);
    return spliced(bytes, span(bytes, random), other.subarray(taken.from, taken.to));
  },
  (bytes, random) => {
    const at = place(bytes, random);
    return spliced(bytes, { from: at, to: at }, Buffer.from(random.pick(TOKENS), 'latin1'));
  },
  (bytes, random) => spliced(bytes, span(bytes, random), Buffer.from(random.pick(TOKENS), 'latin1')),
  (bytes, random) => bytes.subarray(0, place(bytes, random)),
];

const place = (bytes: Buffer, random: Random) => random.whole(0, Math.max(0, bytes.length - 1));

interface Span {
  readonly from: number;
  readonly to: number;
}

function span(bytes: Buffer, random: Random): Span {
  const from = place(bytes, random);
  const longest = random.chance(0.8) ? 16 : bytes.length;
  return { from, to: Math.min(bytes.length, from + random.whole(0, longest)) };
}

function spliced(bytes: Buffer, { from, to }: Span, middle: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]);
}

function replaced(bytes: Buffer, at: number, by: Buffer): Buffer {
  return spliced(bytes, { from: at, to: at + by.length }, by);
}

/** What parsers have stumbled over before. */
const TOKENS: readonly [string, ...string[]] = [
  'null',
  'true',
  '1e309',
  '-1',
  '-0',
  '9007199254740993',
  '1e-320',
  '0x10',
  '"\\u0000"',
  '"\\ud83d"',
  '\\ud83d',
  '\xed\xa0\xbd',
  '\xff',
  '\u0000',
  '"__proto__":',
  '"constructor":',
  '"toString"',
  '[[[[[[[[',
  ']]]]',
  '{"a":',
  '}}}}',
  ',',
  ':',
  '"',
  '\\"',
  '"logRecords":[',
  '"attributes":[',
  '{"key":"event.name","value":{"stringValue":"',
  'claude_code.',
  'api_request',
  'compaction',
  'kvlistValue',
  'event.name',
  'resets 3pm',
  'resets Feb 30, 12am (UTC)',
  'limit reached|9999999999',
  '(Etc/GMT+14)',
  '2026-02-30T25:61:61Z',
  '+275760-09-13T00:00:00.001Z',
  '\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01',
  '\x0b\x0b\x0b\x0c',
  '\x0a\xff\xff\xff\xff\x0f',
];

const VALUES: readonly [unknown, ...unknown[]] = [
  null,
  true,
  '',
  'constructor',
  '__proto__',
  'a'.repeat(201),
  '\u0000',
  '\ud83d',
  '<synthetic>',
  0,
  -1,
  -0.5,
  1e-320,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  1e9,
  1_763_885_000,
  1_763_885_000_000,
  '1763885000000000000',
  '2026-11-23T08:00:00Z',
  '12',
  ' 12 ',
  'NaN',
  [],
  {},
  [[]],
  { stringValue: 'x' },
  { intValue: 1 },
];

const changeParts: Change = (bytes, random, other) => {
  const changeBytes = (part: Buffer) => random.pick(BYTE_CHANGES)(part, random, other);
  const value = parsed(bytes);
  if (value === undefined) return changeProtobuf(bytes, random, changeBytes) ?? changeBytes(bytes);
  const holders = holdersIn(value);
  const holder = holders[random.whole(0, Math.max(0, holders.length - 1))];
  if (holder) changeMember(holder, random);
  return Buffer.from(JSON.stringify(holder ? value : random.pick(VALUES)));
};

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

type Holder = unknown[] | Record<string, unknown>;

function holdersIn(value: unknown): Holder[] {
  if (typeof value !== 'object' || value === null) return [];
  // What is an object and no array has members by name.
  const holder = value as Holder;
  return [holder, ...Object.values(holder).flatMap(holdersIn)];
}

function changeMember(holder: Holder, random: Random) {
  const names = Object.keys(holder);
  const name = names[random.whole(0, Math.max(0, names.length - 1))] ?? '0';
  // Arrays, too, have their members by name.
  const members = holder as Record<string, unknown>;
  const value = members[name];
  switch (random.whole(0, 5)) {
    case 0:
    case 1:
      members[name] = random.pick(VALUES);
      return;
    case 2:
      delete members[name];
      return;
    case 3:
      members[name] = [value, value];
      return;
    case 4:
      // As the index of an array a large number would make a large array.
      if (!Array.isArray(holder)) members[String(random.pick(VALUES))] = value;
      return;
    default:
      if (typeof value === 'number') members[name] = value * random.pick([-1, 0.5, 1e6, 1e-6, 1e300]);
      else members[name] = JSON.stringify(value ?? null);
  }
}
