import type { IncidentKind } from '../../model/finding.ts';
import type { EpochMs } from '../../model/time.ts';
import type { Reading } from './alert-words.ts';
import { moment } from './format.ts';
import { KIND_NAMES } from './kind-names.ts';

interface Snoozed {
  readonly kind: IncidentKind;
  readonly until: EpochMs;
}

/** Which kinds somebody does not hear of now; undefined for none. */
export function snoozeWords(snoozed: readonly Snoozed[], reading: Reading): string | undefined {
  if (snoozed.length === 0) return undefined;
  const kinds = snoozed.map(({ kind, until }) => `${KIND_NAMES[kind]} until ${moment(until, reading)}`);
  return `:zzz: Snoozed: ${kinds.join(', ')}. App Home ends it sooner.`;
}
