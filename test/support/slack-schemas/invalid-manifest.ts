import { isJsonObject, type JsonObject } from '../../../src/workspace/validation/json-object.ts';
import { boundsReasons } from '../../../src/workspace/validation/limit-reasons.ts';
import type { Limits } from '../../../src/workspace/validation/limits.ts';
import { createSchemaReasons } from '../../../src/workspace/validation/schema-reasons.ts';
import manifestSchema from './manifest.schema.json' with { type: 'json' };

const schemaReasons = createSchemaReasons(manifestSchema);

/** https://docs.slack.dev/reference/app-manifest and the doc comments of `Manifest`. */
const LIMITS: Limits = {
  'display_information.name': [1, 35],
  'display_information.description': [1, 140],
  'display_information.long_description': [175, 4_000],
  'features.bot_user.display_name': [1, 80],
  'features.shortcuts': [0, 10],
  'features.slash_commands': [1, 50],
  'features.slash_commands[].command': [2, 32],
  'features.slash_commands[].description': [1, 2_000],
  'features.slash_commands[].usage_hint': [1, 1_000],
  'oauth_config.scopes.bot': [1, 255],
  'settings.event_subscriptions.bot_events': [1, 100],
};

/** Why Slack would refuse to create an app from this manifest; empty means it would not. */
export function invalidManifest(manifest: unknown): readonly string[] {
  if (!isJsonObject(manifest)) return ['must be an object'];
  const typed = schemaReasons('Manifest', manifest, '');
  if (typed.length > 0) return typed;
  return [...boundsReasons(manifest, LIMITS, ''), ...patternReasons(manifest as Described)];
}

/** The fields read below; the schema has checked their types by then. */
type Described = JsonObject & {
  readonly display_information: { readonly background_color?: string };
  readonly features?: { readonly slash_commands?: readonly { readonly command: string }[] };
};

function patternReasons({ display_information, features }: Described): readonly string[] {
  const color = display_information.background_color ?? '#000';
  const commands = features?.slash_commands ?? [];
  return [
    ...(/^#(?:[\da-f]{3}|[\da-f]{6})$/i.test(color)
      ? []
      : [`display_information.background_color: ${color} is no color`]),
    ...commands.flatMap(({ command }, index) =>
      /^\/\S+$/.test(command) ? [] : [`features.slash_commands[${index}].command: ${command} must be /word`],
    ),
  ];
}
