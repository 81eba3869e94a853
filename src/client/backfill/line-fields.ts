/** Texts that are read of a line, in the words of this program. */
export type TextName =
  | 'sessionId'
  | 'timestamp'
  | 'requestId'
  | 'version'
  | 'agentId'
  | 'promptId'
  | 'messageId'
  | 'model'
  | 'subtype';

/** Tokens that are read of a line. */
export type CountName = 'input' | 'output' | 'read' | 'written' | 'written5m' | 'written1h';

/** All that is read of a line of a transcript; nothing else of it goes any further. */
export interface LineFields {
  /** Undefined: a line that tells of no request. */
  readonly type: 'assistant' | 'user' | 'system' | undefined;
  readonly isSidechain: boolean;
  /** Undefined: not there, or no text. */
  text(name: TextName): string | undefined;
  /** Undefined: not there, or null. NaN: no number. */
  count(name: CountName): number | undefined;
}
