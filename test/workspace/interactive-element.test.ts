import { expect, test } from 'vitest';
import { chosen, findElement, stateOf } from '../../src/workspace/interactive-element.ts';

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
  [{ type: 'users_select' }, 'U1', { selected_user: 'U1' }],
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
