import { describe, expect, test } from 'vitest';
import { invalidMessage, invalidView } from '../../../src/workspace/validation/invalid-reasons.ts';
import {
  actions,
  alert,
  bars,
  button,
  cells,
  chart,
  context,
  divider,
  header,
  home,
  input,
  message,
  modal,
  mrkdwn,
  option,
  options,
  overflow,
  pie,
  plain,
  points,
  richText,
  section,
  select,
  table,
  withAccessory,
} from './blocks.ts';

const long = (length: number) => 'x'.repeat(length);
const link = (length: number) => `https://a.example/${long(length - 18)}`;
const texts = (count: number) => Array.from({ length: count }, (_, index) => mrkdwn(`${index}`));
const labels = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
const line = (categories: readonly string[], series: readonly string[] = ['Read']) =>
  chart({
    type: 'line',
    series: series.map((name) => ({ name, data: points(...categories.map((label) => [label, 1] as const)) })),
    axis_config: { categories },
  });
const confirm = (part: object) => actions(button({ confirm: { title: plain('Sure?'), text: plain('x'), ...part } }));

describe('Slack’s limit of a message', () => {
  test.each<[limit: string, most: number, blocksOf: (size: number) => readonly object[]]>([
    ['blocks', 50, (size) => Array(size).fill(divider)],
    ['a header', 150, (size) => [header(long(size))]],
    ['a section', 3_000, (size) => [section(long(size))]],
    ['the fields of a section', 10, (size) => [{ type: 'section', fields: texts(size) }]],
    ['one field', 2_000, (size) => [{ type: 'section', fields: [mrkdwn(long(size))] }]],
    ['a context', 10, (size) => [context(...texts(size))]],
    ['a text in a context', 3_000, (size) => [context(mrkdwn(long(size)))]],
    ['buttons in a row', 25, (size) => [actions(...labels(size).map((id) => button({ action_id: id })))]],
    ['the text of a button', 75, (size) => [actions(button({ text: plain(long(size)) }))]],
    ['the value of a button', 2_000, (size) => [actions(button({ value: long(size) }))]],
    ['the link of a button', 3_000, (size) => [actions(button({ url: link(size) }))]],
    ['the label of a button', 75, (size) => [actions(button({ accessibility_label: long(size) }))]],
    ['an action id', 255, (size) => [actions(button({ action_id: long(size) }))]],
    ['a block id', 255, (size) => [{ ...divider, block_id: long(size) }]],
    ['a question', 100, (size) => [confirm({ title: plain(long(size)) })]],
    ['the text of a question', 300, (size) => [confirm({ text: plain(long(size)) })]],
    ['a yes', 30, (size) => [confirm({ confirm: plain(long(size)) })]],
    ['a no', 30, (size) => [confirm({ deny: plain(long(size)) })]],
    ['an overflow menu', 5, (size) => [withAccessory(overflow({ options: options(size) }))]],
    ['a select menu', 100, (size) => [actions(select({ options: options(size) }))]],
    ['the groups of a menu', 100, (size) => [actions(grouped(labels(size).map((value) => [option(value)])))]],
    ['the options of a group', 100, (size) => [actions(grouped([options(size)]))]],
    ['the text of an option', 75, (size) => [actions(select({ options: [option('1', { text: plain(long(size)) })] }))]],
    [
      'the value of an option',
      150,
      (size) => [actions(select({ options: [{ text: plain('x'), value: long(size) }] }))],
    ],
    ['a placeholder', 150, (size) => [actions(select({ placeholder: plain(long(size)) }))]],
    ['checkboxes', 10, (size) => [withAccessory({ ...overflow(), type: 'checkboxes', options: options(size) })]],
    ['radio buttons', 10, (size) => [withAccessory({ ...overflow(), type: 'radio_buttons', options: options(size) })]],
    ['the rows of a table', 100, (size) => [table(...Array(size).fill(cells(1)))]],
    ['the columns of a table', 20, (size) => [table(cells(size))]],
    ['the letters of a table', 10_000, (size) => [table([{ type: 'raw_text', text: long(size) }])]],
    ['a link in rich text', 3_000, (size) => [richText({ type: 'link', url: link(size) })]],
    ['the alternative of an image', 2_000, (size) => [{ type: 'image', image_url: link(20), alt_text: long(size) }]],
    ['the title of a chart', 50, (size) => [chart({ type: 'pie', segments: points(['a', 1]) }, long(size))]],
    ['the slices of a pie', 6, (size) => [pie(...labels(size).map((label) => ({ label, value: 1 })))]],
    ['the name of a slice', 20, (size) => [pie(...points([long(size), 1]))]],
    ['the series of a chart', 6, (size) => [line(['1'], labels(size))]],
    ['the name of a series', 20, (size) => [line(['1'], [long(size)])]],
    ['the points of a chart', 20, (size) => [line(labels(size))]],
    ['the name of a point', 20, (size) => [line([long(size)])]],
    ['the name of an axis', 50, (size) => [bars({ axis_config: { categories: ['1', '2'], x_label: long(size) } })]],
  ])('for %s is %i', (_, most, blocksOf) => {
    expect(invalidMessage(message(...blocksOf(most)))).toEqual([]);
    const reasons = invalidMessage(message(...blocksOf(most + 1)));
    expect(reasons).not.toEqual([]);
    for (const reason of reasons) expect(reason).toMatch(new RegExp(`at most ${most}$`));
  });

  test('for its text is 4,000 characters', () => {
    expect(invalidMessage({ text: long(4_000) })).toEqual([]);
    expect(invalidMessage({ text: long(4_001) })).toEqual(['text: 4001 characters, at most 4000']);
  });

  test.each<[what: string, block: object, reason: string]>([
    ['an empty text', section(''), 'blocks[0].text.text: 0 characters, at least 1'],
    ['an empty row of buttons', actions(), 'blocks[0].elements: 0 items, at least 1'],
    ['a menu of nothing', actions(select({ options: [] })), 'blocks[0].elements[0].options: 0 items, at least 1'],
    [
      'an overflow menu of one',
      withAccessory(overflow({ options: options(1) })),
      'blocks[0].accessory.options: 1 items, at least 2',
    ],
    ['a pie of nothing', pie(), 'blocks[0].chart.segments: 0 items, at least 1'],
  ])('refuses %s', (_, block, reason) => {
    expect(invalidMessage(message(block))).toEqual([reason]);
  });
});

