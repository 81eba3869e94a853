import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

/** A schema with named definitions, as generated from TypeScript types. */
interface Definitions<Type extends string> {
  readonly definitions: Readonly<Record<Type, object>>;
}

/**
 * Why a value does not have the type of that name, one sentence per fault with the place of the fault; empty means it
 * has. `path` names the value in the sentences, like `blocks[2]`.
 */
export type SchemaReasons<Type extends string> = (type: Type, value: unknown, path: string) => readonly string[];

/** Holds values against the definitions of a schema. */
export function createSchemaReasons<Type extends string>(schema: Definitions<Type>): SchemaReasons<Type> {
  const ajv = new Ajv({ allErrors: true, discriminator: true, verbose: true, allowUnionTypes: true });
  const validators = new Map<Type, ValidateFunction>();

  return (type, value, path) => {
    const validate = validatorOf(type);
    if (validate(value)) return [];
    return [...new Set((validate.errors ?? []).flatMap((error) => sentence(error, path)))];
  };

  function validatorOf(type: Type): ValidateFunction {
    const known = validators.get(type);
    if (known) return known;
    const validate = ajv.compile({ ...schema, $ref: `#/definitions/${type}` });
    validators.set(type, validate);
    return validate;
  }
}

/** Longer lists (all scopes, all events) would bury the sentence. */
const MOST_VALUES_LISTED = 8;

function sentence({ keyword, params, data, instancePath, message }: ErrorObject, path: string): readonly string[] {
  const below = instancePath.replaceAll(/\/(\d+)(?=\/|$)/g, '[$1]').replaceAll('/', '.');
  const place = `${path}${below}`.replace(/^\./, '');
  const say = (fault: string) => [place === '' ? fault : `${place}: ${fault}`];
  const told = JSON.stringify(data);
  switch (keyword) {
    case 'additionalProperties':
      return say(`unknown key "${params.additionalProperty}"`);
    case 'required':
      return say(`"${params.missingProperty}" is missing`);
    case 'const':
      return say(`${told} must be ${JSON.stringify(params.allowedValue)}`);
    case 'enum':
      return params.allowedValues.length > MOST_VALUES_LISTED
        ? say(`${told} is not known to Slack`)
        : say(`${told} must be one of ${params.allowedValues.join(', ')}`);
    case 'discriminator':
      return say(params.error === 'tag' ? '"type" is missing' : `type "${params.tagValue}" is not known here`);
    case 'anyOf':
      // The faults of the alternatives are told already.
      return [];
    default:
      return say(message ?? keyword);
  }
}
