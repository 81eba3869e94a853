import type { Fact, UsageItem } from '../model/usage-item.ts';

/** What a parser made of a body: the items it keeps, and how many of its records it left out, by reason. */
export interface Parsed {
  readonly items: readonly UsageItem[];
  readonly left: LeftOut;
}

export type LeftOut = Readonly<Record<ReasonToLeave, number>>;

/** `unneeded` is not on the allow-list, `synthetic` is no call to a model, `malformed` lacks what a fact needs. */
export const REASONS_TO_LEAVE = ['unneeded', 'synthetic', 'malformed'] as const;
export type ReasonToLeave = (typeof REASONS_TO_LEAVE)[number];

export const NONE_LEFT: LeftOut = { unneeded: 0, synthetic: 0, malformed: 0 };

/** What one record told: facts, or why it is left out. */
export type RecordOutcome = readonly Fact[] | ReasonToLeave;

export const NOTHING_TOLD: Parsed = { items: [], left: NONE_LEFT };
