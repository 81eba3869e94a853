import { expect, test } from 'vitest';
import { chosen } from '../../src/workspace/chosen.ts';
import { findElement, missingInputs, stateOf } from '../../src/workspace/interactive-element.ts';

const option = (value: string) => ({ text: { type: 'plain_text', text: value }, value });
const button = { type: 'button', action_id: 'ok', text: { type: 'plain_text', text: 'OK' }, value: '7' };
const menu = { type: 'static_select', action_id: 'snooze', options: [option('1h'), option('1w')] };

test('an element is found in actions, as an accessory and as an input, and by its block where ids repeat', () => {
  const blocks = [
    { type: 'section', block_id: 'a', accessory: button },
    { type: 'actions', block_id: 'b', elements: [{ ...button, value: '8' }, menu] },
    { type: 'input', block_id: 'c', element: { type: 'plain_text_input', action_id: 'note' } },
  ];

  expect(findElement(blocks, 'ok')).toMatchObject({ blockId: 'a', element: { value: '7' } });
  expect(findElement(blocks, 'ok', 'b')).toMatchObject({ blockId: 'b', element: { value: '8' } });
  expect(findElement(blocks, 'note')).toMatchObject({ blockId: 'c' });
  expect(findElement(blocks, 'gone')).toBeUndefined();
});

test.for([
  [button, undefined, { text: button.text, value: '7' }],
  [menu, '1w', { selected_option: option('1w') }],
  [menu, '9y', undefined],
  [{ ...menu, type: 'overflow' }, '1h', { selected_option: option('1h') }],
  [{ type: 'static_select', option_groups: [menu] }, '1h', { selected_option: option('1h') }],
  [{ ...menu, type: 'checkboxes' }, ['1h', '1w'], { selected_options: menu.options }],
  [{ ...menu, type: 'checkboxes' }, [], { selected_options: [] }],
  [{ type: 'datepicker' }, '2026-11-23', { selected_date: '2026-11-23' }],
  [{ type: 'timepicker' }, '20:00', { selected_time: '20:00' }],
  [{ type: 'timepicker' }, '', { selected_time: null }],
  [{ type: 'users_select' }, 'U1', { selected_user: 'U1' }],
  [{ type: 'channels_select' }, 'C1', { selected_channel: 'C1' }],
  [{ type: 'conversations_select' }, 'C1', { selected_conversation: 'C1' }],
  [{ ...menu, type: 'multi_static_select' }, ['1w'], { selected_options: [option('1w')] }],
  [{ ...menu, type: 'multi_static_select' }, ['1w', '9y'], undefined],
  [{ type: 'multi_users_select' }, ['U1', 'U2'], { selected_users: ['U1', 'U2'] }],
  [{ type: 'multi_channels_select' }, [], { selected_channels: [] }],
  [{ type: 'multi_conversations_select' }, ['D1'], { selected_conversations: ['D1'] }],
  [{ ...menu, type: 'radio_buttons' }, [], { selected_option: null }],
  [{ type: 'plain_text_input' }, 'hi', { value: 'hi' }],
  [{ type: 'plain_text_input' }, undefined, { value: null }],
] as const)('%j chosen as %j means %j', ([element, value, expected]) => {
  expect(chosen(element, value)).toEqual(expected);
});

test('the state of a modal holds every input, empty ones too', () => {
  const blocks = [
    { type: 'input', block_id: 'plan', element: menu },
    { type: 'input', block_id: 'note', element: { type: 'plain_text_input', action_id: 'note' } },
    { type: 'actions', block_id: 'buttons', elements: [button] },
  ];

  expect(stateOf(blocks, { note: 'hello' })).toEqual({
    plan: { snooze: { type: 'static_select', selected_option: null } },
    note: { note: { type: 'plain_text_input', value: 'hello' } },
  });
});

test('an input that nobody has touched holds what it held at first, and can be emptied', () => {
  const checkboxes = { ...menu, type: 'checkboxes', action_id: 'on', initial_options: [option('1w')] };
  const blocks = [
    { type: 'input', block_id: 'kinds', element: checkboxes },
    {
      type: 'section',
      block_id: 'where',
      accessory: { type: 'channels_select', action_id: 'to', initial_channel: 'C1' },
    },
    { type: 'actions', block_id: 'when', elements: [{ type: 'timepicker', action_id: 'at', initial_time: '08:00' }] },
  ];

  expect(stateOf(blocks, {})).toEqual({
    kinds: { on: { type: 'checkboxes', selected_options: [option('1w')] } },
    where: { to: { type: 'channels_select', selected_channel: 'C1' } },
    when: { at: { type: 'timepicker', selected_time: '08:00' } },
  });
  expect(stateOf(blocks, { on: [], to: 'C2', at: '' })).toMatchObject({
    kinds: { on: { selected_options: [] } },
    where: { to: { selected_channel: 'C2' } },
    when: { at: { selected_time: null } },
  });
});

test('inputs whose action ids repeat are told apart by their blocks', () => {
  const input = (blockId: string) => ({
    type: 'input',
    block_id: blockId,
    element: { type: 'plain_text_input', action_id: 'text' },
  });

  expect(stateOf([input('a'), input('b')], { 'a/text': 'one', 'b/text': 'two' })).toMatchObject({
    a: { text: { value: 'one' } },
    b: { text: { value: 'two' } },
  });
});

test('an empty input is missing unless it is optional', () => {
  const note = { type: 'plain_text_input', action_id: 'note' };
  const blocks = [
    { type: 'input', block_id: 'why', element: note },
    { type: 'input', block_id: 'more', optional: true, element: note },
    { type: 'input', block_id: 'kinds', element: { ...menu, type: 'checkboxes', action_id: 'kinds' } },
    { type: 'input', block_id: 'menu', element: { ...menu, initial_option: option('1h') } },
    { type: 'section', block_id: 'plain', accessory: { ...note, action_id: 'aside' } },
  ];

  expect(missingInputs(blocks, {})).toEqual(['why', 'kinds']);
  expect(missingInputs(blocks, { note: 'because', kinds: ['1w'] })).toEqual([]);
  expect(missingInputs(blocks, { note: 'because', kinds: [], snooze: '' })).toEqual(['kinds', 'menu']);
});
