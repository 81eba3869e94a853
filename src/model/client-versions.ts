import type { IncidentKind } from './finding.ts';
import { KNOWN_BUGS, type KnownBug, type VersionRange } from './known-bugs.ts';

/** What was reported against this version; empty also for what is no version number. Empty is no proof that it is sound. */
export function bugsOf(version: string): readonly KnownBug[] {
  return KNOWN_BUGS.filter((bug) => bug.affected.some((range) => isWithin(version, range)));
}

/**
 * The bug of one of these kinds that goes on and on in this version; undefined: none is known. Of several the one that
 * tells most: mended by now, and for everybody.
 */
export function lastingBug(version: string, kinds: readonly IncidentKind[]): KnownBug | undefined {
  const bugs = bugsOf(version).filter((bug) => bug.isLasting && bug.kinds.some((kind) => kinds.includes(kind)));
  const doubts = ({ mendedIn, onlyFor }: KnownBug) =>
    (mendedIn === undefined ? 2 : 0) + (onlyFor === undefined ? 0 : 1);
  return bugs.toSorted((one, other) => doubts(one) - doubts(other)).at(0);
}

/** The first version from `version` on of which no lasting bug of these kinds is known that a later version mended. */
export function mendedSince(version: string, kinds: readonly IncidentKind[]): string {
  const mendedIn = lastingBug(version, kinds)?.mendedIn;
  return mendedIn === undefined ? version : mendedSince(mendedIn, kinds);
}

/**
 * Oldest first. A suffix such as `-beta` comes before its number: it may lack what the number brought. What is no version
 * comes before all.
 */
export function compareVersions(one: string, other: string): number {
  return placeOf(one) - placeOf(other) || one.localeCompare(other);
}

function placeOf(version: string): number {
  const [, number = '', suffix] = /^([\d.]+)(-[\w.-]+)?$/.exec(version) ?? [];
  const rank = rankOf(number);
  if (Number.isNaN(rank)) return -1;
  return suffix === undefined ? rank : rank - 0.5;
}

function isWithin(version: string, { first = '0.0.0', last }: VersionRange): boolean {
  const rank = rankOf(version);
  return rank >= rankOf(first) && rank <= rankOf(last);
}

/** Orders versions as one number; NaN, which is in no range, for what is no `1.2.3`. */
function rankOf(version: string): number {
  const [, major, minor, patch] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,5})$/.exec(version) ?? [];
  return Number(major) * 1e8 + Number(minor) * 1e5 + Number(patch);
}
