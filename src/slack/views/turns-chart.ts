import type { TurnEvidence } from '../../model/finding.ts';
import type { CacheIncident } from '../../model/incident.ts';
import type { Reading } from './alert-words.ts';
import type { Message } from './blocks.ts';
import { chartBlock } from './chart-block.ts';
import { plainTime } from './format.ts';
import { turnsThread } from './turns-thread.ts';

/** What a chart of Slack holds. */
const MOST_POINTS = 20;

/** What goes into the thread of a broken cache: read against written tokens, drawn and in numbers; without the drawing where Slack takes none. */
export function turnsChart(incident: Pick<CacheIncident, 'evidence'>, reading: Reading): Message {
  const turns = incident.evidence.turns.slice(-MOST_POINTS);
  const plainer = turnsThread(incident, reading);
  const chart = chartBlock({
    type: 'bar',
    title: 'Tokens read from the cache, and written to it',
    categories: timesOf(turns, reading),
    series: [
      { name: 'Read', values: turns.map(({ readTokens }) => readTokens) },
      { name: 'Written', values: turns.map(({ writtenTokens }) => writtenTokens) },
    ],
    xLabel: `Turn, by its time in ${reading.zone}`,
    yLabel: 'Tokens',
  });
  return { text: plainer.text, blocks: plainer.blocks.toSpliced(1, 0, chart), plainer };
}

/** Slack takes each name of a category once, and parallel requests may end within one second. */
function timesOf(turns: readonly TurnEvidence[], reading: Reading): readonly string[] {
  const times = turns.map(({ at }) => plainTime(at, reading));
  return times.map((time, index) => {
    const before = times.slice(0, index).filter((other) => other === time).length;
    return before === 0 ? time : `${time} (${before + 1})`;
  });
}
