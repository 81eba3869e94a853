import { developerId, sessionId } from '../../model/ids.ts';
import type { CacheIncident } from '../../model/incident.ts';
import { type EpochMs, MINUTE_MS, plus, SECOND_MS } from '../../model/time.ts';
import type { Reading } from './alert-words.ts';
import { type Message, section } from './blocks.ts';
import { incidentAlert } from './incident-alert.ts';
import { nextStepText } from './next-step.ts';

/** An alert of something that never happened, with controls that only say so: shows an admin that the channel is reached, and what to expect. */
export function sampleAlert(reading: Reading): Message {
  const { text, blocks } = incidentAlert({
    incident: madeUp(reading.now),
    handle: 'sample',
    who: 'A developer',
    next: nextStepText({ is: 'start_fresh', cause: 'messages_rewritten' }, reading),
    nameOf: (slackUser) => `<@${slackUser}>`,
    ...reading,
  });
  return {
    text: `Sample: ${text}`,
    blocks: [
      section(
        ':test_tube: *This is a sample.* An admin asked for it with `/quota test`: nothing happened, and nothing was counted. A real alert looks like this:',
      ),
      ...blocks,
    ],
  };
}

/** Nine turns of a session that rewrote their history, like the bug of March 2026. */
function madeUp(now: EpochMs): CacheIncident {
  const turns = Array.from({ length: 9 }, (_, index) => ({
    at: plus(now, (index - 9) * MINUTE_MS),
    gapMs: 20 * SECOND_MS,
    contextTokens: 152_000,
    expectedTokens: 150_000,
    readTokens: 14_500,
    writtenTokens: 137_500,
    rewrittenTokens: 135_500,
    extraCostMicros: 467_000,
    arrivedLate: false,
  }));
  return {
    kind: 'cache_invalidation',
    developer: developerId(0),
    subject: 'sample',
    severity: 'critical',
    openedAt: plus(now, -9 * MINUTE_MS),
    lastEvidenceAt: plus(now, -MINUTE_MS),
    isLate: false,
    evidence: {
      session: sessionId('sample'),
      model: 'claude-sonnet-5-5',
      clientVersion: '2.1.89',
      cause: 'messages_rewritten',
      streams: [],
      misses: turns.length,
      consecutive: turns.length,
      rewrittenTokens: turns.reduce((sum, turn) => sum + turn.rewrittenTokens, 0),
      floorTokens: 14_500,
      extraCostMicros: turns.reduce((sum, turn) => sum + turn.extraCostMicros, 0),
      firstMissAt: plus(now, -9 * MINUTE_MS),
      turns,
    },
  };
}
