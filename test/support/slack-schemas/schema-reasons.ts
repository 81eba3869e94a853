import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import blockKit from './block-kit.schema.json' with { type: 'json' };
import manifest from './manifest.schema.json' with { type: 'json' };

const SCHEMA_OF = {
  KnownBlock: blockKit,
  HomeView: blockKit,
  ModalView: blockKit,
  MessageMetadata: blockKit,
  Manifest: manifest,
} as const;

/** The types of Slack's packages that values can be held against. */
export type SlackType = keyof typeof SCHEMA_OF;

/**
 * Why the value does not have Slack's own type, one sentence per fault with the place of the fault; empty means it has.
 * `path` names the value in the sentences, like `blocks[2]`.
 */
export function schemaReasons(type: SlackType, value: unknown, path: string): readonly string[] {
  const validate = validatorOf(type);
  if (validate(value)) return [];
  return [...new Set((validate.errors ?? []).flatMap((error) => sentence(error, path)))];
}

const ajv = new Ajv({ allErrors: true, discriminator: true, verbose: true, allowUnionTypes: true });
const validators = new Map<SlackType, ValidateFunction>();

function validatorOf(type: SlackType): ValidateFunction {
  const known = validators.get(type);
  if (known) return known;
  const validate = ajv.compile({ ...SCHEMA_OF[type], $ref: `#/definitions/${type}` });
  validators.set(type, validate);
  return validate;
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
