import type { WeekSummary } from '../../summary/week-summary.ts';
import type { Reading } from './alert-words.ts';
import { type Message, section } from './blocks.ts';
import { count, moment } from './format.ts';
import { finePrint } from './weekly-numbers.ts';
import { framed } from './weekly-summary.ts';
import { incidentBlocks, type ToldIncidents } from './weekly-summary-thread.ts';
import { date, weekName } from './weekly-words.ts';

/** `told` are the worst incidents of the week so far; undefined: there is none. */
interface Reader {
  readonly told: ToldIncidents | undefined;
  /** Times are in the reader's zone, days and weeks in the team's. */
  readonly reading: Reading;
  readonly teamZone: string;
}

/** The answer to `/quota summary`: what the running week has come to, against the same stretch of the week before. */
export function weekSoFarAnswer(summary: WeekSummary, { told, reading, teamZone }: Reader): Message {
  const { week, weekBefore, incidentsBefore } = summary;
  const name = weekName(week);
  const compared =
    incidentsBefore === undefined ? '' : `, ${weekName(weekBefore).toLowerCase()} until the same time of the same day`;
  return framed(summary, {
    title: `${name} so far, since ${date(week.from, teamZone)}`,
    week: `${name} so far`,
    before: `${weekName(weekBefore)} by then`,
    last: told ? [section(worstTitle(told)), ...incidentBlocks(told, reading)] : [],
    finePrint: [
      `Counted until ${moment(week.to, reading)}${compared}. The whole week is told in the summary’s channel.`,
      ...finePrint(summary, reading.zone),
    ],
  });
}

function worstTitle({ worst, more }: ToldIncidents): string {
  const all = worst.length + more;
  return more === 0 ? `*${count(all, 'incident')}*` : `*The worst ${worst.length} of ${count(all, 'incident')}*`;
}
