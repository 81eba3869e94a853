import type { FleetIncident } from '../model/incident.ts';
import type { Observed, Sighting } from './episode.ts';
import type { Estimate } from './intervals.ts';
import { oracleLines } from './oracle-text.ts';
import type { EvalReport, Feed, NotJudged } from './report.ts';
import type { JudgedFigures, KindScore, Located } from './score.ts';
import { clock, counted, percent, rounded, table, thousands, tokens, WIDTH, wrapped } from './text-lines.ts';

const FEEDS: Readonly<Record<Feed, string>> = {
  webhook: 'told by the webhook, with agent ids',
  telemetry: 'told as telemetry: no agent ids',
  old_telemetry: 'told as old telemetry: nothing says who asked',
};

/** The report for people, in lines of at most 100 characters. */
export function reportText(report: EvalReport): string {
  const hasReplays = report.given.sessions + report.given.cases > 0;
  const sections = [
    [headline(report.feed)],
    ...(hasReplays ? replaySections(report) : []),
    report.oracle ? oracleLines(report.oracle) : [],
    goalLines(report),
    hasReplays ? speedLines(report) : [],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function replaySections(report: EvalReport): readonly (readonly string[])[] {
  const located = (pick: (kind: KindScore) => readonly Located[]) => report.kinds.flatMap(pick).flatMap(sightingLines);
  return [
    givenLines(report),
    kindLines(report.kinds),
    delayLines(report.kinds),
    section('MISSED', missedLines(report)),
    section(
      'FALSE ALARMS in healthy sessions',
      located(({ falseAlarms }) => falseAlarms),
    ),
    section(
      'ALARMS IN CASES OF ANOTHER KIND',
      located(({ elsewhere }) => elsewhere),
      'quiet',
    ),
    section(
      'SEEN, of kinds that no label names',
      located(({ unlabelled }) => unlabelled),
      'quiet',
    ),
    section(
      'RIGHT ALARMS',
      located(({ rightAlarms }) => rightAlarms),
      'quiet',
    ),
    section(
      'QUIETER THAN AN ALARM in healthy sessions',
      located(({ quiet }) => quiet),
      'quiet',
    ),
    section('AS ONE TEAM', report.fleet.flatMap(fleetLines), 'quiet'),
    section('BORDERLINE, counted nowhere', report.borderline.flatMap(borderlineLines), 'quiet'),
    section('JUDGED BY THEIR FIGURES', report.judgedByFigures.flatMap(figuresLines), 'quiet'),
    section('NOT JUDGED, by the fact that is missing', notJudgedLines(report.notJudged), 'quiet'),
  ];
}

function headline(feed: Feed): string {
  const title = 'How good are the detectors?';
  return title + FEEDS[feed].padStart(WIDTH - title.length);
}

/** An empty section is worth a "none" only where that is good news. */
function section(title: string, lines: readonly string[], whenEmpty: 'said' | 'quiet' = 'said'): readonly string[] {
  if (lines.length === 0) return whenEmpty === 'said' ? [`${title}: none`] : [];
  return [title, ...lines.map((line) => `  ${line}`)];
}

function givenLines({ given, healthy }: EvalReport): readonly string[] {
  const { cases, casesOfSessions, replayedCases } = given;
  const rest = cases - casesOfSessions - replayedCases;
  return table([
    ['  sessions', thousands(given.sessions)],
    ['  cases', thousands(cases)],
    ['  healthy', thousands(healthy.sessions)],
  ]).map((line, n) => {
    const more = [
      `${thousands(given.requests)} requests`,
      `${casesOfSessions} label these sessions, ${replayedCases} replayed, ${rest} of figures`,
      `sessions and cases, ${thousands(healthy.hours)} hours at work`,
    ][n];
    return `${line}   ${more}`;
  });
}

/** Shares and rates with their 95 % confidence intervals. */
function kindLines(kinds: readonly KindScore[]): readonly string[] {
  const header = ['KIND', 'FOUND', 'BY FIGURES', 'RIGHT ALARMS', 'FALSE/100 SESS.', '/1,000 HOURS'];
  const rows = kinds.map((kind) => [
    kind.kind,
    shareText(kind.found.length, kind.missed.length, kind.recall),
    countOf(kind.foundByFigures.length, kind.missedByFigures.length),
    shareText(kind.rightAlarms.length, kind.falseAlarms.length, kind.precision),
    rateText(kind.falsePer100Sessions),
    rateText(kind.falsePer1000Hours),
  ]);
  return [...table([header, ...rows]), '  in brackets: 95 % interval, in percent for shares; ·: nothing to count'];
}

const countOf = (yes: number, no: number) => (yes + no === 0 ? '·' : `${yes} of ${yes + no}`);

const shareText = (yes: number, no: number, estimate: Estimate | undefined) =>
  estimate ? `${countOf(yes, no)} (${percent(estimate.low)}–${percent(estimate.high)})` : countOf(yes, no);

const rateText = (estimate: Estimate | undefined) =>
  estimate ? `${rounded(estimate.value)} (${rounded(estimate.low)}–${rounded(estimate.high)})` : '·';

function delayLines(kinds: readonly KindScore[]): readonly string[] {
  const rows = kinds.flatMap(({ kind, delay }) =>
    delay
      ? [
          [
            kind,
            String(delay.seconds.of),
            `${clock(delay.seconds.median)} (${clock(delay.seconds.p90)})`,
            `${rounded(delay.requests.median)} (${rounded(delay.requests.p90)})`,
            `${tokens(delay.rewrittenTokens.median)} (${tokens(delay.rewrittenTokens.p90)})`,
          ],
        ]
      : [],
  );
  if (rows.length === 0) return [];
  return table([['FROM THE FIRST MISS TO THE ALARM', 'ALARMS', 'TIME', 'REQUESTS', 'WRITTEN AGAIN'], ...rows]).concat(
    '  median (90th percentile)',
  );
}

function missedLines({ kinds }: EvalReport): readonly string[] {
  return kinds.flatMap(({ kind, missed, missedByFigures }) => [
    ...missed.map((id) => `${id}  ${kind}`),
    ...missedByFigures.map((id) => `${id}  ${kind}, by its figures`),
  ]);
}

function sightingLines({ id, sighting }: Located): readonly string[] {
  return wrapped(`${id}  `, sightingWords(sighting).split(' '));
}

function sightingWords({ kind, severity, openedAfterS, stream, misses, rewrittenTokens, delay }: Sighting): string {
  const size =
    misses === undefined ? '' : `, ${counted(misses, 'miss', 'misses')}, ${tokens(rewrittenTokens ?? 0)} written again`;
  const told = delay === undefined ? '' : `, told ${clock(delay.seconds)} after the first`;
  return `${kind} (${severity}) at ${clock(openedAfterS)}${size}${told}${aside(stream)}`;
}

/** Most alarms are of the main conversation. */
const aside = (stream: string | undefined) => (stream === undefined || stream.startsWith('main ') ? '' : `, ${stream}`);

function fleetLines({ evidence }: FleetIncident): readonly string[] {
  const { rule, of, clientVersion, developers, comparison } = evidence;
  const rates = comparison
    ? `, ${comparison.misses} of ${comparison.of} against ${comparison.otherMisses} of ${comparison.otherOf}`
    : '';
  return [`${clientVersion}  fleet_regression of ${of} (${rule}), ${developers.length} sessions${rates}`];
}

function borderlineLines({ id, sightings }: Observed): readonly string[] {
  return sightings.length === 0
    ? [`${id}  nothing seen`]
    : sightings.flatMap((sighting) => sightingLines({ id, sighting }));
}

function figuresLines({ id, by, isFound, saw, expectation }: JudgedFigures): readonly string[] {
  const isRight = isFound === (expectation.is === 'kind');
  const word = isFound ? 'fires' : 'is silent';
  return wrapped(`${isRight ? '✓' : '✗'} ${id}  `, `${by} ${word}: ${saw}`.split(' '));
}

/** Grouped, so that a reader sees at once which fact would make most of them tell something. */
function notJudgedLines(cases: readonly NotJudged[]): readonly string[] {
  const groups = [...Map.groupBy(cases, ({ missing }) => missing)].toSorted(([, a], [, b]) => b.length - a.length);
  return groups.flatMap(([missing, without]) => [
    `${missing} (${without.length})`,
    ...wrapped(
      '    ',
      without.map(({ id, label, seen }) => `${id} [${label}${seen.length > 0 ? `; seen: ${seen.join(', ')}` : ''}]`),
    ),
  ]);
}

function goalLines({ goals }: EvalReport): readonly string[] {
  return section(
    'GOALS',
    goals.map(({ goal, value, isMet }) => `${isMet ? '✓' : '✗'} ${goal}: ${value}`),
    'quiet',
  );
}

function speedLines({ speed }: EvalReport): readonly string[] {
  const { requests, seconds, requestsPerSecond, requestsPerProcessorSecond, timesJsonParse } = speed;
  const ratio = timesJsonParse === undefined ? '' : `, ${rounded(timesJsonParse)} times JSON.parse of the same files`;
  return [
    `${thousands(requests)} requests in ${seconds.toFixed(1)} s: ${thousands(requestsPerSecond)} a second${ratio}`,
    `${thousands(requestsPerProcessorSecond)} for each second of a processor`,
  ];
}
