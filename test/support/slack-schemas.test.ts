import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import blockKit from '../../src/workspace/validation/block-kit.schema.json' with { type: 'json' };
import { LIMITS_BY_TYPE, LIMITS_OF_ALL, ONE_OF } from '../../src/workspace/validation/limits.ts';
import { SURFACES_OF_BLOCKS } from '../../src/workspace/validation/placement-reasons.ts';
import { discriminated } from './slack-schemas/discriminated.ts';
import { freshSchemas } from './slack-schemas/generate.ts';
import type { Definitions } from './slack-schemas/schema.ts';

// JSON is typed by its letters, each definition apart; the few keywords that are read here are what they share.
const definitions = blockKit.definitions as unknown as Definitions;

describe('the committed schemas', () => {
  test('are what the installed packages of Slack say', { timeout: 60_000 }, () => {
    for (const { path, text } of freshSchemas()) {
      const isFresh = readFileSync(path, 'utf8') === text;
      expect(isFresh, `${path} is stale: run npx node test/support/slack-schemas/generate.ts`).toBe(true);
    }
  });
});

describe('a union of typed objects', () => {
  const typed = (type: string) => ({ type: 'object', properties: { type: { const: type } } });
  const choice = (types: readonly string[]) =>
    discriminated({
      Cat: typed('cat'),
      Dog: typed('dog'),
      Pet: { anyOf: [{ $ref: '#/definitions/Cat' }, { $ref: '#/definitions/Dog' }] },
      Union: { anyOf: types.map((name) => ({ $ref: `#/definitions/${name}` })) },
    }).Union;

  test('is chosen by type', () => {
    expect(choice(['Cat', 'Dog'])).toMatchObject({ discriminator: { propertyName: 'type' } });
  });

  test('is flattened where a member is a union itself', () => {
    expect(choice(['Pet'])?.oneOf).toHaveLength(2);
  });

  test('stays as it is where two members have the same type', () => {
    expect(choice(['Pet', 'Cat'])).toHaveProperty('anyOf');
  });
});

describe('the limits', () => {
  const fieldsOf = (type: string): readonly string[] =>
    Object.values(definitions)
      .flatMap((definition) => definition.anyOf ?? [definition])
      .filter(({ properties }) => properties?.type?.const === type)
      .flatMap(({ properties }) => Object.keys(properties ?? {}));
  const firstKey = (path: string): string => path.replace(/[.[].*/, '');

  test.each(Object.entries(LIMITS_BY_TYPE))('of %s are limits of fields that Slack has', (type, limits) => {
    expect(fieldsOf(type)).toEqual(expect.arrayContaining(Object.keys(limits).map(firstKey)));
  });

  test.each(Object.entries(ONE_OF))('of %s ask for fields that Slack has', (type, fields) => {
    expect(fieldsOf(type)).toEqual(expect.arrayContaining([...fields]));
  });

  test.each(Object.keys(LIMITS_OF_ALL).map(firstKey))('of all objects name the known field %s', (field) => {
    const known = Object.values(definitions).some(({ properties }) => properties && field in properties);
    expect(known).toBe(true);
  });
});

describe('the surfaces', () => {
  test('are told of every block that Slack has', () => {
    const { KnownBlock } = blockKit.definitions;
    const types = KnownBlock.oneOf.map(({ properties }) => properties.type.const);
    expect(Object.keys(SURFACES_OF_BLOCKS).toSorted()).toEqual(types.toSorted());
  });
});
