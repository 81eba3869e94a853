import { describe, expect, test } from 'vitest';
import { invalidMessage, invalidReasons, invalidView } from './valid-slack.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const button = (more: object = {}) => ({
  type: 'button',
  text: plain('Acknowledge'),
  action_id: 'acknowledge',
  ...more,
});
const actions = (...elements: readonly object[]) => ({ type: 'actions', elements });
const options = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ text: plain('1 h'), value: `${index}` }));
const overflow = (count: number) => ({ type: 'overflow', action_id: 'more', options: options(count) });
const cells = (count: number) => Array.from({ length: count }, () => ({ type: 'raw_text', text: '1' }));
const table = (...rows: readonly object[]) => ({ type: 'table', rows });
const richText = (...elements: readonly object[]) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});
const alert = { type: 'alert', text: mrkdwn('stale') };
const input = { type: 'input', label: plain('Why'), element: { type: 'plain_text_input', action_id: 'why' } };
const withBlocks = (...blocks: readonly object[]) => ({ text: 'An alert', blocks });
const modal = (more: object = {}) => ({ type: 'modal', title: plain('Details'), blocks: [section('ok')], ...more });

const alertMessage = withBlocks(
  { type: 'header', text: plain('Cache invalidation') },
  section('*Ann* rewrites 300k tokens'),
  { type: 'section', fields: [mrkdwn('*Model*'), plain('opus')], accessory: overflow(3) },
  {
    type: 'context',
    elements: [mrkdwn('2.1.122'), { type: 'image', image_url: 'https://a.example/i.png', alt_text: 'i' }],
  },
  { type: 'divider' },
  actions(button({ style: 'danger', confirm: { title: plain('Sure?'), text: plain('It ends.') } }), {
    type: 'static_select',
    action_id: 'snooze',
    placeholder: plain('Snooze'),
    options: options(2),
  }),
  richText(
    { type: 'text', text: 'at ' },
    { type: 'date', timestamp: 1_700_000_000, format: '{time}', fallback: '9:00' },
  ),
  table(cells(3), [{ type: 'raw_number', value: 3, text: '3' }, ...cells(1), richText({ type: 'text', text: 'x' })]),
);

