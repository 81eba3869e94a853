import { z } from 'zod';
import { INCIDENT_KINDS, type IncidentKind } from '../model/finding.ts';

const count = z.number().nonnegative().nullish();

/** One request of a report or a transcript. What is null was not reported: it is not zero. */
const CaseEvent = z.object({
  /** Seconds from the first one. */
  t_offset_s: z.number().nullish(),
  input: count,
  output: count,
  cache_read: count,
  cache_creation: count,
  /** `1h` or `5m`, which cache was written to. */
  ttl: z.string().nullish(),
  note: z.string().nullish(),
  agent: z.string().nullish(),
  model: z.string().nullish(),
  app_version: z.string().nullish(),
});
export type CaseEvent = z.infer<typeof CaseEvent>;

/** A labelled case from a public report, or a labelled session; `facts` are figures that differ from case to case. */
export const Case = z.object({
  id: z.string().min(1),
  title: z.string().default(''),
  label: z.string(),
  app_version: z.string().nullish(),
  plan: z.string().nullish(),
  model: z.string().nullish(),
  /** `per_request`, `per_day` or `aggregate`. */
  granularity: z.string(),
  facts: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((facts) => facts ?? {}),
  events: z.array(CaseEvent).nullish(),
  notes: z.string().nullish(),
});
export type Case = z.infer<typeof Case>;

export const Cases = z.array(Case, 'must be a list of cases');

/** What an honest judge of a case expects of the detectors. */
export type Expectation =
  | { readonly is: 'healthy' }
  | { readonly is: 'kind'; readonly kind: IncidentKind }
  /** Neither sick nor well by its own label: it counts nowhere. */
  | { readonly is: 'borderline'; readonly kind: IncidentKind | undefined }
  | { readonly is: 'unknown' };

/** One rewrite that heals at once is worth a note and is no incident, whatever the report calls it. */
const SINGLE_TRANSIENT = 'single_transient';

export function expectationOf({ label, title, facts }: Pick<Case, 'label' | 'title' | 'facts'>): Expectation {
  const kind = kindOf(label);
  if (/\bborderline\b/i.test(title)) return { is: 'borderline', kind };
  if (label === 'healthy' || facts[SINGLE_TRANSIENT] === true) return { is: 'healthy' };
  return kind ? { is: 'kind', kind } : { is: 'unknown' };
}

/** The kind that a label names; reports write `lockout` for `lock_out`. */
function kindOf(label: string): IncidentKind | undefined {
  const name = label === 'lockout' ? 'lock_out' : label;
  return INCIDENT_KINDS.find((kind) => kind === name);
}

/** The recorded session that a case labels: `real_r0042` is the session `r0042`. */
export function sessionOfCase({ id }: Pick<Case, 'id'>): string | undefined {
  return /^real_(?<session>.+)$/.exec(id)?.groups?.session;
}
