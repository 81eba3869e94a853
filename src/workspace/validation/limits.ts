/** [fewest, most] of characters of a text, of items of an array, or the bounds of a number. */
export type Bounds = readonly [fewest: number, most: number];

/** Bounds by the path below an object; `[]` stands for every item of an array. */
export type Limits = Readonly<Record<string, Bounds>>;

const ID: Bounds = [1, 255];
const LINK: Bounds = [1, 3_000];
const MENU: Limits = { options: [1, 100], option_groups: [1, 100] };
const MANY: Limits = { max_selected_items: [1, Infinity] };
const ENTRY: Limits = { initial_value: [0, 3_000] };

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block; a chart is measured by its own `type`. */
const SERIES: Limits = {
  series: [1, 6],
  'series[].name': [1, 20],
  'series[].data': [1, 20],
  'series[].data[].label': [1, 20],
  'axis_config.categories': [1, 20],
  'axis_config.categories[]': [1, 20],
  'axis_config.x_label': [1, 50],
  'axis_config.y_label': [1, 50],
};

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
  data_visualization: { title: [1, 50] },
  data_table: { rows: [2, 101], 'rows[]': [1, 20], caption: [1, Infinity], page_size: [1, 100] },
  header: { 'text.text': [1, 150] },
  image: { alt_text: [0, 2_000], 'title.text': [1, 2_000], image_url: LINK },
  input: { 'label.text': [1, 2_000], 'hint.text': [1, 2_000] },
  markdown: { text: [1, 12_000] },
  rich_text: { elements: [1, Infinity] },
  section: { 'text.text': [1, 3_000], fields: [1, 10], 'fields[].text': [1, 2_000] },
  table: { rows: [1, 100], 'rows[]': [1, 20], column_settings: [0, 20] },
  plan: { tasks: [0, 50] },
  video: {
    'title.text': [1, 199],
    author_name: [1, 49],
    provider_name: [1, 49],
    'description.text': [1, 199],
    alt_text: [1, 2_000],
    video_url: LINK,
    thumbnail_url: LINK,
  },
  // Charts
  area: SERIES,
  bar: SERIES,
  line: SERIES,
  pie: { segments: [1, 6], 'segments[].label': [1, 20] },
  // Block elements
  button: { 'text.text': [1, 75], value: [1, 2_000], url: LINK },
  checkboxes: { options: [1, 10] },
  email_text_input: ENTRY,
  feedback_buttons: {
    'positive_button.text.text': [1, 75],
    'positive_button.value': [1, 2_000],
    'positive_button.accessibility_label': [1, 75],
    'negative_button.text.text': [1, 75],
    'negative_button.value': [1, 2_000],
    'negative_button.accessibility_label': [1, 75],
  },
  file_input: { max_files: [1, 10] },
  icon_button: { 'text.text': [1, 75], value: [1, 2_000], visible_to_user_ids: [1, 10] },
  multi_channels_select: MANY,
  multi_conversations_select: MANY,
  multi_external_select: MANY,
  multi_static_select: { ...MENU, ...MANY },
  multi_users_select: MANY,
  // One choice is a button. Slack itself takes five at most, and once asked for two at least.
  overflow: { options: [2, 5] },
  plain_text_input: { ...ENTRY, min_length: [0, 3_000], max_length: [1, 3_000] },
  radio_buttons: { options: [1, 10] },
  rich_text_input: { min_lines: [1, 100], max_lines: [1, 100] },
  static_select: MENU,
  url: { url: LINK },
  url_text_input: ENTRY,
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
  home: { blocks: [1, 100], private_metadata: [0, 3_000], callback_id: [0, 255], external_id: [0, 255] },
  modal: {
    blocks: [1, 100],
    private_metadata: [0, 3_000],
    callback_id: [0, 255],
    external_id: [0, 255],
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
  // Nothing chosen yet is said by leaving these out.
  initial_options: [1, 100],
  initial_users: [1, Infinity],
  initial_channels: [1, Infinity],
  initial_conversations: [1, Infinity],
  'options[].text.text': [1, 75],
  'options[].value': [1, 150],
  'options[].url': LINK,
  'options[].description.text': [1, 75],
  'option_groups[].label.text': [1, 75],
  'option_groups[].options': [1, 100],
  'option_groups[].options[].text.text': [1, 75],
  'option_groups[].options[].value': [1, 150],
  'option_groups[].options[].description.text': [1, 75],
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
