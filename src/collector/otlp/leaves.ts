import { isObject, type JsonObject } from '../json-object.ts';
import { Problem } from '../problem.ts';
import { type Attributes, attributesOf } from './attributes.ts';

/** The three lists, one inside the other, that logs and metrics are packed in. */
export type Levels = readonly [resources: string, scopes: string, leaves: string];

interface Leaf {
  readonly resource: Attributes;
  readonly leaf: JsonObject;
}

/** Walks an OTLP body down to its log records or metrics. Throws Problem 400 at the first node of a wrong type. */
export function* leaves(body: unknown, [resources, scopes, records]: Levels): Generator<Leaf> {
  if (!isObject(body)) throw new Problem(400, 'The body must be a JSON object.');
  for (const [place, entry] of members(body, resources, '')) {
    const resource = attributesOf(isObject(entry.resource) ? entry.resource.attributes : undefined);
    for (const [inner, scope] of members(entry, scopes, `${place}.`))
      for (const [, leaf] of members(scope, records, `${inner}.`)) yield { resource, leaf };
  }
}

function* members(parent: JsonObject, name: string, place: string): Generator<[place: string, member: JsonObject]> {
  const list = parent[name] ?? [];
  if (!Array.isArray(list)) throw new Problem(400, `${place}${name} must be an array.`);
  for (const [index, member] of list.entries()) {
    const here = `${place}${name}[${index}]`;
    if (!isObject(member)) throw new Problem(400, `${here} must be an object.`);
    yield [here, member];
  }
}
