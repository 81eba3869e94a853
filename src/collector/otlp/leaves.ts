import { isObject, type JsonObject } from '../json-object.ts';
import { Problem } from '../problem.ts';
import { type Attributes, attributesOf } from './attributes.ts';

/** The three lists, one inside the other, that logs and metrics are packed in. */
export type Levels = readonly [resources: string, scopes: string, leaves: string];

interface Leaf {
  readonly resource: Attributes;
  readonly leaf: JsonObject;
}

/** Walks an OTLP body down to its log records or metrics. Throws Problem 400 at the first list with a node of a wrong type. */
export function* leaves(body: unknown, [resources, scopes, records]: Levels): Generator<Leaf> {
  if (!isObject(body)) throw new Problem(400, 'The body must be a JSON object.');
  for (const [index, entry] of members(body, resources, '').entries()) {
    const place = `${resources}[${index}].`;
    const resource = attributesOf(isObject(entry.resource) ? entry.resource.attributes : undefined);
    for (const [inner, scope] of members(entry, scopes, place).entries())
      for (const leaf of members(scope, records, `${place}${scopes}[${inner}].`)) yield { resource, leaf };
  }
}

function members(parent: JsonObject, name: string, place: string): readonly JsonObject[] {
  const list: unknown = parent[name] ?? [];
  if (!Array.isArray(list)) throw new Problem(400, `${place}${name} must be an array.`);
  for (let index = 0; index < list.length; index++)
    if (!isObject(list[index])) throw new Problem(400, `${place}${name}[${index}] must be an object.`);
  return list;
}
