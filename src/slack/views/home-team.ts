import type { KnownBlock } from '@slack/types';
import { compareVersions } from '../../model/client-versions.ts';
import { ENOUGH_BOUNDARIES, type VersionRates } from '../../model/version-rates.ts';
import { header, section } from './blocks.ts';
import { escapeText } from './escape-text.ts';
import { FEED_NAMES } from './feed-names.ts';
import { count, share } from './format.ts';
import type { TeamReport } from './home-report.ts';

const LONGEST_VERSION = 20;
/** The newest: `/quota versions` has the rest. */
const VERSIONS_SHOWN = 6;

/** What admins see of the team: whether its data comes in, and how its client versions do. */
export function teamBlocks(team: TeamReport): KnownBlock[] {
  return [
    header('The team, for admins'),
    section(['*Feeds in the last 24 hours*', ...feedLines(team)].join('\n')),
    section(['*Cache misses by client version in 7 days*', ...versionLines(team.versions)].join('\n')),
  ];
}

function feedLines({ feeds, silent, withoutStatusLine }: TeamReport): readonly string[] {
  if (feeds.length === 0)
    return ['Nobody has sent anything yet: `/quota connect team` has the settings for all machines.'];
  return [
    // A hook speaks only when a limit is hit: its silence tells nothing.
    ...feeds.filter(({ feed }) => feed !== 'hook').map(feedLine),
    ...(withoutStatusLine === 0
      ? []
      : [`:warning: ${count(withoutStatusLine, 'developer')} without a status line: nobody can warn them in time.`]),
    ...silent.map(
      ({ feed, who }) => `:warning: The ${FEED_NAMES[feed]} of ${who} stopped, while their other feed goes on.`,
    ),
  ];
}

function feedLine({ feed, alive, quiet }: TeamReport['feeds'][number]): string {
  const name = FEED_NAMES[feed];
  const rest = quiet === 0 ? '' : `, silent from ${quiet.toLocaleString('en-US')}`;
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}: heard from ${count(alive, 'developer')}${rest}`;
}

function versionLines(versions: readonly VersionRates[]): readonly string[] {
  if (versions.length === 0) return ['No turn was counted yet.'];
  const newest = versions.toSorted((one, other) => compareVersions(other.clientVersion, one.clientVersion));
  const more =
    newest.length > VERSIONS_SHOWN ? `${count(newest.length - VERSIONS_SHOWN, 'older version')} and more: ` : 'More: ';
  return [...newest.slice(0, VERSIONS_SHOWN).map(versionLine), `${more}\`/quota versions\``];
}

function versionLine({ clientVersion, developers, boundaries, boundaryMisses }: VersionRates): string {
  const name = escapeText(clientVersion, LONGEST_VERSION) || 'no name';
  const rate =
    boundaries < ENOUGH_BOUNDARIES
      ? `${boundaryMisses} of ${boundaries} turn starts missed, too few to tell`
      : `${share(boundaryMisses, boundaries)} of ${boundaries.toLocaleString('en-US')} turn starts missed`;
  return `\`${name}\`  ${count(developers, 'developer')}: ${rate}`;
}
