import { ATTRIBUTE_NAMES, type AttributeValues, type Scalar } from './attributes.ts';
import { createWordFinder } from './known-words.ts';
import {
  delimitedTag,
  expectEnd,
  fixed64Tag,
  readBool,
  readDouble,
  readEnd,
  readInt64,
  readMessageEnd,
  readTag,
  readText,
  skip,
  varintTag,
  type Wire,
} from './wire.ts';

/** https://github.com/open-telemetry/opentelemetry-proto: common, v1. Lists, maps and bytes carry nothing that is kept. */
const KEY = delimitedTag(1);
const VALUE = delimitedTag(2);
const STRING_VALUE = delimitedTag(1);
const BOOL_VALUE = varintTag(2);
const INT_VALUE = varintTag(3);
const DOUBLE_VALUE = fixed64Tag(4);

/** Reads a text of at most the bytes up to `limit`, length first. */
type TextReader = (wire: Wire, limit: number) => string;

const findName = createWordFinder(new Map(ATTRIBUTE_NAMES.map((name) => [name, name])));

/** Fills in the attribute that comes next, if it is one that is read. */
export function readAttribute(wire: Wire, limit: number, attributes: AttributeValues) {
  const end = readMessageEnd(wire, limit);
  const from = wire.at;
  const name = readKey(wire, end, findName);
  if (name === undefined) return;
  wire.at = from;
  const value = readValue(wire, end, readText);
  if (value !== undefined) attributes[name] = value;
}

/** What the key of the attribute from here to `end` means, as `find` knows it. */
export function readKey<Name>(
  wire: Wire,
  end: number,
  find: (bytes: Buffer, from: number, end: number) => Name | undefined,
): Name | undefined {
  let name: Name | undefined;
  while (wire.at < end) {
    const tag = readTag(wire);
    if (tag !== KEY) {
      skip(wire, tag, end);
      continue;
    }
    const keyEnd = readEnd(wire, end);
    name = find(wire.bytes, wire.at, keyEnd);
    wire.at = keyEnd;
  }
  expectEnd(wire, end);
  return name;
}

/** The single value of the attribute from here to `end`; undefined: empty, or a composite one. */
export function readValue(wire: Wire, end: number, textOf: TextReader): Scalar | undefined {
  let value: Scalar | undefined;
  while (wire.at < end) {
    const tag = readTag(wire);
    if (tag === VALUE) value = readAnyValue(wire, end, textOf);
    else skip(wire, tag, end);
  }
  expectEnd(wire, end);
  return value;
}

/** As `scalarOf` reads those of JSON. */
export function readAnyValue(wire: Wire, limit: number, textOf: TextReader): Scalar | undefined {
  const end = readMessageEnd(wire, limit);
  let text: string | undefined;
  let int: number | string | undefined;
  let double: number | undefined;
  let bool: boolean | undefined;
  while (wire.at < end) {
    const tag = readTag(wire);
    if (tag === STRING_VALUE) text = textOf(wire, end);
    else if (tag === INT_VALUE) int = readInt64(wire);
    else if (tag === DOUBLE_VALUE) double = readDouble(wire);
    else if (tag === BOOL_VALUE) bool = readBool(wire);
    else skip(wire, tag, end);
  }
  expectEnd(wire, end);
  const scalar = text ?? int ?? double ?? bool;
  return scalar === '' ? undefined : scalar;
}
