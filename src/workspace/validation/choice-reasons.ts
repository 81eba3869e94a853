import { isJsonObject, type JsonObject, objectsIn } from './json-object.ts';
import type { Typed } from './typed-objects.ts';

/** What is wrong with the options of a menu, checkboxes or radio buttons. */
export function choiceReasons({ path, type, value: element }: Typed): readonly string[] {
  const options = objectsIn(element.options);
  const groups = objectsIn(element.option_groups);
  const all = [...options, ...groups.flatMap((group) => objectsIn(group.options))];
  return [
    ...(options.length > 0 && groups.length > 0 ? [`${path}: options and option_groups exclude each other`] : []),
    ...all.flatMap((option) => optionReasons(option, { path, type })),
    ...valuesTwice(all).map((value) => `${path}: two options have the value "${value}"`),
    ...initialReasons(element, all, path),
  ];
}

/** Only overflow menus follow links. */
function optionReasons({ value, url }: JsonObject, { path, type }: { path: string; type: string }): readonly string[] {
  return [
    ...(value === undefined ? [`${path}: an option without a value cannot be told from others`] : []),
    ...(url !== undefined && type !== 'overflow'
      ? [`${path}: an option with a url stands in overflow menus alone`]
      : []),
  ];
}

function valuesTwice(options: readonly JsonObject[]): readonly string[] {
  const values = options.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** What is chosen from the start must be one of the options, letter by letter. */
function initialReasons(element: JsonObject, options: readonly JsonObject[], path: string): readonly string[] {
  const { initial_option, initial_options, max_selected_items } = element;
  const chosen = [...(isJsonObject(initial_option) ? [initial_option] : []), ...objectsIn(initial_options)];
  if (options.length === 0) return [];
  const strangers = chosen.filter((initial) => !options.some((option) => isSame(option, initial)));
  const tooMany = typeof max_selected_items === 'number' && chosen.length > max_selected_items;
  return [
    ...strangers.map(({ value }) => `${path}: "${value}" is chosen from the start and is none of the options`),
    ...(tooMany ? [`${path}: ${chosen.length} are chosen from the start, at most ${max_selected_items}`] : []),
  ];
}

function isSame(option: JsonObject, initial: JsonObject): boolean {
  return option.value === initial.value && textOf(option) === textOf(initial);
}

function textOf({ text }: JsonObject): unknown {
  return isJsonObject(text) ? text.text : text;
}
