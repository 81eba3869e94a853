import type { InputBlock, ModalView } from '@slack/types';

/** What somebody does to a field before they send the form: the fields of Slack's state that it changes. */
export type Filled = Readonly<Record<string, object>>;

/** A modal as Slack sends it when somebody submits it: what stood in its fields, but for what they filled in. */
export function submitted(view: ModalView, filled: Filled = {}) {
  const inputs = inputsOf(view);
  const fields = inputs.map(({ block_id: block = '', element }) => [
    block,
    { ['action_id' in element ? (element.action_id ?? '') : '']: { ...initial(element), ...filled[block] } },
  ]);
  return { metadata: view.private_metadata ?? '', values: Object.fromEntries(fields) as object };
}

/** The fields of a form. Slack's type of blocks is open, so its own tag does not narrow it. */
export function inputsOf(view: ModalView): readonly InputBlock[] {
  return view.blocks.filter((block): block is InputBlock => block.type === 'input');
}

/** The value of a field that nobody touched. */
function initial(element: object): object {
  const of = element as Readonly<Record<string, unknown>>;
  return {
    type: of.type,
    selected_options: of.initial_options ?? [],
    value: of.initial_value ?? null,
    selected_conversation: of.initial_conversation ?? null,
    selected_time: of.initial_time ?? null,
  };
}

/** Boxes that are ticked. */
export const ticked = (...values: readonly string[]) => ({ selected_options: values.map((value) => ({ value })) });
