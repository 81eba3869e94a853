import { choiceReasons } from './choice-reasons.ts';
import type { JsonObject } from './json-object.ts';
import { type Typed, typedObjects } from './typed-objects.ts';

/** What people can use. Without an `action_id` Slack makes one up, and no listener of the app hears of the use. */
export const USABLE_ELEMENTS = [
  'button',
  'channels_select',
  'checkboxes',
  'conversations_select',
  'datepicker',
  'datetimepicker',
  'email_text_input',
  'external_select',
  'feedback_buttons',
  'file_input',
  'icon_button',
  'multi_channels_select',
  'multi_conversations_select',
  'multi_external_select',
  'multi_static_select',
  'multi_users_select',
  'number_input',
  'overflow',
  'plain_text_input',
  'radio_buttons',
  'rich_text_input',
  'static_select',
  'timepicker',
  'url_text_input',
  'users_select',
  'workflow_button',
] as const;

/**
 * What is wrong with the elements inside blocks beyond their types and lengths:
 * https://docs.slack.dev/reference/block-kit/block-elements. `isView` is false in a message.
 */
export function elementReasons(blocks: unknown, path: string, { isView }: { readonly isView: boolean }) {
  const elements = typedObjects(blocks, path).filter(({ type }) => USABLE.has(type));
  const focused = elements.filter(({ value }) => value.focus_on_load === true);
  return [
    ...elements.flatMap(({ path, value }) =>
      value.action_id === undefined ? [`${path}: "action_id" is missing, nobody would hear of its use`] : [],
    ),
    ...elements.flatMap(choiceReasons),
    ...elements.flatMap(rangeReasons),
    ...elements.flatMap(timeReasons),
    ...focused.slice(isView ? 1 : 0).map(({ path }) => `${path}.focus_on_load: at most one in a view`),
  ];
}

const USABLE: ReadonlySet<string> = new Set(USABLE_ELEMENTS);

/** Pairs of fields of which the first must not exceed the second. */
const RANGES = [
  ['min_length', 'max_length'],
  ['min_value', 'max_value'],
  ['min_lines', 'max_lines'],
] as const;

function rangeReasons({ path, value }: Typed): readonly string[] {
  return RANGES.flatMap(([least, most]) => {
    const [low, high] = [numberOf(value[least]), numberOf(value[most])];
    return low > high ? [`${path}: ${least} ${low} exceeds ${most} ${high}`] : [];
  });
}

/** Number inputs carry their bounds as text; NaN, which exceeds nothing, for what is absent. */
function numberOf(value: unknown): number {
  return value === undefined ? Number.NaN : Number(value);
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  initial_time: /^(?:[01]\d|2[0-3]):[0-5]\d$/,
  initial_date: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
};

function timeReasons({ path, value }: Typed): readonly string[] {
  const badTimes = Object.entries(FORMATS).flatMap(([field, format]) => {
    const text = value[field];
    return text === undefined || format.test(String(text)) ? [] : [`${path}.${field}: "${text}" is no such time`];
  });
  return [...badTimes, ...zoneReasons(value, path)];
}

function zoneReasons({ timezone }: JsonObject, path: string): readonly string[] {
  if (timezone === undefined) return [];
  try {
    new Intl.DateTimeFormat('en', { timeZone: String(timezone) });
    return [];
  } catch {
    return [`${path}.timezone: "${timezone}" is no time zone`];
  }
}
