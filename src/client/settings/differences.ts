import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../json-object.ts';

/**
 * What differs between two settings, a line for each value: `- ` what goes, `+ ` what comes, by its path. The token shows its
 * first letters alone, so that a screen may be shared.
 */
export function differences(before: unknown, after: unknown): readonly string[] {
  return differing('', before, after);
}

function differing(path: string, before: unknown, after: unknown): readonly string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differing(path === '' ? key : `${path}.${key}`, before[key], after[key]));
  }
  if (isObject(after) && before === undefined && Object.keys(after).length > 0) return differing(path, {}, after);
  if (isObject(before) && after === undefined && Object.keys(before).length > 0) return differing(path, before, {});
  if (Array.isArray(after) && (before === undefined || Array.isArray(before))) return items(path, before ?? [], after);
  if (Array.isArray(before) && after === undefined) return items(path, before, []);
  return [...line('-', path, before), ...line('+', path, after)];
}

/** Items are added and taken away, not changed: each is shown whole. */
function items(path: string, before: readonly unknown[], after: readonly unknown[]): readonly string[] {
  const missingIn = (others: readonly unknown[]) => (item: unknown) =>
    !others.some((other) => isDeepStrictEqual(item, other));
  return [
    ...before.filter(missingIn(after)).flatMap((item) => line('-', `${path}[]`, item)),
    ...after.filter(missingIn(before)).flatMap((item) => line('+', `${path}[]`, item)),
  ];
}

function line(sign: '-' | '+', path: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  return [`${sign} ${path} = ${JSON.stringify(value).replace(/(qw_\w{4})[\w-]+/g, '$1…')}`];
}
