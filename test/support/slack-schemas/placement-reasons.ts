import { isJsonObject, type JsonObject } from './json-object.ts';

/** Where blocks are shown. */
export type Surface = 'message' | 'modal' | 'home';

/** Where a block may stand, for those that may not stand everywhere: https://docs.slack.dev/reference/block-kit/blocks. */
const SURFACES: Readonly<Record<string, readonly Surface[]>> = {
  alert: ['modal'],
  card: ['message'],
  carousel: ['message'],
  container: ['message'],
  context_actions: ['message'],
  data_table: ['message'],
  file: [],
  markdown: ['message', 'modal'],
  plan: ['message'],
  table: ['message'],
  task_card: ['message'],
};

/** Slack answers `invalid_blocks` to a larger table. */
const TABLE_CHARACTERS = 10_000;

/** What is wrong with blocks that are each valid alone: the wrong surface, ids used twice, a second table. */
export function placementReasons(blocks: unknown, surface: Surface, path: string): readonly string[] {
  const placed = withInner(blocks, path);
  const ids = placed.flatMap(({ path, block }) => stringAt(block, 'block_id', path));
  const tables = placed.filter(({ block }) => block.type === 'table');
  return [
    ...placed.flatMap((item) => misplaced(item, surface)),
    ...repeated(ids),
    ...placed.flatMap((item) => repeated(actionIds(item.block, item.path))),
    ...tables.slice(1).map(({ path }) => `${path}: a second table, at most one in a message`),
    ...tables.flatMap(tooLarge),
  ];
}

/** Where a block keeps blocks of its own. */
const INNER_BLOCKS: Readonly<Record<string, string>> = { carousel: 'elements', container: 'child_blocks' };

type Placed = { readonly path: string; readonly block: JsonObject };
type Text = { readonly path: string; readonly text: string };

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

function misplaced({ path, block }: Placed, surface: Surface): readonly string[] {
  const allowed = SURFACES[String(block.type)];
  if (!allowed || allowed.includes(surface)) return [];
  return [`${path}: a block of type ${block.type} may not stand in a ${surface}`];
}

/** Unique within their block: the same button may stand in every row of a list. */
function actionIds(block: JsonObject, path: string): readonly Text[] {
  return INNER_BLOCKS[String(block.type)] ? [] : stringsAt(block, 'action_id', path);
}

function repeated(ids: readonly Text[]): readonly string[] {
  const seen = new Set<string>();
  return ids.flatMap(({ path, text }) => {
    if (seen.has(text)) return [`${path}: "${text}" is used already`];
    seen.add(text);
    return [];
  });
}

function tooLarge({ path, block }: Placed): readonly string[] {
  const characters = stringsAt(block.rows, 'text', path).reduce((sum, { text }) => sum + text.length, 0);
  return characters > TABLE_CHARACTERS
    ? [`${path}: ${characters} characters in a table, at most ${TABLE_CHARACTERS}`]
    : [];
}

/** Every string under this key, at any depth. */
function stringsAt(value: unknown, key: string, path: string): readonly Text[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => stringsAt(item, key, `${path}[${index}]`));
  if (!isJsonObject(value)) return [];
  const inner = Object.entries(value).flatMap(([name, field]) => stringsAt(field, key, `${path}.${name}`));
  return [...stringAt(value, key, path), ...inner];
}

function stringAt(value: JsonObject, key: string, path: string): readonly Text[] {
  const text = value[key];
  return typeof text === 'string' ? [{ path: `${path}.${key}`, text }] : [];
}
