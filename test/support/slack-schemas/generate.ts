import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { CHART_DEFINITIONS } from './chart-definitions.ts';
import { discriminated } from './discriminated.ts';
import type { Definitions, Schema } from './schema.ts';

const root = join(import.meta.dirname, '../../..');
const slackPackages = join(root, 'node_modules/@slack');

/** A generated file: where it is committed, and its exact text. */
export type SchemaFile = { readonly path: string; readonly text: string };

/**
 * The schema files as the installed packages would make them today. By hand, after an update of Slack's packages:
 * `npx node test/support/slack-schemas/generate.ts`.
 */
export function freshSchemas(): readonly SchemaFile[] {
  const definitionsOf = readTypes();
  const blocks = definitionsOf(['KnownBlock', 'HomeView', 'ModalView', 'MessageMetadata']);
  const manifest = definitionsOf(['Manifest']);
  return [
    schemaFile(
      'src/workspace/validation/block-kit.schema.json',
      'types',
      discriminated(oneOption(onlyKnownBlocks(withCharts(blocks)))),
    ),
    schemaFile('test/support/slack-schemas/manifest.schema.json', 'web-api', withoutUnknownSections(manifest)),
  ];
}

/** One compiler run over both packages: it takes nearly all of the time. */
function readTypes(): (types: readonly string[]) => Definitions {
  const generator = createGenerator({
    path: join(slackPackages, '{types/dist/index,web-api/dist/types/request/manifest}.d.ts'),
    type: '*',
    skipTypeCheck: true,
    jsDoc: 'none',
    additionalProperties: false,
  });
  return (types) =>
    // The generator's output is plain JSON Schema; our own type names the keywords that the rewriting reads.
    Object.assign({}, ...types.map((type) => generator.createSchema(type).definitions)) as Definitions;
}

/** Throws once Slack's types have charts themselves. */
function withCharts({ KnownBlock, ...definitions }: Definitions): Definitions {
  const known = Object.keys(CHART_DEFINITIONS).filter((name) => name in definitions);
  if (known.length > 0) throw new Error(`@slack/types knows ${known.join(', ')}: chart-definitions.ts can go`);
  const anyOf = [...(KnownBlock?.anyOf ?? []), { $ref: '#/definitions/DataVisualizationBlock' }];
  return { ...definitions, ...CHART_DEFINITIONS, KnownBlock: { anyOf } };
}

/** Views are typed as "any block", which would let every misspelling through. */
function onlyKnownBlocks({ Block, ...definitions }: Definitions): Definitions {
  return { ...definitions, AnyBlock: { $ref: '#/definitions/KnownBlock' } };
}

/** The two kinds of option differ in their text alone, and a text has a `type` to choose by. */
function oneOption({ PlainTextOption, ...definitions }: Definitions): Definitions {
  const properties = { ...PlainTextOption?.properties, text: { $ref: '#/definitions/TextObject' } };
  return { ...definitions, PlainTextOption: { ...PlainTextOption }, Option: { ...PlainTextOption, properties } };
}

/** The manifest's own type is open at the top (`extends Record<string, unknown>`), where Slack refuses unknown keys. */
function withoutUnknownSections(definitions: Definitions): Definitions {
  return { ...definitions, Manifest: { ...definitions.Manifest, additionalProperties: false } };
}

function schemaFile(path: string, source: string, definitions: Definitions): SchemaFile {
  const { version } = JSON.parse(readFileSync(join(slackPackages, source, 'package.json'), 'utf8'));
  const schema: Schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $comment: `Generated from @slack/${source} ${version} by generate.ts. Do not edit.`,
    definitions,
  };
  return { path: join(root, path), text: `${JSON.stringify(schema, undefined, 1)}\n` };
}

if (import.meta.main) {
  for (const { path, text } of freshSchemas()) writeFileSync(path, text);
}
