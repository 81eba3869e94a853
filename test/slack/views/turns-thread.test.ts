import type { TableBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { turnsThread } from '../../../src/slack/views/turns-thread.ts';
import { evidence, minutes, seconds } from '../../support/builders.ts';
import { broken } from '../incidents.ts';
import { fine, linesOf } from '../seen.ts';

const READING = { now: minutes(20), zone: 'Asia/Tokyo' };
const thread = (incident: Parameters<typeof turnsThread>[0]) => fine(turnsThread(incident, READING));

/** The table as texts; a moment by what is shown where its zone is not known. */
function rowsOf({ blocks }: { readonly blocks: readonly object[] }): readonly (readonly string[])[] {
  const table = blocks.find((block): block is TableBlock => 'type' in block && block.type === 'table');
  return (table?.rows ?? []).map((row) => row.map((cell) => textOf(cell)));
}

function textOf(cell: object): string {
  const [, text = ''] = /"(?:text|fallback)":"([^"]*)"/.exec(JSON.stringify(cell)) ?? [];
  return text;
}

describe('the thread of a broken cache', () => {
  test('tells each turn: when, after what, what the cache held, what was read and what was written again', () => {
    const turns = [
      evidence({ at: seconds(-31), gapMs: 8000 }),
      evidence({
        gapMs: 19_000,
        contextTokens: 81_400,
        expectedTokens: 80_000,
        readTokens: 14_512,
        writtenTokens: 66_888,
        rewrittenTokens: 65_488,
      }),
    ];
    const message = thread(broken({ turns, rewrittenTokens: 125_488 }));
    expect(message.text).toBe('Turn by turn: 2 turns rewrote 125k tokens');
    expect(rowsOf(message)).toEqual([
      ['Time', 'Gap', 'Context', 'Expected', 'Read', 'Written', 'Rewritten'],
      ['20:59:29', '8 s', '80k', '75k', '15k', '65k', '60k'],
      ['21:00:00', '19 s', '81k', '80k', '15k', '67k', '65k'],
    ]);
    expect(linesOf(message).at(-1)).toBe(
      '*Gap*: from the end of the turn before. *Expected*: what that turn left in the cache. *Rewritten*: expected but not read, so paid as a write again.',
    );
  });

  test('shows moments in the zone of each reader, to the second', () => {
    expect(JSON.stringify(thread(broken()))).toContain(
      '{"type":"date","timestamp":1795435200,"format":"{time_secs}","fallback":"21:00:00"}',
    );
  });

  test('of many turns shows the newest, and says how many there were', () => {
    const turns = Array.from({ length: 12 }, (_, index) => evidence({ at: seconds(index) }));
    const message = thread(broken({ turns, misses: 40, rewrittenTokens: 2_400_000 }));
    expect(message.text).toBe('Turn by turn: 40 turns rewrote 2.4M tokens, the newest 12 of them');
    expect(rowsOf(message)).toHaveLength(1 + 12);
  });

  test('says what the client itself counted', () => {
    const lines = linesOf(thread(broken({ clientCount: { misses: 2, rewrittenTokens: 119_000 } })));
    expect(lines.at(-1)).toMatch(/ The client itself counted 2 misses and 119k tokens\.$/);
  });
});
