import type { Definitions, Schema } from './schema.ts';

/**
 * The same definitions with every union of typed objects chosen by `type`. A plain `anyOf` answers one misspelt key
 * in one block with the complaints of every other block; with a discriminator only the block that was meant complains.
 */
export function discriminated(definitions: Definitions): Definitions {
  const rewrite = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rewrite);
    if (typeof value !== 'object' || value === null) return value;
    const branches = typedBranches(value as Schema, definitions);
    if (branches) return choiceByType(branches);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rewrite(inner)]));
  };
  return rewrite(definitions) as Definitions;
}

type Branch = { readonly type: string; readonly schema: Schema };

function choiceByType(branches: readonly Branch[]): Schema {
  return {
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: branches.map(({ type, schema }) => ({ properties: { type: { const: type } }, allOf: [schema] })),
  };
}

/** The union's members, unions of unions flattened; undefined where `type` does not tell the members apart. */
function typedBranches(union: Schema, definitions: Definitions): readonly Branch[] | undefined {
  const branches = union.anyOf && flatten(union.anyOf, definitions);
  if (!branches) return undefined;
  const types = new Set(branches.map((branch) => branch.type));
  return types.size === branches.length ? branches : undefined;
}

function flatten(members: readonly Schema[], definitions: Definitions): readonly Branch[] | undefined {
  const branches: Branch[] = [];
  for (const schema of members) {
    const type = typeOf(schema, definitions);
    const inner = target(schema, definitions).anyOf;
    const found = type === undefined ? inner && flatten(inner, definitions) : [{ type, schema }];
    if (!found) return undefined;
    branches.push(...found);
  }
  return branches;
}

/** The one value of `type`; a union whose members agree on it (an image by URL or by file) has it too. */
function typeOf(schema: Schema, definitions: Definitions): string | undefined {
  const { properties, anyOf } = target(schema, definitions);
  if (anyOf) {
    const types = new Set(anyOf.map((member) => typeOf(member, definitions)));
    return types.size === 1 ? [...types][0] : undefined;
  }
  const type = properties?.type?.const;
  return typeof type === 'string' ? type : undefined;
}

function target(schema: Schema, definitions: Definitions): Schema {
  if (schema.$ref === undefined) return schema;
  const name = decodeURIComponent(schema.$ref.replace('#/definitions/', ''));
  return definitions[name] ?? {};
}
