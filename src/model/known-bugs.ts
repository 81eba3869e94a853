import type { IncidentKind } from './finding.ts';

/** Versions from `first` to `last`, both inclusive; without `first` nobody knows when it began. */
export interface VersionRange {
  readonly first?: string;
  readonly last: string;
}

/** A bug of Claude Code that costs quota, or looks as if it did. */
export interface KnownBug {
  /** What goes wrong. */
  readonly bug: string;
  /** What is seen of it. */
  readonly looksLike: string;
  /** The kinds of incident that it shows as; empty where it shows as none. */
  readonly kinds: readonly IncidentKind[];
  /** Whether it goes on once it began; anything else costs once. */
  readonly isLasting: boolean;
  /** Where it was reported; empty where no version is to blame, but the server, the account or all of them. */
  readonly affected: readonly VersionRange[];
  /** Who alone has it. */
  readonly onlyFor?: string;
  /** The version that mended its main cause; undefined: none was known when this was compiled. */
  readonly mendedIn?: string;
  readonly sources: readonly [string, ...string[]];
}

/** When this table was compiled. What was reported later is not in it. */
export const COMPILED_ON = '2026-11-23';

const github = (issue: number) => `anthropics/claude-code#${issue}`;

/**
 * From public reports up to 2026-09-22 and the client's changelog. A version that is in no range is not therefore sound:
 * there is only no open evidence against it.
 */
