import { isJsonObject, type JsonObject } from './json-object.ts';

export interface FoundText {
  readonly path: string;
  readonly text: string;
}

/** Every string under this key, at any depth. */
export function stringsAt(value: unknown, key: string, path: string): readonly FoundText[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => stringsAt(item, key, `${path}[${index}]`));
  if (!isJsonObject(value)) return [];
  const inner = Object.entries(value).flatMap(([name, field]) => stringsAt(field, key, `${path}.${name}`));
  return [...stringAt(value, key, path), ...inner];
}

/** The string under this key of the object itself. */
export function stringAt(value: JsonObject, key: string, path: string): readonly FoundText[] {
  const text = value[key];
  return typeof text === 'string' ? [{ path: `${path}.${key}`, text }] : [];
}
