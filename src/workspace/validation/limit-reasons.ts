import { isJsonObject, type JsonObject } from './json-object.ts';
import { type Bounds, LIMITS_BY_TYPE, LIMITS_OF_ALL, type Limits, ONE_OF } from './limits.ts';

/** Every limit that something inside the value breaks, each object measured by its `type`; empty means none. */
export function limitReasons(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => limitReasons(item, `${path}[${index}]`));
  if (!isJsonObject(value)) return [];
  const inner = Object.entries(value).flatMap(([key, field]) => limitReasons(field, join(path, key)));
  return [...ownReasons(value, path), ...inner];
}

/** The limits that these fields of one object break; a field that is absent breaks none. */
export function boundsReasons(value: JsonObject, limits: Limits, path: string): readonly string[] {
  return Object.entries(limits).flatMap(([below, bounds]) =>
    fieldsAt({ path, value }, below.split('.')).flatMap((field) => outOfBounds(field, bounds)),
  );
}

type Field = { readonly path: string; readonly value: unknown };

function ownReasons(value: JsonObject, path: string): readonly string[] {
  if (typeof value.type !== 'string') return [];
  const wanted = ONE_OF[value.type];
  const lacks = wanted?.every((key) => value[key] === undefined);
  return [
    ...(lacks ? [`${path}: needs ${wanted?.join(' or ')}`] : []),
    ...boundsReasons(value, { ...LIMITS_OF_ALL, ...LIMITS_BY_TYPE[value.type] }, path),
  ];
}

function fieldsAt(field: Field, keys: readonly string[]): readonly Field[] {
  const [key, ...rest] = keys;
  if (key === undefined) return [field];
  if (!isJsonObject(field.value)) return [];
  const name = key.replace('[]', '');
  const found = { path: join(field.path, name), value: field.value[name] };
  const each = key.endsWith('[]') ? items(found) : [found];
  return each.flatMap((inner) => fieldsAt(inner, rest));
}

function items({ path, value }: Field): readonly Field[] {
  if (!Array.isArray(value)) return [];
  return value.map((item, index) => ({ path: `${path}[${index}]`, value: item }));
}

function outOfBounds({ path, value }: Field, [fewest, most]: Bounds): readonly string[] {
  const size = sizeOf(value);
  if (size === undefined) return [];
  if (size.amount > most) return [`${path}: ${size.amount}${size.unit}, at most ${most}`];
  if (size.amount < fewest) return [`${path}: ${size.amount}${size.unit}, at least ${fewest}`];
  return [];
}

function sizeOf(value: unknown): { readonly amount: number; readonly unit: string } | undefined {
  if (typeof value === 'string') return { amount: value.length, unit: ' characters' };
  if (Array.isArray(value)) return { amount: value.length, unit: ' items' };
  if (typeof value === 'number') return { amount: value, unit: '' };
  return undefined;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