export const KNOWN_BUGS: readonly KnownBug[] = [
  {
    bug: 'prompt suggestions miss the cache, and the system prompt grew',
    looksLike: 'windows drain faster; mended in 2.1.49 and 2.1.50, and broken again',
    kinds: ['burn_rate'],
    isLasting: true,
    affected: [{ first: '2.1.48', last: '2.1.61' }],
    mendedIn: '2.1.62',
    sources: [github(29178), 'changelog of 2.1.62'],
  },
  {
    bug: 'an MCP server with instructions that connects late invalidates the cache',
    looksLike: 'one rewrite',
    kinds: ['cache_invalidation'],
    isLasting: false,
    affected: [{ last: '2.1.69' }],
    mendedIn: '2.1.70',
    sources: ['changelog of 2.1.70'],
  },
  {
    bug: 'SDK query() invalidates the cache',
    looksLike: 'up to 12 times the input cost',
    kinds: ['cache_invalidation', 'cost_inflation'],
    isLasting: true,
    affected: [{ last: '2.1.71' }],
    onlyFor: '`claude -p` and the SDK',
    mendedIn: '2.1.72',
    sources: ['changelog of 2.1.72'],
  },
  {
    bug: '--resume and -p write the whole session again',
    looksLike: 'reads stay at about 14.5k; 20 times the cost',
    kinds: ['resume_reprocess'],
    isLasting: true,
    affected: [{ first: '2.1.69', last: '2.1.89' }],
    mendedIn: '2.1.90',
    sources: [github(34629), github(42338)],
  },
  {
    bug: 'resumes still write the session again',
    looksLike: 'the first request after a resume reads little or nothing',
    kinds: ['resume_reprocess'],
    isLasting: true,
    affected: [
      { first: '2.1.109', last: '2.1.116' },
      { first: '2.1.148', last: '2.1.148' },
      { first: '2.1.193', last: '2.1.193' },
    ],
    sources: [github(51764), github(67497)],
  },
  {
    bug: 'tool schemas change mid-session',
    looksLike: 'misses in long sessions',
    kinds: ['cache_invalidation'],
    isLasting: true,
    affected: [{ last: '2.1.88' }],
    mendedIn: '2.1.89',
    sources: ['changelog of 2.1.89'],
  },
  {
    bug: 'the standalone binary replaces a marker in the history',
    looksLike: '4 to 17 % read, never recovers',
    kinds: ['cache_invalidation'],
    isLasting: true,
    affected: [{ last: '2.1.89' }],
    onlyFor: 'the standalone binary',
    // Mitigated in 2.1.90.
    mendedIn: '2.1.91',
    sources: [github(40524), github(40652)],
  },
  {
    bug: 'thinking is cleared on every turn once a session was idle for an hour',
    looksLike: 'repeated misses after a pause',
    kinds: ['cache_invalidation'],
    isLasting: true,
    affected: [{ first: '2.1.85', last: '2.1.100' }],
    mendedIn: '2.1.101',
    sources: ['the postmortem of 2026-04-23'],
  },
  {
    bug: 'repeated misses after a pause',
    looksLike: 'as if thinking were cleared on every turn',
    kinds: ['cache_invalidation'],
    isLasting: true,
    affected: [{ first: '2.1.202', last: '2.1.202' }],
    onlyFor: 'Fable 5',
    sources: [github(76253)],
  },
  {
    bug: 'the server grants 5 minutes of cache instead of an hour (from 2026-03-06), as it does on extra usage',
    looksLike: 'all writes go to the 5-minute cache',
    kinds: ['ttl_downgrade'],
    isLasting: true,
    affected: [],
    sources: [github(46829), github(43566)],
  },
  {
    bug: 'without telemetry the client asks for 5 minutes of cache',
    looksLike: 'all writes go to the 5-minute cache',
    kinds: ['ttl_downgrade'],
    isLasting: true,
    affected: [{ last: '2.1.107' }],
    onlyFor: 'clients with telemetry switched off',
    mendedIn: '2.1.108',
    sources: [github(46829), 'changelog of 2.1.108'],
  },
  {
    bug: 'a cache of an hour silently becomes one of 5 minutes',
    looksLike: 'all writes go to the 5-minute cache',
    kinds: ['ttl_downgrade'],
    isLasting: true,
    affected: [{ last: '2.1.128' }],
    mendedIn: '2.1.129',
    sources: ['changelog of 2.1.129'],
  },
  {
    bug: 'cold requests grew by about 20k tokens',
    looksLike: 'a larger first request',
    kinds: ['cost_inflation'],
    isLasting: true,
    affected: [{ first: '2.1.100', last: '2.1.101' }],
    sources: [github(46917)],
  },
  {
    bug: 'progress summaries of sub-agents miss the cache',
    looksLike: 'sub-agents write about three times as much',
    kinds: ['cost_inflation'],
    isLasting: true,
    affected: [{ last: '2.1.127' }],
    mendedIn: '2.1.128',
    sources: ['changelog of 2.1.128'],
  },
  {
    bug: 'transcripts say that nothing was written to the cache',
    looksLike: 'a gap in the numbers, not in the quota',
    kinds: [],
    isLasting: true,
    affected: [{ last: '2.1.151' }],
    mendedIn: '2.1.152',
    sources: ['changelog of 2.1.152'],
  },
  {
    bug: 'the last system block is billed as fresh input',
    looksLike: 'high input',
    kinds: ['cost_inflation'],
    isLasting: true,
    affected: [{ last: '2.1.210' }],
    onlyFor: 'Bedrock, Vertex and Foundry',
    mendedIn: '2.1.211',
    sources: ['changelog of 2.1.211'],
  },
  {
    bug: 'the client no longer asks for an hour of cache',
    looksLike: 'all writes go to the 5-minute cache',
    kinds: ['ttl_downgrade'],
    isLasting: true,
    // Open when last seen; 2.1.330 asks for it.
    affected: [{ first: '2.1.218', last: '2.1.329' }],
    sources: [github(84253)],
  },
  {
    bug: 'the context that hooks add is dropped when history is rebuilt',
    looksLike: 'full rewrites now and then: 29 % of turn starts instead of 7 %',
    kinds: ['cache_invalidation'],
    isLasting: true,
    affected: [{ first: '2.1.222', last: '2.1.258' }],
    // The main cause; residuals remain.
    mendedIn: '2.1.259',
    sources: [github(91707), github(82563), github(85326), github(87966), github(91514), github(83913)],
  },
  {
    bug: 'a language server that connects or disconnects invalidates everything',
    looksLike: 'one rewrite',
    kinds: ['cache_invalidation'],
    isLasting: false,
    affected: [{ last: '2.1.234' }],
    mendedIn: '2.1.235',
    sources: ['changelog of 2.1.235'],
  },
  {
    bug: 'the context of hooks and reminders cannot be cached',
    looksLike: 'more is written with each request',
    kinds: ['cost_inflation'],
    isLasting: true,
    affected: [{ first: '2.1.237', last: '2.1.237' }],
    onlyFor: '`claude -p`',
    sources: [github(89651)],
  },
  {
    bug: 'a woken agent, a resume on Fable 5.1, a trailing system message or -p on Opus 5.5 lose the cache',
    looksLike: 'reads stay at a floor, the rest is written again',
    kinds: ['cache_invalidation'],
    isLasting: true,
    affected: [{ first: '2.1.260', last: '2.1.280' }],
    sources: [github(96101), github(91971), github(93490), github(96163)],
  },
  {
    bug: 'sub-agents write their full context again',
    looksLike: 'reads stay at a floor, the rest is written again',
    kinds: ['cache_invalidation'],
    isLasting: true,
    affected: [{ first: '2.1.269', last: '2.1.270' }],
    onlyFor: 'sub-agents beside a third-party app',
    sources: ['Piebald-AI/piebald#68'],
  },
  {
    bug: 'the client says that a limit is hit while the server says otherwise, or counts a branched session twice',
    looksLike: 'locked out by the client alone',
    kinds: ['lock_out'],
    isLasting: true,
    affected: [],
    sources: [github(40584), github(45419), github(77108), github(79765)],
  },
];
