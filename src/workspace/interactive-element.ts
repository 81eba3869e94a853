import { chosen, initialChoice, isEmptyChoice } from './chosen.ts';
import { type Fields, isFields } from './fields.ts';

/** Something that can be clicked or chosen from, and the block it stands in. */
export interface InteractiveElement {
  readonly blockId: string;
  readonly element: Fields;
}

/** What inputs hold, by action id, or by `block id/action id` where an action id stands in several blocks. */
export type Entered = Readonly<Record<string, string | readonly string[]>>;

/** The element with that action id, in any block or the given one; undefined when there is none. */
export function findElement(
  blocks: readonly Fields[],
  actionId: string,
  blockId?: string,
): InteractiveElement | undefined {
  return interactiveElements(blocks).find(
    (candidate) => candidate.element.action_id === actionId && (blockId === undefined || candidate.blockId === blockId),
  );
}

/**
 * The `state.values` of a view or a message: what each input holds, by block id and action id. An input of which
 * `entered` says nothing holds what it held at first.
 */
export function stateOf(blocks: readonly Fields[], entered: Entered): Fields {
  const values: Record<string, Record<string, unknown>> = {};
  for (const { blockId, element } of interactiveElements(blocks)) {
    if (!holdsSomething(element)) continue;
    const actionId = String(element.action_id);
    const typed = entered[`${blockId}/${actionId}`] ?? entered[actionId];
    const choice = typed === undefined ? initialChoice(element) : chosen(element, typed);
    values[blockId] = { ...values[blockId], [actionId]: { type: element.type, ...(choice ?? chosen(element, [])) } };
  }
  return values;
}

/** The block ids of the inputs that must be filled in and are not. */
export function missingInputs(blocks: readonly Fields[], entered: Entered): readonly string[] {
  const values = stateOf(blocks, entered);
  return blocks
    .filter(({ type, optional }) => type === 'input' && optional !== true)
    .map(({ block_id }) => String(block_id))
    .filter((blockId) => Object.values(fieldsOf(values[blockId])).some((held) => isEmptyChoice(fieldsOf(held))));
}

function interactiveElements(blocks: readonly Fields[]): readonly InteractiveElement[] {
  return blocks.flatMap((block) => elementsOf(block).map((element) => ({ blockId: String(block.block_id), element })));
}

function elementsOf(block: Fields): readonly Fields[] {
  const elements = Array.isArray(block.elements) ? block.elements : [];
  return [block.accessory, block.element, ...elements].filter(isFields).filter((element) => element.action_id);
}

function holdsSomething({ type }: Fields): boolean {
  return type !== 'button' && type !== 'overflow';
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
