import { describe, expect, test } from 'vitest';
import blockKit from '../../../src/workspace/validation/block-kit.schema.json' with { type: 'json' };
import { USABLE_ELEMENTS } from '../../../src/workspace/validation/element-reasons.ts';
import { invalidMessage, invalidView } from '../../../src/workspace/validation/invalid-reasons.ts';
import {
  actions,
  button,
  input,
  message,
  modal,
  option,
  options,
  overflow,
  plain,
  select,
  withAccessory,
} from './blocks.ts';

const element = 'view.blocks[0].element';
const form = (...elements: readonly object[]) =>
  modal({ submit: plain('Save'), blocks: elements.map((one) => input(one)) });

describe('the elements that people use', () => {
  test('are those to which Slack gives an action id', () => {
    // JSON is typed by its letters, each definition apart.
    const definitions = blockKit.definitions as unknown as Readonly<
      Record<
        string,
        { readonly properties?: { readonly type: { readonly const: string }; readonly action_id?: object } }
      >
    >;
    const types = Object.values(definitions).flatMap(({ properties }) =>
      properties?.action_id === undefined ? [] : [properties.type.const],
    );
    expect([...USABLE_ELEMENTS]).toEqual(types.toSorted());
  });

  test.each<[what: string, element: object]>([
    ['a menu with its choice', select({ initial_option: option('1') })],
    ['checkboxes with their choices', { type: 'checkboxes', options: options(3), initial_options: options(2) }],
    [
      'a menu of groups with a choice',
      {
        type: 'static_select',
        option_groups: [{ label: plain('x'), options: options(2) }],
        initial_option: option('1'),
      },
    ],
    ['a time', { type: 'timepicker', initial_time: '09:05', timezone: 'Europe/Berlin' }],
    ['a day', { type: 'datepicker', initial_date: '2026-11-23' }],
    ['a number', { type: 'number_input', is_decimal_allowed: false, min_value: '1', max_value: '10' }],
    ['a channel', { type: 'conversations_select', initial_conversation: 'C1', filter: { include: ['public'] } }],
    ['channels', { type: 'multi_channels_select', initial_channels: ['C1'], max_selected_items: 2 }],
    ['a text', { multiline: true, min_length: 1, max_length: 10, focus_on_load: true }],
  ])('may be %s', (_, one) => {
    expect(invalidView(form({ action_id: 'why', ...one }))).toEqual([]);
  });

  test('may be an overflow menu with a link', () => {
    const menu = overflow({ options: [option('1', { url: 'https://a.example' }), option('2')] });
    expect(invalidMessage(message(withAccessory(menu)))).toEqual([]);
  });

  test('may be chosen from the start by option, whatever else the option carries', () => {
    const [first, second] = [option('1', { description: plain('Shortly') }), option('2')];
    expect(invalidView(form({ ...select(), options: [first, second], initial_option: option('1') }))).toEqual([]);
  });

  test.each<[fault: string, element: object, reason: string]>([
    ['no action id', { action_id: undefined }, `${element}: "action_id" is missing, nobody would hear of its use`],
    [
      'options and groups',
      { ...select(), option_groups: [{ label: plain('x'), options: [option('9')] }] },
      `${element}: options and option_groups exclude each other`,
    ],
    [
      'an option without a value',
      select({ options: [{ text: plain('x') }] }),
      `${element}: an option without a value cannot be told from others`,
    ],
    [
      'a link in a menu that follows none',
      select({ options: [option('1', { url: 'https://a.example' })] }),
      `${element}: an option with a url stands in overflow menus alone`,
    ],
    [
      'one value twice',
      select({ options: [option('1'), option('1', { text: plain('Other') })] }),
      `${element}: two options have the value "1"`,
    ],
    [
      'one value in two groups',
      {
        type: 'static_select',
        option_groups: [1, 2].map(() => ({ label: plain('x'), options: [option('1')] })),
      },
      `${element}: two options have the value "1"`,
    ],
    [
      'a choice that is no option',
      select({ initial_option: option('9') }),
      `${element}: "9" is chosen from the start and is none of the options`,
    ],
    [
      'a choice in other words than its option',
      select({ initial_option: option('1', { text: plain('Other') }) }),
      `${element}: "1" is chosen from the start and is none of the options`,
    ],
    [
      'choices of which one is no option',
      { type: 'checkboxes', options: options(2), initial_options: [option('1'), option('2')] },
      `${element}: "2" is chosen from the start and is none of the options`,
    ],
    [
      'more choices than allowed',
      { type: 'multi_static_select', options: options(3), initial_options: options(2), max_selected_items: 1 },
      `${element}: 2 are chosen from the start, at most 1`,
    ],
    ['a shortest above the longest', { min_length: 9, max_length: 3 }, `${element}: min_length 9 exceeds max_length 3`],
    [
      'a least above the most',
      { type: 'number_input', is_decimal_allowed: false, min_value: '10', max_value: '9' },
      `${element}: min_value 10 exceeds max_value 9`,
    ],
    [
      'a time without zeros',
      { type: 'timepicker', initial_time: '9:00' },
      `${element}.initial_time: "9:00" is no such time`,
    ],
    [
      'an hour that no day has',
      { type: 'timepicker', initial_time: '24:00' },
      `${element}.initial_time: "24:00" is no such time`,
    ],
    [
      'a month that no year has',
      { type: 'datepicker', initial_date: '2026-13-01' },
      `${element}.initial_date: "2026-13-01" is no such time`,
    ],
    [
      'a zone of nowhere',
      { type: 'timepicker', timezone: 'Mars/Olympus' },
      `${element}.timezone: "Mars/Olympus" is no time zone`,
    ],
  ])('are refused with %s', (_, one, reason) => {
    expect(invalidView(form({ action_id: 'why', ...one }))).toEqual([reason]);
  });

  test('have the focus once in a view, and never in a message', () => {
    const menu = select({ focus_on_load: true });
    expect(invalidView(form({ focus_on_load: true }, { focus_on_load: true }))).toEqual([
      'view.blocks[1].element.focus_on_load: at most one in a view',
    ]);
    expect(invalidMessage(message(actions(menu)))).toEqual([
      'blocks[0].elements[0].focus_on_load: at most one in a view',
    ]);
  });

  test('need an action id even as a link', () => {
    const link = button({ action_id: undefined, url: 'https://a.example' });
    expect(invalidMessage(message(actions(link)))).toEqual([
      'blocks[0].elements[0]: "action_id" is missing, nobody would hear of its use',
    ]);
  });
});
