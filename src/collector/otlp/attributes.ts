import { isObject } from '../json-object.ts';

type Scalar = string | number | boolean;

/** The attributes of a record or a resource that are single values, by key. Empty texts count as absent. */
export type Attributes = Readonly<Record<string, Scalar>>;

/** Reads a list of OTLP key-values; what is none, or has a composite value, is left out. */
export function attributesOf(list: unknown): Attributes {
  if (!Array.isArray(list)) return {};
  return Object.fromEntries(list.flatMap(entryOf));
}

/** One attribute of a list, without reading the others. */
export function attributeOf(list: unknown, key: string): Scalar | undefined {
  const pair: unknown = Array.isArray(list) ? list.find((entry) => isObject(entry) && entry.key === key) : undefined;
  return isObject(pair) ? scalarOf(pair.value) : undefined;
}

/** The single value in an OTLP AnyValue: Claude Code sends `intValue` as a number, the specification says a string. */
export function scalarOf(value: unknown): Scalar | undefined {
  if (!isObject(value)) return undefined;
  const scalar = value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue;
  return isScalar(scalar) && scalar !== '' ? scalar : undefined;
}

function entryOf(pair: unknown): [string, Scalar][] {
  if (!isObject(pair) || typeof pair.key !== 'string') return [];
  const value = scalarOf(pair.value);
  return value === undefined ? [] : [[pair.key, value]];
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
