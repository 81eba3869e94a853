import { isObject } from '../json-object.ts';

export type Scalar = string | number | boolean;

/** Everything that is read of records and resources; other attributes are passed over. */
const READ = {
  'session.id': undefined,
  'event.timestamp': undefined,
  'event.sequence': undefined,
  'prompt.id': undefined,
  model: undefined,
  input_tokens: undefined,
  output_tokens: undefined,
  cache_read_tokens: undefined,
  cache_creation_tokens: undefined,
  cache_creation_5m_tokens: undefined,
  cache_creation_1h_tokens: undefined,
  cost_usd: undefined,
  cost_usd_micros: undefined,
  duration_ms: undefined,
  request_id: undefined,
  client_request_id: undefined,
  query_source: undefined,
  'agent.id': undefined,
  agent_id: undefined,
  status_code: undefined,
  success: undefined,
  start_type: undefined,
  'user.email': undefined,
  'user.account_uuid': undefined,
  'app.version': undefined,
  'service.version': undefined,
};

export type AttributeName = keyof typeof READ;

// Its keys are the names.
export const ATTRIBUTE_NAMES = Object.keys(READ) as readonly AttributeName[];

/** The single values that a record or a resource has for the attributes that are read. Empty texts count as absent. */
export type Attributes = Readonly<AttributeValues>;

export type AttributeValues = Record<AttributeName, Scalar | undefined>;

/** Attributes to be filled in. All are there from the start, so that the engine treats them all alike. */
export function noAttributes(): AttributeValues {
  return { ...READ };
}

/** Reads a list of OTLP key-values; what is none, or has a composite value, is left out. The last of a key counts. */
export function attributesOf(list: unknown): Attributes {
  const attributes = noAttributes();
  if (!Array.isArray(list)) return attributes;
  for (const pair of list as readonly unknown[]) {
    if (!isObject(pair) || !isAttributeName(pair.key)) continue;
    const value = scalarOf(pair.value);
    if (value !== undefined) attributes[pair.key] = value;
  }
  return attributes;
}

/** One attribute of a list, without reading the others. */
export function attributeOf(list: unknown, key: string): Scalar | undefined {
  if (!Array.isArray(list)) return undefined;
  for (const pair of list as readonly unknown[]) if (isObject(pair) && pair.key === key) return scalarOf(pair.value);
  return undefined;
}

/** The single value in an OTLP AnyValue: Claude Code sends `intValue` as a number, the specification says a string. */
export function scalarOf(value: unknown): Scalar | undefined {
  if (!isObject(value)) return undefined;
  const scalar = value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue;
  return isScalar(scalar) && scalar !== '' ? scalar : undefined;
}

function isAttributeName(key: unknown): key is AttributeName {
  return typeof key === 'string' && Object.hasOwn(READ, key);
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
