import type { PlanValue } from '../../summary/plan-value.ts';
import type { VersionHealth, VersionMisses } from '../../summary/version-health.ts';
import type { WeekSummary } from '../../summary/week-summary.ts';
import type { WeekUsage } from '../../summary/week-usage.ts';
import { escapeText } from './escape-text.ts';
import { count, dollars, points, share, tokens } from './format.ts';
import { dayAndTime, persons } from './weekly-words.ts';

const LONGEST_VERSION = 20;

/** What else the week was like, a line each; empty after a silent week. */
export function numberLines(summary: WeekSummary): readonly string[] {
  const { stillOpen, usage, headroom } = summary;
  const lines = [
    stillOpen > 0 && `*Still open:* ${count(stillOpen, 'incident')}`,
    clientLine(summary),
    usage.contextTokens > 0 &&
      `*Cache health:* ${percent(usage.cacheReadTokens / usage.contextTokens)} of all context was read from the cache`,
    usage.requests > 0 &&
      `*Used:* ${count(usage.requests, 'request')} by ${persons(summary.people)}, ${worthWords(usage)}${usedBefore(summary)}`,
    summary.planValue && `*Plans:* ${planWords(summary.planValue)}`,
    headroom && `*Weekly quotas:* ${headroomWords(headroom)}`,
  ];
  return lines.filter((line) => typeof line === 'string');
}

/** What the numbers leave out, a line each. */
export function finePrint(summary: WeekSummary, zone: string): readonly string[] {
  const { recorded, answers, countedSince } = summary;
  const lines = [
    silenceLine(summary),
    answers.falseAlarms > 0 &&
      `${count(answers.falseAlarms, 'false alarm')}, as people marked them: in no number above`,
    recorded.resumes > 0 &&
      `${count(recorded.resumes, 'smaller resume')} rewrote ${tokens(recorded.rewrittenTokens)} tokens: too small for an alert, in no number above`,
    countedSince !== undefined && `Watched since ${dayAndTime(countedSince, zone)}: not a whole week`,
  ];
  return lines.filter((line) => typeof line === 'string');
}

function clientLine({ versionHealth, worstVersion: most }: WeekSummary): string | undefined {
  const sentences = [
    ...(versionHealth ? [`${healthWords(versionHealth)}.`] : []),
    ...(most
      ? [
          `${named(most.version)} wrote the most again: ${tokens(most.rewrittenTokens)} tokens in ${count(most.misses, 'miss', 'misses')}.`,
        ]
      : []),
  ];
  return sentences.length === 0 ? undefined : `*Client versions:* ${sentences.join(' ')}`;
}

/** Never "safe": what was measured, and that there is no open evidence. */
function healthWords(health: VersionHealth): string {
  if (health.is === 'alone')
    return `${named(health.only.version)} missed a warm cache at ${rate(health.only)} turn starts`;
  const { is, worst, best, hasBestKnownBug } = health;
  if (is === 'alike') {
    return `${named(worst.version)} and ${named(best.version)} do about the same, a warm cache was missed at ${rate(worst)} and ${rate(best)} turn starts`;
  }
  const evidence = hasBestKnownBug ? 'but a known bug' : 'and no open evidence against it';
  return `worst is ${named(worst.version)}, which missed a warm cache at ${rate(worst)} turn starts; best is ${named(best.version)} with ${rate(best)}, ${evidence}`;
}

function rate({ misses, of }: VersionMisses): string {
  return `${share(misses, of)} of ${of.toLocaleString('en-US')}`;
}

function worthWords({ requests, costMicros, unpricedRequests }: WeekUsage): string {
  if (unpricedRequests === requests) return 'of unknown price';
  const rest = unpricedRequests === 0 ? '' : `, ${count(unpricedRequests, 'request')} of unknown price not counted`;
  return `worth ${dollars(costMicros)} at API prices${rest}`;
}

function usedBefore({ usageBefore }: WeekSummary): string {
  if (!usageBefore) return '';
  const { requests, costMicros, unpricedRequests } = usageBefore;
  const worth = requests === unpricedRequests ? '' : `, ${dollars(costMicros)}`;
  return ` (week before: ${requests.toLocaleString('en-US')}${worth})`;
}

function planWords({ people, valueMicros, planMicros, multiple, lowMultiple }: PlanValue): string {
  return (
    `worth ${multipleOf(multiple)} what they cost, ${dollars(valueMicros)} at API prices against ${dollars(planMicros)} for the same time, ` +
    `for ${persons(people)} whose plan is known. Low estimate, at 10% of list prices: ${multipleOf(lowMultiple)}.`
  );
}

function multipleOf(value: number): string {
  return value < 0.05 ? 'under 0.1x' : `${points(value)}x`;
}

function headroomWords({ windows, medianLeft, usedUp }: NonNullable<WeekSummary['headroom']>): string {
  const up = usedUp === 0 ? 'none was used up' : `${usedUp.toLocaleString('en-US')} used up`;
  const left = `${points(medianLeft)}%`;
  if (windows === 1) return usedUp === 1 ? '1 reset, it was used up' : `1 reset, with ${left} left`;
  return `${windows.toLocaleString('en-US')} reset, half of them with ${left} or more left, ${up}`;
}

function silenceLine({ silentFeeds: { statusLine, telemetry } }: WeekSummary): string | undefined {
  const silent = [
    statusLine > 0 && `the status line of ${persons(statusLine)} (what they had left is unknown)`,
    telemetry > 0 && `telemetry of ${persons(telemetry)} (what they used is not counted)`,
  ].filter((part) => typeof part === 'string');
  return silent.length > 0 ? `Silent for a time: ${silent.join(', ')}` : undefined;
}

/** One decimal, and never 100% of what is not whole. */
function percent(part: number): string {
  return `${(Math.floor(part * 1000) / 10).toFixed(1)}%`;
}

function named(version: string): string {
  return escapeText(version, LONGEST_VERSION) || 'no name';
}
