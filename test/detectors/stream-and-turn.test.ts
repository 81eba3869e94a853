import { describe, expect, test } from 'vitest';
import { streamOf } from '../../src/detectors/stream.ts';
import { evidenceOf, rewrittenTokens } from '../../src/detectors/turn.ts';
import { MODEL, NOON, readWrite, request, seconds, turn } from '../support/builders.ts';

describe('the stream of a request', () => {
  test.each([
    ['the main conversation on its model', { origin: 'main' }, `main ${MODEL}`],
    ['one sub-agent on its model', { origin: 'agent', agent: 'a1' }, `agent:a1 ${MODEL}`],
    ['a mix where an old client does not say', { origin: 'unknown' }, `mixed ${MODEL}`],
    ['none for a background request', { origin: 'background' }, undefined],
  ] as const)('is %s', (_, part, stream) => {
    expect(streamOf(request(part))).toBe(stream);
  });

  test('is another one on another model', () => {
    expect(streamOf(request({ model: 'claude-opus-5-5' }))).toBe('main claude-opus-5-5');
  });
});

describe('what a turn wrote again', () => {
  const previous = readWrite(NOON, 60_000, 15_000);
  const now = { ...readWrite(seconds(10), 15_000, 65_000), inputTokens: 5 };

  test.each([
    ['is the predecessor’s cached prefix less what it read', { previous, verdict: { is: 'miss' } }, 60_000],
    ['is counted when it is explained, too', { previous, verdict: { is: 'explained', by: 'resume' } }, 60_000],
    ['is nothing for a hit', { previous, verdict: { is: 'hit' } }, 0],
    ['is nothing for a first request', { verdict: { is: 'first' } }, 0],
  ] as const)('%s', (_, part, tokens) => {
    expect(rewrittenTokens(turn({ request: now, ...part }))).toBe(tokens);
  });

  test('is never less than nothing', () => {
    const more = turn({ request: readWrite(seconds(10), 80_000, 0), previous, verdict: { is: 'miss' } });
    expect(rewrittenTokens(more)).toBe(0);
  });

  test('is the evidence, with what it cost', () => {
    expect(evidenceOf(turn({ request: now, previous, verdict: { is: 'miss' }, gapMs: 10_000 }))).toEqual({
      at: seconds(10),
      gapMs: 10_000,
      contextTokens: 80_005,
      expectedTokens: 75_000,
      readTokens: 15_000,
      writtenTokens: 65_000,
      rewrittenTokens: 60_000,
      extraCostMicros: 144_000,
      arrivedLate: false,
    });
  });

  test('could have been nothing before a first request', () => {
    expect(evidenceOf(turn({ verdict: { is: 'first' }, arrivedLate: true }))).toMatchObject({
      expectedTokens: 0,
      arrivedLate: true,
    });
  });
});