describe('a message', () => {
  test('with every block that the app uses is valid', () => {
    expect(invalidMessage(alertMessage)).toEqual([]);
  });

  test('may carry the same button in two blocks', () => {
    expect(invalidMessage(withBlocks(actions(button()), actions(button())))).toEqual([]);
  });

  test.each<[fault: string, message: object, reasons: readonly string[]]>([
    ['an unknown block', withBlocks({ type: 'nonsense' }), ['blocks[0]: type "nonsense" is not known here']],
    ['a block without a type', withBlocks({ text: 'x' }), ['blocks[0]: "type" is missing']],
    ['a misspelt key', withBlocks({ ...section('x'), txt: 1 }), ['blocks[0]: unknown key "txt"']],
    ['a missing key', withBlocks({ type: 'header' }), ['blocks[0]: "text" is missing']],
    [
      'mrkdwn in a button',
      withBlocks(section('x'), actions(button({ text: mrkdwn('*x*') }))),
      ['blocks[1].elements[0].text.type: "mrkdwn" must be "plain_text"'],
    ],
    [
      'a style that does not exist',
      withBlocks(actions(button({ style: 'green' }))),
      ['blocks[0].elements[0].style: "green" must be one of primary, danger'],
    ],
    [
      'an element that may not stand there',
      withBlocks({ type: 'context', elements: [button()] }),
      ['blocks[0].elements[0]: type "button" is not known here'],
    ],
    [
      'a misspelt option',
      withBlocks({
        ...section('x'),
        accessory: { type: 'radio_buttons', options: [{ text: mrkdwn('x'), valeu: '1' }] },
      }),
      ['blocks[0].accessory.options[0]: unknown key "valeu"'],
    ],
    ['a section of nothing', withBlocks({ type: 'section' }), ['blocks[0]: needs text or fields']],
    ['an empty text', withBlocks(section('')), ['blocks[0].text.text: 0 characters, at least 1']],
    ['51 blocks', withBlocks(...Array(51).fill({ type: 'divider' })), ['blocks: 51 items, at most 50']],
    [
      'a header of 151 characters',
      withBlocks({ type: 'header', text: plain('x'.repeat(151)) }),
      ['blocks[0].text.text: 151 characters, at most 150'],
    ],
    [
      'a button text of 76 characters',
      withBlocks(actions(button({ text: plain('x'.repeat(76)) }))),
      ['blocks[0].elements[0].text.text: 76 characters, at most 75'],
    ],
    [
      'a field of 2,001 characters',
      withBlocks({ type: 'section', fields: [mrkdwn('x'.repeat(2_001))] }),
      ['blocks[0].fields[0].text: 2001 characters, at most 2000'],
    ],
    [
      'an overflow of 6 options',
      withBlocks({ ...section('x'), accessory: overflow(6) }),
      ['blocks[0].accessory.options: 6 items, at most 5'],
    ],
    [
      'an action id used twice in a block',
      withBlocks(actions(button(), button())),
      ['blocks[0].elements[1].action_id: "acknowledge" is used already'],
    ],
    [
      'a block id used twice',
      withBlocks({ ...section('x'), block_id: 'a' }, { type: 'divider', block_id: 'a' }),
      ['blocks[1].block_id: "a" is used already'],
    ],
    [
      'two tables',
      withBlocks(table(cells(1)), table(cells(1))),
      ['blocks[1]: a second table, at most one in a message'],
    ],
    [
      'a second table inside a container',
      withBlocks(table(cells(1)), { type: 'container', title: plain('x'), child_blocks: [table(cells(1))] }),
      ['blocks[1].child_blocks[0]: a second table, at most one in a message'],
    ],
    [
      'a table of 101 rows',
      withBlocks(table(...Array(101).fill(cells(1)))),
      ['blocks[0].rows: 101 items, at most 100'],
    ],
    ['a table of 21 columns', withBlocks(table(cells(21))), ['blocks[0].rows[0]: 21 items, at most 20']],
    [
      'a table of 10,001 characters',
      withBlocks(table([{ type: 'raw_text', text: 'x'.repeat(10_001) }])),
      ['blocks[0]: 10001 characters in a table, at most 10000'],
    ],
    ['an alert block', withBlocks(alert), ['blocks[0]: a block of type alert may not stand in a message']],
    ['no text', { blocks: [section('x')] }, [expect.stringContaining('text: must not be empty')]],
    ['a text of spaces', { text: '  ' }, [expect.stringContaining('text: must not be empty')]],
    ['a text of 4,001 characters', { text: 'x'.repeat(4_001) }, ['text: 4001 characters, at most 4000']],
    ['blocks that are no list', { text: 'x', blocks: section('x') }, ['blocks: must be an array']],
    ['a broadcast in its text', { text: 'Hi <!channel>' }, ['text: a broadcast, <!channel>']],
    ['a broadcast in a block', withBlocks(section('<!here|here>')), ['blocks[0].text.text: a broadcast, <!here|here>']],
    [
      'a broadcast as rich text',
      withBlocks(richText({ type: 'broadcast', range: 'everyone' })),
      ['blocks[0].elements[0].elements[0]: a broadcast, @everyone'],
    ],
    ['a reply sent to all', { text: 'x', reply_broadcast: true }, ['reply_broadcast: a reply stays in its thread']],
    ['names made mentions', { text: 'x', link_names: 'true' }, ['link_names: would turn text into mentions']],
    ['attachments', { text: 'x', attachments: [] }, ['attachments: are not checked, use blocks']],
    ['an unknown audience', { text: 'x', response_type: 'all' }, [expect.stringContaining('response_type: "all"')]],
    [
      'metadata without a payload',
      { text: 'x', metadata: { event_type: 'e' } },
      ['metadata: "event_payload" is missing'],
    ],
  ])('with %s is refused', (_, message, reasons) => {
    expect(invalidMessage(message)).toEqual(reasons);
  });

  test('that only deletes the one before needs no text', () => {
    expect(invalidMessage({ delete_original: true })).toEqual([]);
  });

  test('may show the letters of a broadcast escaped', () => {
    expect(invalidMessage(withBlocks(section('&lt;!channel&gt;')))).toEqual([]);
  });
});

