import { isObject } from '../json-object.ts';

type Scalar = string | number | boolean;

/** The attributes of a record or a resource that are single values, by key. Empty texts count as absent. */
export type Attributes = Readonly<Record<string, Scalar>>;

/** Reads a list of OTLP key-values; what is none, or has a composite value, is left out. The last of a key counts. */
export function attributesOf(list: unknown): Attributes {
  // Even `__proto__` is harmless here: no single value can be a prototype.
  const attributes: Record<string, Scalar> = {};
  if (!Array.isArray(list)) return attributes;
  for (const pair of list as readonly unknown[]) {
    if (!isObject(pair) || typeof pair.key !== 'string') continue;
    const value = scalarOf(pair.value);
    if (value !== undefined) attributes[pair.key] = value;
  }
  return attributes;
}

/** One attribute of a list, without reading the others. */
export function attributeOf(list: unknown, key: string): Scalar | undefined {
  if (!Array.isArray(list)) return undefined;
  for (const pair of list as readonly unknown[]) if (isObject(pair) && pair.key === key) return scalarOf(pair.value);
  return undefined;
}

/** The single value in an OTLP AnyValue: Claude Code sends `intValue` as a number, the specification says a string. */
export function scalarOf(value: unknown): Scalar | undefined {
  if (!isObject(value)) return undefined;
  const scalar = value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue;
  return isScalar(scalar) && scalar !== '' ? scalar : undefined;
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
