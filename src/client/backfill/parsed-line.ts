import type { CountName, LineFields, TextName } from './line-fields.ts';

/** The same fields as a walked line has, of a line that JSON.parse made a value of; undefined for what tells of nothing. */
export function parsedLine(value: unknown): LineFields | undefined {
  if (!isRecord(value)) return undefined;
  if (value.type === 'progress') return progressOfAgent(value);
  const { type } = value;
  if (type !== 'assistant' && type !== 'user' && type !== 'system') return undefined;
  return fieldsOf(type, value, type === 'user' && isBefore(value, 'type', 'promptId') ? { promptId: undefined } : {});
}

/** Older clients repeated in the conversation what sub-agents were answered. */
function progressOfAgent({ data, sessionId, version }: Fields): LineFields | undefined {
  if (!isRecord(data) || !isRecord(data.message)) return undefined;
  return fieldsOf('assistant', data.message, { sessionId, version, agentId: data.agentId });
}

function fieldsOf(type: LineFields['type'], line: Fields, instead: Fields): LineFields {
  const message = recordOr(line.message);
  const usage = recordOr(message.usage);
  const split = recordOr(usage.cache_creation);
  const texts: Readonly<Record<TextName, unknown>> = {
    sessionId: line.sessionId,
    timestamp: line.timestamp,
    requestId: line.requestId,
    version: line.version,
    agentId: line.agentId,
    promptId: line.promptId,
    subtype: line.subtype,
    messageId: message.id,
    model: message.model,
    ...instead,
  };
  const counts: Readonly<Record<CountName, unknown>> = {
    input: usage.input_tokens,
    output: usage.output_tokens,
    read: usage.cache_read_input_tokens,
    written: usage.cache_creation_input_tokens,
    written5m: split.ephemeral_5m_input_tokens,
    written1h: split.ephemeral_1h_input_tokens,
  };
  return {
    type,
    isSidechain: line.isSidechain === true,
    text: (name) => (typeof texts[name] === 'string' ? texts[name] : undefined),
    count: (name) => numberOf(counts[name]),
  };
}

type Fields = Readonly<Record<string, unknown>>;

const NOTHING: Fields = {};

function numberOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' ? value : Number.NaN;
}

/** Walked lines end for us at their type. */
function isBefore(line: Fields, name: string, other: string): boolean {
  const names = Object.keys(line);
  return names.indexOf(name) < names.indexOf(other);
}

function recordOr(value: unknown): Fields {
  return isRecord(value) ? value : NOTHING;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
