import type { TableBlock } from '@slack/types';
import { cacheLoss } from '../../model/cache-loss.ts';
import type { TurnEvidence } from '../../model/finding.ts';
import type { CacheEvidence, CacheIncident } from '../../model/incident.ts';
import type { Reading } from './alert-words.ts';
import { code, context, type Message, section } from './blocks.ts';
import { rewroteWords } from './cache-words.ts';
import { count, plainTime, tokens } from './format.ts';
import { TURN_COLUMNS, TURN_LEGEND, turnCells, turnsText } from './turns-text.ts';

type Cell = TableBlock['rows'][number][number];

/** The turns that missed, in numbers that a sceptic can check: as a table, and as text where Slack takes none. */
export function turnsThread({ evidence }: Pick<CacheIncident, 'evidence'>, reading: Reading): Message {
  const { turns } = evidence;
  const told = turnsTitle(evidence);
  const title = section(`*${told}*`);
  const legend = context([TURN_LEGEND, ...clientCountWords(evidence)].join(' '));
  return {
    text: told,
    blocks: [title, table(turns, reading), legend],
    plainer: { text: told, blocks: [title, code(turnsText(turns, reading)), legend] },
  };
}

function turnsTitle(evidence: CacheEvidence): string {
  const { turns, misses } = evidence;
  const shown = misses > turns.length ? `, the newest ${turns.length} of them` : '';
  return `Turn by turn: ${rewroteWords(cacheLoss(evidence))}${shown}`;
}

export function clientCountWords({ clientCount }: CacheEvidence): readonly string[] {
  if (!clientCount) return [];
  const { misses, rewrittenTokens } = clientCount;
  return [`The client itself counted ${count(misses, 'miss', 'misses')} and ${tokens(rewrittenTokens)} tokens.`];
}

function table(turns: readonly TurnEvidence[], reading: Reading): TableBlock {
  const rows = turns.map((turn): Cell[] => [time(turn, reading), ...turnCells(turn).map(text)]);
  return {
    type: 'table',
    column_settings: TURN_COLUMNS.map((_, index) => (index === 0 ? {} : { align: 'right' })),
    rows: [TURN_COLUMNS.map(text), ...rows],
  };
}

const text = (value: string): Cell => ({ type: 'raw_text', text: value });

/** In each reader's own zone. */
function time({ at }: TurnEvidence, reading: Reading): Cell {
  const fallback = plainTime(at, reading);
  const date = { type: 'date', timestamp: Math.floor(at / 1000), format: '{time_secs}', fallback } as const;
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [date] }] };
}
