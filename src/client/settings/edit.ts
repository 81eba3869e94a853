import { isDeepStrictEqual } from 'node:util';
import { type Path, sourceAt, withItem, withMember, withoutItem, withoutMember } from './edit-text.ts';

/** One change that `connect` makes: a member is set, or an item is added to a list. */
export type Edit = { readonly set: Path; readonly value: unknown } | { readonly addTo: Path; readonly value: unknown };

/** An edit that was made, with what is needed to take it back. */
export type Made = Edit & {
  /** Source text of what stood there before; undefined: nothing. */
  readonly before?: string;
  /** How many keys of the path were there before. */
  readonly known: number;
};

/** Makes an edit in a text of settings. */
export function make(text: string, edit: Edit): { readonly text: string; readonly made: Made } {
  const path = pathOf(edit);
  const before = sourceAt(text, path);
  const known = path.findIndex((_, index) => sourceAt(text, path.slice(0, index + 1)) === undefined);
  const made: Made = { ...edit, known: known === -1 ? path.length : known, ...(before !== undefined && { before }) };
  const source = JSON.stringify(edit.value);
  if ('set' in edit) return { text: withMember(text, path, source), made };
  return { text: withItem(before === undefined ? withMember(text, path, '[]') : text, path, source), made };
}

/** Whether what an edit wrote stands in a text. */
export function isMade(text: string, edit: Edit): boolean {
  const source = sourceAt(text, pathOf(edit));
  const value: unknown = source === undefined ? undefined : JSON.parse(source);
  if ('set' in edit) return isDeepStrictEqual(value, edit.value);
  return Array.isArray(value) && value.some((item) => isDeepStrictEqual(item, edit.value));
}

/** Takes an edit back, unless somebody has changed since what it wrote. */
export function takeBack(text: string, made: Made): string {
  const path = pathOf(made);
  const now = sourceAt(text, path);
  if (now === undefined) return text;
  if ('set' in made) {
    if (!isDeepStrictEqual(JSON.parse(now), made.value)) return text;
    return made.before === undefined
      ? withoutEmpty(withoutMember(text, path), made)
      : withMember(text, path, made.before);
  }
  const items: unknown = JSON.parse(now);
  const index = Array.isArray(items) ? items.findLastIndex((item) => isDeepStrictEqual(item, made.value)) : -1;
  if (index === -1) return text;
  const without = withoutItem(text, path, index);
  return made.before === undefined ? withoutEmpty(without, made) : without;
}

/** Takes out what was made on the way to an edit, from the innermost out, as far as nothing else is in it now. */
function withoutEmpty(text: string, made: Made): string {
  const path = pathOf(made);
  let left = text;
  for (let length = path.length; length > made.known; length -= 1) {
    const source = sourceAt(left, path.slice(0, length));
    if (source !== undefined && isEmpty(JSON.parse(source))) left = withoutMember(left, path.slice(0, length));
  }
  return left;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function pathOf(edit: Edit): Path {
  return 'set' in edit ? edit.set : edit.addTo;
}
