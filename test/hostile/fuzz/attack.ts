import { pino } from 'pino';
import { createCollector } from '../../../src/collector/collector.ts';
import type { Delivery, Receipt } from '../../../src/collector/delivery.ts';
import { record } from '../../../src/collector/record.ts';
import { createStatusAnswer } from '../../../src/collector/status-answer.ts';
import { createDetect } from '../../../src/jobs/detect.ts';
import { epochMs } from '../../../src/model/time.ts';
import { openStore } from '../../../src/store/store.ts';
import type { TokenOwner } from '../../../src/store/token-store.ts';
import { faultInItems } from './kept-facts.ts';
import type { FuzzTarget } from './targets.ts';

/** Shortly after the newest captured body. */
const NOW = epochMs(Date.parse('2026-11-23T08:30:00Z'));

const ZONES = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia'] as const;

/**
 * Sends inputs through all of the collector, into a database in memory, and to the detectors. Answers what went wrong:
 * anything but a kept body or a refusal in words, a field or value that must not be kept, what the database does not take,
 * or what takes longer than `mostMs`.
 */
export function createAttack({ path, contentType, faultInShortCut }: FuzzTarget, mostMs = Number.POSITIVE_INFINITY) {
  const store = openStore(':memory:', NOW);
  const ada = store.developers.forEmail('ada@example.com', { now: NOW });
  let faults: string[] = [];
  const note = (fault: string | undefined) => {
    if (fault !== undefined) faults.push(fault);
  };
  const { detect } = createDetect({
    store,
    mayName: () => true,
    onIncident: () => {},
    onFailure: (error) => note(`a detector failed: ${stackOf(error)}`),
  });
  const collectors = ZONES.map((zone) => {
    const statusAnswer = createStatusAnswer({ store, zone });
    return createCollector({
      ownerOf: (token) => ownerBy(token),
      accept: async (delivery) => accept(delivery),
      statusLine: (owner, session) => statusAnswer(owner, session, NOW),
      coverage: () => [],
      notReady: () => [],
      timeZone: zone,
      clock: { now: () => NOW },
      log: pino({ level: 'error' }, { write: (line) => note(`logged ${line}`) }),
      trustProxy: false,
      version: '0.0.0',
    });
  });

  return async (input: Buffer): Promise<string | undefined> => {
    faults = [];
    // The same input is always sent the same way.
    const collector = collectors[input.length % ZONES.length] ?? collectors[0];
    const token = input.length % 3 === 0 ? 'team' : 'personal';
    const headers = { authorization: `Bearer ${token}`, 'content-type': contentType };
    const startedAt = performance.now();
    const answer = await collector?.inject({ method: 'POST', url: path, headers, payload: input });
    while (detect(NOW));
    const tookMs = performance.now() - startedAt;
    note(faultInShortCut?.(input));
    if (tookMs > mostMs) note(`${input.length} bytes took ${Math.round(tookMs)} ms`);
    if (answer && ![200, 400, 413].includes(answer.statusCode)) note(`${answer.statusCode}: ${answer.body}`);
    if (answer && path === '/v1/status-line' && answer.statusCode === 200) note(faultInLine(answer.body));
    return faults.length === 0 ? undefined : faults.join('\n');
  };

  function ownerBy(token: string): TokenOwner {
    return token === 'team' ? { of: 'team' } : { of: 'developer', developer: ada };
  }

  function accept(delivery: Delivery): Receipt {
    note(faultInItems(delivery));
    return store.transaction(() => record(store, delivery));
  }
}

/** It is shown in a terminal. */
function faultInLine(line: string): string | undefined {
  const isFine = line !== '' && line.length < 1000 && !/\p{Cc}|undefined|NaN|\[object|function/u.test(line);
  return isFine ? undefined : `a status line that is none: ${JSON.stringify(line)}`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
