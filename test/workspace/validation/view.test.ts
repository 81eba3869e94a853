import { describe, expect, test } from 'vitest';
import { invalidView } from '../../../src/workspace/validation/invalid-reasons.ts';
import { actions, alert, bars, button, cells, divider, home, input, modal, plain, section, table } from './blocks.ts';

describe('a view', () => {
  test('as a modal may hold an alert and an input', () => {
    expect(invalidView(modal({ submit: plain('Save'), blocks: [alert, input()] }))).toEqual([]);
  });

  test('as a home tab may hold buttons and inputs', () => {
    expect(invalidView(home(section('x'), actions(button()), input()))).toEqual([]);
  });

  test.each<[fault: string, view: unknown, reasons: readonly string[]]>([
    ['an input and no submit', modal({ blocks: [input()] }), ['view.submit: a modal with an input needs it']],
    ['an unknown block', modal({ blocks: [{ type: 'x' }] }), ['view.blocks[0]: type "x" is not known here']],
    ['a title in a home tab', { ...home(divider), title: plain('x') }, ['view: unknown key "title"']],
    ['no title in a modal', { type: 'modal', blocks: [divider] }, ['view: "title" is missing']],
    ['a type that does not exist', modal({ type: 'popup' }), ['view.type: "popup" must be "modal"']],
    ['text that is no JSON', '{', ['view: must be an object']],
  ])('with %s is refused', (_, view, reasons) => {
    expect(invalidView(view)).toEqual(reasons);
  });

  test.each<[surface: string, block: { readonly type: string }]>([
    ['modal', table(cells(1))],
    ['modal', bars()],
    ['modal', { type: 'markdown', text: 'x' } as { type: string }],
    ['home', table(cells(1))],
    ['home', bars()],
    ['home', alert],
    ['home', { type: 'task_card', task_id: '1', title: 'x', status: 'pending' } as { type: string }],
  ])('as a %s cannot hold %j', (surface, block) => {
    const view = surface === 'home' ? home(block) : modal({ blocks: [block] });
    expect(invalidView(view)).toEqual([`view.blocks[0]: ${block.type} may not stand in a ${surface}`]);
  });

  test('as a home tab cannot take files', () => {
    expect(invalidView(home(input({ type: 'file_input' })))).toEqual([
      'view.blocks[0].element: file_input may not stand in a home',
    ]);
  });
});
