import { type Fields, isFields } from './fields.ts';

/** Something that can be clicked or chosen from, and the block it stands in. */
export interface InteractiveElement {
  readonly blockId: string;
  readonly element: Fields;
}

/** The element with that action id, in any block or the given one; undefined when there is none. */
export function findElement(
  blocks: readonly Fields[],
  actionId: string,
  blockId?: string,
): InteractiveElement | undefined {
  for (const block of blocks) {
    if (blockId !== undefined && block.block_id !== blockId) continue;
    const element = elementsOf(block).find((candidate) => candidate.action_id === actionId);
    if (element) return { blockId: String(block.block_id), element };
  }
  return undefined;
}

/** What choosing `value` means, in Slack's fields; undefined when the element offers no such choice. A button has its own value. */
export function chosen(element: Fields, value: string | readonly string[] | undefined): Fields | undefined {
  const values = typeof value === 'string' ? [value] : (value ?? []);
  const options = optionsOf(element).filter((option) => values.includes(String(option.value)));
  switch (element.type) {
    case 'button':
      return { text: element.text, ...(element.value === undefined ? {} : { value: element.value }) };
    case 'checkboxes':
    case 'multi_static_select':
      return { selected_options: options };
    case 'static_select':
    case 'radio_buttons':
    case 'overflow':
      return options[0] && { selected_option: options[0] };
    case 'users_select':
      return { selected_user: values[0] };
    case 'datepicker':
      return { selected_date: values[0] };
    case 'timepicker':
      return { selected_time: values[0] };
    default:
      return { value: values[0] ?? null };
  }
}

/** The `state.values` of a modal: what each input holds, by block id and action id. */
export function stateOf(
  blocks: readonly Fields[],
  entered: Readonly<Record<string, string | readonly string[]>>,
): Fields {
  const inputs = blocks.flatMap((block) =>
    elementsOf(block)
      .filter((element) => element.type !== 'button')
      .map((element) => {
        const actionId = String(element.action_id);
        const held = chosen(element, entered[actionId]) ?? { selected_option: null };
        return [String(block.block_id), { [actionId]: { type: element.type, ...held } }] as const;
      }),
  );
  return Object.fromEntries(inputs);
}

function elementsOf(block: Fields): readonly Fields[] {
  const elements = Array.isArray(block.elements) ? block.elements : [];
  return [block.accessory, block.element, ...elements].filter(isFields).filter((element) => element.action_id);
}

function optionsOf(element: Fields): readonly Fields[] {
  const groups = Array.isArray(element.option_groups) ? element.option_groups.filter(isFields) : [element];
  return groups.flatMap((group) => (Array.isArray(group.options) ? group.options.filter(isFields) : []));
}