describe('Slack’s limit of a view', () => {
  const form = (element: object, more: object = {}) => modal({ submit: plain('Save'), blocks: [input(element, more)] });

  test.each<[limit: string, most: number, viewOf: (size: number) => object]>([
    ['the blocks of a modal', 100, (size) => modal({ blocks: Array(size).fill(divider) })],
    ['the blocks of a home', 100, (size) => home(...Array(size).fill(divider))],
    ['a title', 24, (size) => modal({ title: plain(long(size)) })],
    ['a submit button', 24, (size) => modal({ submit: plain(long(size)) })],
    ['a close button', 24, (size) => modal({ close: plain(long(size)) })],
    ['what only the app reads', 3_000, (size) => modal({ private_metadata: long(size) })],
    ['a callback id', 255, (size) => modal({ callback_id: long(size) })],
    ['the callback id of a home', 255, (size) => ({ ...home(divider), callback_id: long(size) })],
    ['what only the app reads of a home', 3_000, (size) => ({ ...home(divider), private_metadata: long(size) })],
    ['an alert', 200, (size) => modal({ blocks: [{ ...alert, text: mrkdwn(long(size)) }] })],
    ['a label', 2_000, (size) => form({}, { label: plain(long(size)) })],
    ['a hint', 2_000, (size) => form({}, { hint: plain(long(size)) })],
    ['what is entered from the start', 3_000, (size) => form({ initial_value: long(size) })],
    ['the longest entry', 3_000, (size) => form({ max_length: size })],
  ])('for %s is %i', (_, most, viewOf) => {
    expect(invalidView(viewOf(most))).toEqual([]);
    const reasons = invalidView(viewOf(most + 1));
    expect(reasons).not.toEqual([]);
    for (const reason of reasons) expect(reason).toMatch(new RegExp(`at most ${most}$`));
  });

  test.each<[what: string, view: object, reason: string]>([
    ['an empty modal', modal({ blocks: [] }), 'view.blocks: 0 items, at least 1'],
    ['an empty home', home(), 'view.blocks: 0 items, at least 1'],
    [
      'nothing chosen said by an empty list',
      form({ type: 'multi_static_select', options: options(2), initial_options: [] }),
      'view.blocks[0].element.initial_options: 0 items, at least 1',
    ],
    [
      'at most no choice',
      form({ type: 'multi_users_select', max_selected_items: 0 }),
      'view.blocks[0].element.max_selected_items: 0, at least 1',
    ],
  ])('refuses %s', (_, view, reason) => {
    expect(invalidView(view)).toEqual([reason]);
  });
});

function grouped(groups: readonly (readonly object[])[]) {
  const { options: _, ...rest } = select();
  return { ...rest, option_groups: groups.map((group) => ({ label: plain('x'), options: group })) };
}
