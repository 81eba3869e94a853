import type { TableBlock } from '@slack/types';
import { cacheLoss } from '../../model/cache-loss.ts';
import type { TurnEvidence } from '../../model/finding.ts';
import type { CacheIncident } from '../../model/incident.ts';
import type { Reading } from './alert-words.ts';
import { context, type Message, section } from './blocks.ts';
import { rewroteWords } from './cache-words.ts';
import { count, duration, plainTime, tokens } from './format.ts';

type Cell = TableBlock['rows'][number][number];

const COLUMNS = ['Time', 'Gap', 'Context', 'Expected', 'Read', 'Written', 'Rewritten'];

/** What goes into the thread of a broken cache: the turns that missed, in numbers that a sceptic can check. */
export function turnsThread({ evidence }: Pick<CacheIncident, 'evidence'>, reading: Reading): Message {
  const { turns, misses, clientCount } = evidence;
  const shown = misses > turns.length ? `, the newest ${turns.length} of them` : '';
  const told = `Turn by turn: ${rewroteWords(cacheLoss(evidence))}${shown}`;
  const agreed = clientCount
    ? [
        `The client itself counted ${count(clientCount.misses, 'miss', 'misses')} and ${tokens(clientCount.rewrittenTokens)} tokens.`,
      ]
    : [];
  return {
    text: told,
    blocks: [
      section(`*${told}*`),
      table(turns, reading),
      context(
        [
          '*Gap*: from the end of the turn before. *Expected*: what that turn left in the cache. *Rewritten*: expected but not read, so paid as a write again.',
          ...agreed,
        ].join(' '),
      ),
    ],
  };
}

function table(turns: readonly TurnEvidence[], reading: Reading): TableBlock {
  const rows = turns.map((turn): Cell[] => [
    time(turn, reading),
    text(duration(turn.gapMs)),
    ...[turn.contextTokens, turn.expectedTokens, turn.readTokens, turn.writtenTokens, turn.rewrittenTokens].map(
      (amount) => text(tokens(amount)),
    ),
  ]);
  return {
    type: 'table',
    column_settings: COLUMNS.map((_, index) => (index === 0 ? {} : { align: 'right' })),
    rows: [COLUMNS.map(text), ...rows],
  };
}

const text = (value: string): Cell => ({ type: 'raw_text', text: value });

/** In each reader's own zone. */
function time({ at }: TurnEvidence, reading: Reading): Cell {
  const fallback = plainTime(at, reading);
  const date = { type: 'date', timestamp: Math.floor(at / 1000), format: '{time_secs}', fallback } as const;
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [date] }] };
}
