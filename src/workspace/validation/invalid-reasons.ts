import blockKit from './block-kit.schema.json' with { type: 'json' };
import { broadcastReasons } from './broadcast-reasons.ts';
import { chartReasons } from './chart-reasons.ts';
import { elementReasons } from './element-reasons.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import { boundsReasons, limitReasons } from './limit-reasons.ts';
import { MESSAGE_LIMITS } from './limits.ts';
import { markupReasons, mrkdwnReasons } from './markup-reasons.ts';
import { placementReasons, type Surface } from './placement-reasons.ts';
import { createSchemaReasons } from './schema-reasons.ts';
import { tableReasons } from './table-reasons.ts';
import { typedObjects } from './typed-objects.ts';
import { isTrue, wire } from './wire.ts';

/**
 * Why Slack would refuse this Web API call, or why the app must not make it; empty means it is fine. `args` are
 * taken as the call receives them: `blocks`, `view` and `metadata` as values or as JSON text. Methods that show
 * nothing are never refused.
 */
export function invalidReasons(method: string, args: Record<string, unknown>): readonly string[] {
  const check = METHODS[method];
  if (!check) return [];
  const absent = check.needs.filter((oneOf) => oneOf.every((name) => args[name] === undefined || args[name] === ''));
  return [...absent.map((oneOf) => `${oneOf.join(' or ')} is missing`), ...check.reasons(args)];
}

/**
 * Why Slack would refuse this message; empty means it is fine. Also for what is no Web API call: the body that
 * acknowledges a command and the body sent to a `response_url`.
 */
export function invalidMessage(message: Message): readonly string[] {
  if (isTrue(message.delete_original)) return [];
  const blocks = wire(message.blocks);
  return distinct([
    ...textReasons(message.text),
    ...boundsReasons({ text: message.text, blocks }, MESSAGE_LIMITS, ''),
    ...messageBlockReasons(blocks),
    ...metadataReasons(wire(message.metadata)),
    ...switchReasons(message),
    ...broadcastReasons(message.text, 'text'),
  ]);
}

/** Why Slack would refuse this view; empty means it is fine. Also for a view that acknowledges a submission. */
export function invalidView(view: unknown): readonly string[] {
  const value = wire(view);
  if (!isJsonObject(value)) return ['view: must be an object'];
  const isHome = value.type === 'home';
  return distinct([
    ...schemaReasons(isHome ? 'HomeView' : 'ModalView', value, 'view'),
    ...limitReasons(value, 'view'),
    ...blockReasons(value.blocks, isHome ? 'home' : 'modal', 'view.blocks'),
    ...submitReasons(value),
    ...broadcastReasons(value, 'view'),
    ...markupReasons(value, 'view'),
  ]);
}

const schemaReasons = createSchemaReasons(blockKit);

/** The fields of a message that are read here, whatever else it carries. */
type Message = {
  readonly text?: unknown;
  readonly blocks?: unknown;
  readonly metadata?: unknown;
  readonly attachments?: unknown;
  readonly response_type?: unknown;
  readonly delete_original?: unknown;
  readonly reply_broadcast?: unknown;
  readonly link_names?: unknown;
  readonly parse?: unknown;
};

type Check = {
  /** Arguments without which Slack answers an error; of an inner list one is enough. */
  readonly needs: readonly (readonly string[])[];
  readonly reasons: (args: JsonObject) => readonly string[];
};

const METHODS: Readonly<Record<string, Check>> = {
  'chat.postMessage': { needs: [['channel']], reasons: invalidMessage },
  'chat.postEphemeral': { needs: [['channel'], ['user']], reasons: invalidMessage },
  'chat.update': { needs: [['channel'], ['ts']], reasons: invalidMessage },
  'views.publish': { needs: [['user_id'], ['view']], reasons: viewOf('home') },
  'views.open': { needs: [['trigger_id', 'interactivity_pointer'], ['view']], reasons: viewOf('modal') },
  'views.push': { needs: [['trigger_id', 'interactivity_pointer'], ['view']], reasons: viewOf('modal') },
  'views.update': { needs: [['view_id', 'external_id'], ['view']], reasons: ({ view }) => presentView(view) },
};

function viewOf(type: 'home' | 'modal'): (args: JsonObject) => readonly string[] {
  return ({ view }) => {
    const value = wire(view);
    const isOther = isJsonObject(value) && value.type !== type;
    return [...(isOther ? [`view.type: must be "${type}" in this method`] : []), ...presentView(view)];
  };
}

/** An absent view is told of once, with the arguments. */
function presentView(view: unknown): readonly string[] {
  return view === undefined || view === '' ? [] : invalidView(view);
}

function textReasons(text: unknown): readonly string[] {
  if (typeof text === 'string' && text.trim() !== '') return mrkdwnReasons(text, 'text');
  return ['text: must not be empty, notifications and screen readers have nothing else'];
}

function messageBlockReasons(blocks: unknown): readonly string[] {
  if (blocks === undefined) return [];
  if (!Array.isArray(blocks)) return ['blocks: must be an array'];
  return [
    ...blocks.flatMap((block, index) => schemaReasons('KnownBlock', block, `blocks[${index}]`)),
    ...limitReasons(blocks, 'blocks'),
    ...blockReasons(blocks, 'message', 'blocks'),
    ...broadcastReasons(blocks, 'blocks'),
    ...markupReasons(blocks, 'blocks'),
  ];
}

/** Rules that no type and no length can tell. */
function blockReasons(blocks: unknown, surface: Surface, path: string): readonly string[] {
  const typed = typedObjects(blocks, path);
  const ofType = (...types: readonly string[]) => typed.filter(({ type }) => types.includes(type));
  return [
    ...placementReasons(blocks, surface, path),
    ...elementReasons(blocks, path, { isView: surface !== 'message' }),
    ...ofType('table', 'data_table').flatMap(({ value, path }) => tableReasons(value, path)),
    ...ofType('data_visualization').flatMap(({ value, path }) => chartReasons(value, path)),
  ];
}

function metadataReasons(metadata: unknown): readonly string[] {
  return metadata === undefined ? [] : schemaReasons('MessageMetadata', metadata, 'metadata');
}

/** Switches that would turn someone's text into mentions, or a reply in a thread into a message to all. */
function switchReasons({ reply_broadcast, link_names, parse, response_type, attachments }: Message): readonly string[] {
  const isKnownResponse = response_type === undefined || ['ephemeral', 'in_channel'].includes(String(response_type));
  return [
    ...(isTrue(reply_broadcast) ? ['reply_broadcast: a reply stays in its thread'] : []),
    ...(isTrue(link_names) ? ['link_names: would turn text into mentions'] : []),
    ...(parse === 'full' ? ['parse: would turn text into mentions'] : []),
    ...(attachments === undefined ? [] : ['attachments: are not checked, use blocks']),
    ...(isKnownResponse ? [] : [`response_type: "${response_type}" must be ephemeral or in_channel`]),
  ];
}

function submitReasons({ type, blocks, submit }: JsonObject): readonly string[] {
  const hasInput = Array.isArray(blocks) && blocks.some((block) => isJsonObject(block) && block.type === 'input');
  return type === 'modal' && hasInput && submit === undefined ? ['view.submit: a modal with an input needs it'] : [];
}

/** A text object and the block around it may have the same limit. */
function distinct(reasons: readonly string[]): readonly string[] {
  return [...new Set(reasons)];
}
