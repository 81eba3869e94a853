import type { IncidentKind } from '../model/finding.ts';

/** A cache bug of Claude Code that a later version mended. */
export interface KnownBug {
  readonly kind: IncidentKind;
  /** The versions that have it, both inclusive; without `first` nobody knows when it began. */
  readonly first?: string;
  readonly last: string;
  /** The version that mended its main cause. */
  readonly mendedIn: string;
  /** Where it was reported and confirmed. */
  readonly source: string;
}

/** As known on 2026-11-23. Bugs whose mending nobody confirmed are not listed: there is no version to move to. */
export const KNOWN_BUGS: readonly KnownBug[] = [
  {
    kind: 'resume_reprocess',
    first: '2.1.69',
    last: '2.1.89',
    mendedIn: '2.1.90',
    source: 'anthropics/claude-code#34629',
  },
  { kind: 'cache_invalidation', last: '2.1.89', mendedIn: '2.1.91', source: 'anthropics/claude-code#40524' },
  {
    kind: 'cache_invalidation',
    first: '2.1.85',
    last: '2.1.100',
    mendedIn: '2.1.101',
    source: 'the postmortem of 2026-04-23',
  },
  {
    kind: 'cache_invalidation',
    first: '2.1.222',
    last: '2.1.258',
    mendedIn: '2.1.259',
    source: 'anthropics/claude-code#91707',
  },
];

/** The bug that this version has, of one of these kinds; undefined when none is known, or the version is not a number. */
export function knownBug(version: string, kinds: readonly IncidentKind[]): KnownBug | undefined {
  return KNOWN_BUGS.find((bug) => kinds.includes(bug.kind) && has(version, bug));
}

/** The first version from `version` on that has no known bug of its own. */
export function mendedSince(version: string): string {
  const bug = KNOWN_BUGS.find((candidate) => has(version, candidate));
  return bug ? mendedSince(bug.mendedIn) : version;
}

function has(version: string, { first = '0.0.0', last }: KnownBug): boolean {
  const rank = rankOf(version);
  return rank >= rankOf(first) && rank <= rankOf(last);
}

/** Orders versions as one number; NaN, which is in no range, for what is no `1.2.3`. */
function rankOf(version: string): number {
  const [, major, minor, patch] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,5})$/.exec(version) ?? [];
  return Number(major) * 1e8 + Number(minor) * 1e5 + Number(patch);
}