describe('a view', () => {
  test('as a modal may hold an alert and an input', () => {
    expect(invalidView(modal({ submit: plain('Save'), blocks: [alert, input] }))).toEqual([]);
  });

  test('as a home tab may hold 100 blocks', () => {
    expect(invalidView({ type: 'home', blocks: Array(100).fill({ type: 'divider' }) })).toEqual([]);
  });

  test.each<[fault: string, view: unknown, reasons: readonly string[]]>([
    ['101 blocks', modal({ blocks: Array(101).fill({ type: 'divider' }) }), ['view.blocks: 101 items, at most 100']],
    [
      'a title of 25 characters',
      modal({ title: plain('x'.repeat(25)) }),
      ['view.title.text: 25 characters, at most 24'],
    ],
    ['an input and no submit', modal({ blocks: [input] }), ['view.submit: a modal with an input needs it']],
    [
      'a table',
      modal({ blocks: [table(cells(1))] }),
      ['view.blocks[0]: a block of type table may not stand in a modal'],
    ],
    [
      'an alert in a home tab',
      { type: 'home', blocks: [alert] },
      ['view.blocks[0]: a block of type alert may not stand in a home'],
    ],
    ['an unknown block', modal({ blocks: [{ type: 'x' }] }), ['view.blocks[0]: type "x" is not known here']],
    ['a title in a home tab', { type: 'home', title: plain('x'), blocks: [] }, ['view: unknown key "title"']],
    ['a type that does not exist', modal({ type: 'popup' }), ['view.type: "popup" must be "modal"']],
    ['a broadcast', modal({ title: plain('<!everyone>') }), ['view.title.text: a broadcast, <!everyone>']],
    ['text that is no JSON', '{', ['view: must be an object']],
  ])('with %s is refused', (_, view, reasons) => {
    expect(invalidView(view)).toEqual(reasons);
  });
});

describe('a Web API call', () => {
  const home = { type: 'home', blocks: [section('x')] };
  const metadata = { event_type: 'notice', event_payload: { notice_id: 'n1' } };

  test.each<[method: string, args: Record<string, unknown>]>([
    ['chat.postMessage', { channel: 'C1', ...alertMessage, metadata }],
    [
      'chat.postMessage',
      { channel: 'C1', text: 'x', blocks: JSON.stringify(alertMessage.blocks), metadata: JSON.stringify(metadata) },
    ],
    ['chat.update', { channel: 'C1', ts: '1.2', text: 'x' }],
    ['chat.postEphemeral', { channel: 'C1', user: 'U1', text: 'x' }],
    ['views.publish', { user_id: 'U1', view: JSON.stringify(home) }],
    ['views.open', { trigger_id: 't', view: modal() }],
    ['views.update', { view_id: 'V1', view: modal() }],
    ['auth.test', {}],
  ])('of %s with good arguments is valid', (method, args) => {
    expect(invalidReasons(method, args)).toEqual([]);
  });

  type Refused = { method: string; fault: string; args: Record<string, unknown>; reason: string };
  const view = modal();

  test.each<Refused>([
    { method: 'chat.postMessage', fault: 'no channel', args: { text: 'x' }, reason: 'channel is missing' },
    { method: 'chat.update', fault: 'no ts', args: { channel: 'C1', text: 'x' }, reason: 'ts is missing' },
    { method: 'chat.postEphemeral', fault: 'no user', args: { channel: 'C1', text: 'x' }, reason: 'user is missing' },
    {
      method: 'chat.postMessage',
      fault: 'a bad block as JSON',
      args: { channel: 'C1', text: 'x', blocks: '[{"type":"x"}]' },
      reason: 'blocks[0]: type "x" is not known here',
    },
    {
      method: 'chat.postMessage',
      fault: 'broken JSON',
      args: { channel: 'C1', text: 'x', blocks: '[{' },
      reason: 'blocks: must be an array',
    },
    {
      method: 'views.publish',
      fault: 'a modal',
      args: { user_id: 'U1', view },
      reason: 'view.type: must be "home" in this method',
    },
    {
      method: 'views.open',
      fault: 'a home tab',
      args: { trigger_id: 't', view: home },
      reason: 'view.type: must be "modal" in this method',
    },
    {
      method: 'views.open',
      fault: 'no trigger',
      args: { view },
      reason: 'trigger_id or interactivity_pointer is missing',
    },
    { method: 'views.update', fault: 'no view', args: { view_id: 'V1' }, reason: 'view is missing' },
  ])('of $method with $fault is refused', ({ method, args, reason }) => {
    expect(invalidReasons(method, args)).toEqual([reason]);
  });
});
