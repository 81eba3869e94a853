/** The few keywords of JSON Schema that are read here; all others pass through untouched. */
export type Schema = {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
};

export type Definitions = Readonly<Record<string, Schema>>;
