import { isJsonObject, type JsonObject } from './json-object.ts';
import { type FoundText, stringAt, stringsAt } from './strings-at.ts';
import { typedObjects } from './typed-objects.ts';

/** Where blocks are shown. */
export type Surface = 'message' | 'modal' | 'home';

const EVERYWHERE: readonly Surface[] = ['message', 'modal', 'home'];

/**
 * Where a block may stand: https://docs.slack.dev/reference/block-kit/blocks. Where Slack's own pages disagree
 * (cards and tables in App Home since summer 2026, inputs in messages), only what all of them allow.
 */
export const SURFACES_OF_BLOCKS: Readonly<Record<string, readonly Surface[]>> = {
  actions: EVERYWHERE,
  alert: ['modal'],
  card: ['message'],
  carousel: ['message'],
  container: ['message'],
  context: EVERYWHERE,
  context_actions: ['message'],
  data_table: ['message'],
  data_visualization: ['message'],
  divider: EVERYWHERE,
  file: [],
  header: EVERYWHERE,
  image: EVERYWHERE,
  input: ['modal', 'home'],
  markdown: ['message'],
  plan: ['message'],
  rich_text: EVERYWHERE,
  section: EVERYWHERE,
  table: ['message'],
  task_card: ['message'],
  video: EVERYWHERE,
};

/** The same for elements that may not stand everywhere: https://docs.slack.dev/reference/block-kit/block-elements. */
const SURFACES_OF_ELEMENTS: Readonly<Record<string, readonly Surface[]>> = {
  file_input: ['modal'],
  workflow_button: ['message'],
};

/** Slack answers `invalid_blocks` to more; the limit of charts is documented nowhere (vercel/chat#696). */
const MOST_IN_A_MESSAGE: Readonly<Record<string, number>> = { table: 1, data_visualization: 2 };

/** What is wrong with blocks that are each valid alone: the wrong surface, ids used twice, too many of a kind. */
export function placementReasons(blocks: unknown, surface: Surface, path: string): readonly string[] {
  const placed = withInner(blocks, path);
  const ids = placed.flatMap(({ path, block }) => stringAt(block, 'block_id', path));
  return [
    ...placed.flatMap(({ path, block }) => misplaced({ path, type: block.type }, SURFACES_OF_BLOCKS, surface)),
    ...typedObjects(blocks, path).flatMap((element) => misplaced(element, SURFACES_OF_ELEMENTS, surface)),
    ...repeated(ids),
    ...placed.flatMap((item) => repeated(actionIds(item.block, item.path))),
    ...Object.entries(MOST_IN_A_MESSAGE).flatMap(([type, most]) => tooMany(placed, type, most)),
  ];
}

/** Where a block keeps blocks of its own. */
const INNER_BLOCKS: Readonly<Record<string, string>> = { carousel: 'elements', container: 'child_blocks' };

type Placed = { readonly path: string; readonly block: JsonObject };

/** The blocks and those inside containers and carousels. */
function withInner(blocks: unknown, path: string): readonly Placed[] {
  if (!Array.isArray(blocks)) return [];
  return blocks.flatMap((block: unknown, index) => {
    if (!isJsonObject(block)) return [];
    const at = `${path}[${index}]`;
    const inner = INNER_BLOCKS[String(block.type)];
    return [{ path: at, block }, ...(inner ? withInner(block[inner], `${at}.${inner}`) : [])];
  });
}

function misplaced(
  { path, type }: { readonly path: string; readonly type: unknown },
  surfaces: Readonly<Record<string, readonly Surface[]>>,
  surface: Surface,
): readonly string[] {
  const allowed = surfaces[String(type)];
  return !allowed || allowed.includes(surface) ? [] : [`${path}: ${type} may not stand in a ${surface}`];
}

/** Unique within their block: the same button may stand in every row of a list. */
function actionIds(block: JsonObject, path: string): readonly FoundText[] {
  return INNER_BLOCKS[String(block.type)] ? [] : stringsAt(block, 'action_id', path);
}

function repeated(ids: readonly FoundText[]): readonly string[] {
  const seen = new Set<string>();
  return ids.flatMap(({ path, text }) => {
    if (seen.has(text)) return [`${path}: "${text}" is used already`];
    seen.add(text);
    return [];
  });
}

function tooMany(placed: readonly Placed[], type: string, most: number): readonly string[] {
  const found = placed.filter(({ block }) => block.type === type);
  return found.slice(most).map(({ path }) => `${path}: ${found.length} of type ${type}, at most ${most} in a message`);
}
