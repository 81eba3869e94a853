import { type Fields, isFields } from './fields.ts';

/** Slack's name of what an element holds, by the element's type. All others hold a `value`. */
const FIELD_OF_ONE: Readonly<Record<string, string>> = {
  static_select: 'selected_option',
  radio_buttons: 'selected_option',
  overflow: 'selected_option',
  users_select: 'selected_user',
  channels_select: 'selected_channel',
  conversations_select: 'selected_conversation',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
};
const FIELD_OF_MANY: Readonly<Record<string, string>> = {
  checkboxes: 'selected_options',
  multi_static_select: 'selected_options',
  multi_users_select: 'selected_users',
  multi_channels_select: 'selected_channels',
  multi_conversations_select: 'selected_conversations',
};

/** The fields in which an app says what an element holds at first. */
const INITIAL_FIELDS = [
  'initial_option',
  'initial_options',
  'initial_value',
  'initial_date',
  'initial_time',
  'initial_user',
  'initial_users',
  'initial_channel',
  'initial_channels',
  'initial_conversation',
  'initial_conversations',
];

/**
 * What choosing `value` means, in Slack's fields; undefined when the element does not offer that choice. A button has
 * its own value; an empty text or list is nothing chosen, which Slack tells as null or an empty list.
 */
export function chosen(element: Fields, value: string | readonly string[] | undefined): Fields | undefined {
  const type = String(element.type);
  if (type === 'button') return { text: element.text, ...('value' in element ? { value: element.value } : {}) };

  const values = [value ?? []].flat().filter((one) => one !== '');
  const offered = hasOptions(element) ? optionsNamed(element, values) : values;
  if (offered.length < values.length) return undefined;

  const many = FIELD_OF_MANY[type];
  if (many) return { [many]: offered };
  return { [FIELD_OF_ONE[type] ?? 'value']: offered[0] ?? null };
}

/** What an element holds before anybody touches it; undefined for nothing. */
export function initialChoice(element: Fields): Fields | undefined {
  const initial = INITIAL_FIELDS.flatMap((field) => element[field] ?? []);
  const values = initial.map((one) => String(isFields(one) ? one.value : one));
  return values.length === 0 ? undefined : chosen(element, values);
}

/** True for null, for nothing at all, and for an empty list. */
export function isEmptyChoice(held: Fields): boolean {
  const { type: _type, ...choice } = held;
  return Object.values(choice).every((value) => value === null || (Array.isArray(value) && value.length === 0));
}

function hasOptions({ options, option_groups }: Fields): boolean {
  return Array.isArray(options) || Array.isArray(option_groups);
}

function optionsNamed(element: Fields, values: readonly string[]): readonly Fields[] {
  const groups = Array.isArray(element.option_groups) ? element.option_groups.filter(isFields) : [element];
  const options = groups.flatMap((group) => (Array.isArray(group.options) ? group.options.filter(isFields) : []));
  return options.filter((option) => values.includes(String(option.value)));
}
