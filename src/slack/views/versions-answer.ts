import { bugsOf, compareVersions } from '../../model/client-versions.ts';
import { COMPILED_ON, type KnownBug } from '../../model/known-bugs.ts';
import {
  type CacheCounts,
  ENOUGH_BOUNDARIES,
  ENOUGH_RESUMES,
  NO_COUNTS,
  type VersionRates,
} from '../../model/version-rates.ts';
import { context, type Message, section, sections } from './blocks.ts';
import { escapeText } from './escape-text.ts';
import { count, share } from './format.ts';

/** How the team's client versions do. */
export interface VersionsView {
  /** The last 7 and the last 30 days. */
  readonly week: readonly VersionRates[];
  readonly month: readonly VersionRates[];
  /** The one with the fewest misses, as far as that can be told; undefined: none has enough turns and a clean record. */
  readonly healthiest: VersionRates | undefined;
  /** What the reader runs; undefined where nobody knows. */
  readonly current: string | undefined;
}

const LONGEST_VERSION = 20;
/** The newest: a team has few, and a message holds 50 blocks. */
const SHOWN = 8;
const BUGS_SHOWN = 2;

/** The answer to `/quota versions`: cache health by client version, the newest first. */
export function versionsAnswer(view: VersionsView): Message {
  const versions = [...new Set([...view.month, ...view.week].map(({ clientVersion }) => clientVersion))];
  if (versions.length === 0) return { text: NOTHING, blocks: [section(NOTHING)] };
  const shown = versions.toSorted((one, other) => compareVersions(other, one)).slice(0, SHOWN);
  const more = versions.length > SHOWN ? [`${count(versions.length - SHOWN, 'older version')} not shown`] : [];
  return {
    text: `Cache misses by client version. ${healthiestText(view).replaceAll('*', '')}`,
    blocks: [
      section(['*Cache misses by client version*', healthiestText(view)].join('\n')),
      ...shown.flatMap((version) => sections(versionLines(version, view))),
      context([...more, ...FOOTNOTE].join(' · ')),
    ],
  };
}

const NOTHING =
  'No turn of any client version was counted in the last 30 days. It takes telemetry from Claude Code: `/quota connect` shows how.';

const FOOTNOTE = [
  'Turn starts: the first request of a prompt, within 5 minutes of the turn before; only where nothing lawful explains a miss',
  `bugs as reported until ${COMPILED_ON}: no report is no proof`,
];

function healthiestText({ healthiest, current }: VersionsView): string {
  if (!healthiest) {
    return `No version has both ${ENOUGH_BOUNDARIES} turn starts in 7 days and no known bug: too little to name the healthiest.`;
  }
  const { clientVersion, boundaryMisses, boundaries } = healthiest;
  const yours = clientVersion === current ? ', which you run' : '';
  return `Fewest misses in 7 days: *${named(clientVersion)}*${yours} (${rate(boundaryMisses, boundaries)} turn starts). No open evidence against it.`;
}

function versionLines(version: string, { week, month, current }: VersionsView): readonly string[] {
  const [inWeek, inMonth] = [ratesOf(version, week), ratesOf(version, month)];
  const who = count(Math.max(inWeek.developers, inMonth.developers), 'developer');
  const yours = version === current ? ' · yours' : '';
  return [
    `*${named(version)}*  ${who}${yours}`,
    `7 days: ${countsText(inWeek)}`,
    ...(isSame(inWeek, inMonth) ? [] : [`30 days: ${countsText(inMonth)}`]),
    ...bugLines(version),
  ];
}

function ratesOf(version: string, rates: readonly VersionRates[]): CacheCounts & { readonly developers: number } {
  return rates.find(({ clientVersion }) => clientVersion === version) ?? { ...NO_COUNTS, developers: 0 };
}

function countsText({ boundaries, boundaryMisses, midTurns, midTurnMisses, resumes, resumeRewrites }: CacheCounts) {
  if (boundaries + midTurns + resumes === 0) return 'not used';
  const missed = [
    of(boundaryMisses, boundaries, { least: ENOUGH_BOUNDARIES, name: 'turn starts' }),
    of(midTurnMisses, midTurns, { least: ENOUGH_BOUNDARIES, name: 'mid-turn' }),
  ].filter((part) => part !== undefined);
  const rewritten = of(resumeRewrites, resumes, { least: ENOUGH_RESUMES, name: 'resumes' });
  const parts = [
    ...(missed.length > 0 ? [`missed ${missed.join(' · ')}`] : []),
    ...(rewritten === undefined ? [] : [`rewrote ${rewritten}`]),
  ];
  return parts.join(' · ');
}

/** A rate, or only the counts where it would be chance; undefined where nothing was counted. */
function of(misses: number, all: number, { least, name }: { least: number; name: string }): string | undefined {
  if (all === 0) return undefined;
  return `${all < least ? `${misses} of ${all}` : rate(misses, all)} ${name}${all < least ? ' (too few)' : ''}`;
}

function rate(misses: number, all: number): string {
  return `${share(misses, all)} of ${all.toLocaleString('en-US')}`;
}

function isSame(one: CacheCounts, other: CacheCounts): boolean {
  return one.boundaries === other.boundaries && one.midTurns === other.midTurns && one.resumes === other.resumes;
}

/** What was publicly reported against a version, a line each; none is no proof that it is sound. */
export function bugLines(version: string): readonly string[] {
  const bugs = bugsOf(version);
  const more = bugs.length > BUGS_SHOWN ? [`and ${count(bugs.length - BUGS_SHOWN, 'other known bug')}`] : [];
  return [...bugs.toSorted(byWeight).slice(0, BUGS_SHOWN).map(bugLine), ...more];
}

/** What breaks the cache again and again first. */
function byWeight(one: KnownBug, other: KnownBug): number {
  const weight = ({ isLasting, kinds }: KnownBug) => Number(isLasting) * (kinds.includes('cache_invalidation') ? 2 : 1);
  return weight(other) - weight(one);
}

function bugLine({ bug, onlyFor, mendedIn, sources }: KnownBug): string {
  const whom = onlyFor === undefined ? '' : `, for ${onlyFor}`;
  const fix = mendedIn === undefined ? 'no fix known' : `mended in ${mendedIn}`;
  return `:beetle: ${bug}${whom}: ${fix} (${sources[0]})`;
}

function named(version: string): string {
  return escapeText(version, LONGEST_VERSION) || 'no name';
}
