/** Blocks and elements as JSON, right or wrong: what no type of Slack's would let a test write. */
export const plain = (text: string) => ({ type: 'plain_text', text });
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
export const section = (text: string, more: object = {}) => ({ type: 'section', text: mrkdwn(text), ...more });
export const header = (text: string) => ({ type: 'header', text: plain(text) });
export const context = (...elements: readonly object[]) => ({ type: 'context', elements });
export const actions = (...elements: readonly object[]) => ({ type: 'actions', elements });
export const withAccessory = (accessory: object) => section('x', { accessory });

export const button = (more: object = {}) => ({
  type: 'button',
  text: plain('Acknowledge'),
  action_id: 'acknowledge',
  ...more,
});

export const option = (value: string, more: object = {}) => ({ text: plain(`For ${value}`), value, ...more });
export const options = (count: number) => Array.from({ length: count }, (_, index) => option(`${index}`));
export const overflow = (more: object = {}) => ({ type: 'overflow', action_id: 'more', options: options(3), ...more });
export const select = (more: object = {}) => ({
  type: 'static_select',
  action_id: 'snooze',
  placeholder: plain('Snooze'),
  options: options(2),
  ...more,
});

export const input = (element: object = {}, more: object = {}) => ({
  type: 'input',
  label: plain('Why'),
  element: { type: 'plain_text_input', action_id: 'why', ...element },
  ...more,
});

export const richText = (...elements: readonly object[]) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});

export const cells = (count: number) => Array.from({ length: count }, () => ({ type: 'raw_text', text: '1' }));
export const table = (...rows: readonly object[]) => ({ type: 'table', rows });
export const alert = { type: 'alert', text: mrkdwn('stale') };
export const divider = { type: 'divider' };

export const points = (...pairs: readonly (readonly [string, number])[]) =>
  pairs.map(([label, value]) => ({ label, value }));
export const chart = (of: object, title = 'Tokens per turn') => ({ type: 'data_visualization', title, chart: of });
export const pie = (...segments: readonly object[]) => chart({ type: 'pie', segments });
/** Bars of two turns, read and written. */
export const bars = (more: object = {}) =>
  chart({
    type: 'bar',
    series: [
      { name: 'Read', data: points(['1', 76_000], ['2', 14_200]) },
      { name: 'Written', data: points(['1', 900], ['2', 62_000]) },
    ],
    axis_config: { categories: ['1', '2'], x_label: 'Turn', y_label: 'Tokens' },
    ...more,
  });

export const message = (...blocks: readonly object[]) => ({ text: 'An alert', blocks });
export const modal = (more: object = {}) => ({
  type: 'modal',
  title: plain('Details'),
  blocks: [section('ok')],
  ...more,
});
export const home = (...blocks: readonly object[]) => ({ type: 'home', blocks });
