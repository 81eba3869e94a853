import type { IncidentKind } from '../model/finding.ts';

/** A case of figures held against the detectors' own rules. */
export type FiguresVerdict =
  | {
      readonly is: 'judged';
      /** The kind whose rule the figures fit. */
      readonly by: IncidentKind;
      readonly isFound: boolean;
      /** The figures, and the rule where they fall short of it. */
      readonly saw: string;
    }
  | { readonly is: 'not_judged'; readonly missing: string };

/** The numbers of a fact: one, a list, or one for each of several; none where it is no number. */
export function numbersIn(fact: unknown): readonly number[] {
  if (typeof fact === 'number') return [fact];
  const list = Array.isArray(fact) ? fact : Object.values(recordIn(fact));
  return list.filter((item) => typeof item === 'number');
}

/** A fact that tells something of several things by name; empty where it is none. */
export function recordIn(fact: unknown): Readonly<Record<string, unknown>> {
  return typeof fact === 'object' && fact !== null && !Array.isArray(fact) ? { ...fact } : {};
}
