/** [fewest, most] of characters of a text, of items of an array, or the bounds of a number. */
export type Bounds = readonly [fewest: number, most: number];

/** Bounds by the path below an object; `[]` stands for every item of an array. */
export type Limits = Readonly<Record<string, Bounds>>;

const ID: Bounds = [1, 255];
const LINK: Bounds = [1, 3_000];

/**
 * What Slack limits only in prose: the doc comments of `@slack/types` and https://docs.slack.dev/reference/block-kit.
 * Where the two differ (an option's `value`: 75 there, 150 here) the newer page holds.
 */
export const LIMITS_BY_TYPE: Readonly<Record<string, Limits>> = {
  // Blocks
  actions: { elements: [1, 25] },
  alert: { 'text.text': [1, 200] },
  card: { 'title.text': [1, 150], 'subtitle.text': [1, 150], 'body.text': [1, 200], actions: [1, 3] },
  carousel: { elements: [1, 10] },
  container: { 'title.text': [1, 150], 'subtitle.text': [1, 150], child_blocks: [1, 10] },
  context: { elements: [1, 10] },
  context_actions: { elements: [1, 5] },
  data_table: { rows: [2, 101], 'rows[]': [1, 20], caption: [1, Infinity], page_size: [1, 100] },
  header: { 'text.text': [1, 150] },
  image: { alt_text: [0, 2_000], 'title.text': [1, 2_000], image_url: LINK },
  input: { 'label.text': [1, 2_000], 'hint.text': [1, 2_000] },
  markdown: { text: [1, 12_000] },
  rich_text: { elements: [1, Infinity] },
  section: { 'text.text': [1, 3_000], fields: [1, 10], 'fields[].text': [1, 2_000] },
  table: { rows: [1, 100], 'rows[]': [1, 20], column_settings: [0, 20] },
  video: { 'title.text': [1, 199], author_name: [1, 49] },
  // Block elements
  button: { 'text.text': [1, 75], value: [1, 2_000], url: LINK },
  checkboxes: { options: [1, 10] },
  file_input: { max_files: [1, 10] },
  multi_static_select: { options: [1, 100], option_groups: [1, 100] },
  overflow: { options: [1, 5] },
  plain_text_input: { min_length: [0, 3_000], max_length: [1, 3_000] },
  radio_buttons: { options: [1, 10] },
  static_select: { options: [1, 100], option_groups: [1, 100] },
  workflow_button: { 'text.text': [1, 75] },
  // Texts
  link: { url: LINK },
  mrkdwn: { text: [1, 3_000] },
  plain_text: { text: [1, 3_000] },
  raw_number: { text: [1, Infinity] },
  raw_text: { text: [1, Infinity] },
  rich_text_list: { indent: [0, 8] },
  text: { text: [1, Infinity] },
  // Views: https://docs.slack.dev/reference/views
  home: { blocks: [0, 100], private_metadata: [0, 3_000], callback_id: [0, 255] },
  modal: {
    blocks: [0, 100],
    private_metadata: [0, 3_000],
    callback_id: [0, 255],
    'title.text': [1, 24],
    'submit.text': [1, 24],
    'close.text': [1, 24],
  },
};

/** Limits of fields that mean the same on every block and element. */
export const LIMITS_OF_ALL: Limits = {
  block_id: ID,
  action_id: ID,
  accessibility_label: [1, 75],
  'placeholder.text': [1, 150],
  'confirm.title.text': [1, 100],
  'confirm.text.text': [1, 300],
  'confirm.confirm.text': [1, 30],
  'confirm.deny.text': [1, 30],
  'options[].text.text': [1, 75],
  'options[].value': [1, 150],
  'options[].url': LINK,
  'options[].description.text': [1, 75],
  'option_groups[].label.text': [1, 75],
  'option_groups[].options': [1, 100],
  'option_groups[].options[].text.text': [1, 75],
  'option_groups[].options[].value': [1, 150],
};

/**
 * A message: https://docs.slack.dev/reference/methods/chat.postMessage. `text` may be ten times longer before Slack
 * cuts it off, but 4,000 is what Slack asks for.
 */
export const MESSAGE_LIMITS: Limits = { text: [1, 4_000], blocks: [0, 50] };

/** Fields that are optional each, but of which Slack wants at least one. */
export const ONE_OF: Readonly<Record<string, readonly string[]>> = {
  card: ['hero_image', 'title', 'actions', 'body'],
  container: ['title', 'rich_text_title'],
  multi_static_select: ['options', 'option_groups'],
  section: ['text', 'fields'],
  static_select: ['options', 'option_groups'],
};
