import { bugsOf, compareVersions, mendedSince } from '../../model/client-versions.ts';
import type { Check, DoctorView } from './doctor-view.ts';
import { escapeText } from './escape-text.ts';
import { count, moment } from './format.ts';
import { bugLines } from './versions-answer.ts';

/** What a status line cannot tell before a version: `rate_limits` and `prompt_cache` came with these. */
const TOLD_SINCE = [
  { version: '2.1.80', lacks: 'it tells no percentages: they came with 2.1.80' },
  {
    version: '2.1.251',
    lacks: 'it does not count its own cache misses, which came with 2.1.251: they are found from tokens',
  },
] as const;

/** The oldest client that somebody works with, and what is known of it; nothing where no version was told. */
export function clientCheck(view: DoctorView): readonly Check[] {
  const oldest = view.clients.toSorted((one, other) => compareVersions(one.version, other.version)).at(0);
  if (!oldest) return [];
  const { version } = oldest;
  const shown = escapeText(version, 20) || 'no name';
  const others = view.clients.length - 1;
  const which = others === 0 ? shown : `${shown}, the oldest of ${count(others + 1, 'version')} in 7 days`;
  const lacks = TOLD_SINCE.find((told) => isNumber(version) && compareVersions(version, told.version) < 0)?.lacks;
  const bugs = bugLines(version);
  const says = [
    `*Client*  ${which}, last seen ${moment(oldest.lastSeenAt, view)}`,
    ...(lacks === undefined ? [] : [`• ${lacks}`]),
    ...bugs,
  ].join('\n');
  if (bugs.length === 0 && lacks === undefined) return [{ is: 'good', says: `${says}; no bug of it is known` }];
  return [{ is: 'bad', says, mend: updateText(version) }];
}

/** What is mended somewhere is named; else the team's own figures are the best advice there is. */
function updateText(version: string): string {
  const kinds = bugsOf(version).flatMap((bug) => bug.kinds);
  const mended = mendedSince(version, kinds);
  const to = mended === version ? 'a newer version' : `${mended} or newer`;
  return `update Claude Code to ${to}; \`/quota versions\` tells which does best in your team.`;
}

function isNumber(version: string): boolean {
  return /^\d+\.\d+\.\d+$/.test(version);
}
