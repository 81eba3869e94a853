import { isJsonObject, type JsonObject } from './json-object.ts';

/** A block, an element or a text object: what Slack tells apart by `type`. */
export interface Typed {
  readonly path: string;
  readonly type: string;
  readonly value: JsonObject;
}

/** Every object with a `type` inside the value, at any depth, the value itself included. */
export function typedObjects(value: unknown, path: string): readonly Typed[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => typedObjects(item, `${path}[${index}]`));
  if (!isJsonObject(value)) return [];
  const inner = Object.entries(value).flatMap(([key, field]) => typedObjects(field, `${path}.${key}`));
  return typeof value.type === 'string' ? [{ path, type: value.type, value }, ...inner] : inner;
}
