import { expect, test } from 'vitest';
import { HOUR_MS } from '../../src/model/time.ts';
import { transcripts } from '../../src/simulation/transcript.ts';
import { SECRETS } from '../../src/simulation/transcript-text.ts';
import { NOON } from '../support/builders.ts';

const files = (seed: number, bytes: number) => [...transcripts({ seed, bytes, from: NOON, everyMs: HOUR_MS })];

test('made-up transcripts hold what is hard to count, and are the same for the same seed', () => {
  expect(files(3, 100_000)).toEqual(files(3, 100_000));
  expect(files(3, 100_000)).not.toEqual(files(4, 100_000));
  const made = files(3, 15_000_000);
  const lines = made
    .flatMap(({ text }) => text.trimEnd().split('\n'))
    .map((text) => ({ text, line: JSON.parse(text) }));
  const answers = lines.filter(({ line }) => line.type === 'assistant');
  const ids = answers.map(({ line }) => `${line.message.id} ${line.requestId}`);
  expect(ids.length).toBeGreaterThan(1.5 * new Set(ids).size);
  const has = (what: RegExp | string) =>
    lines.some(({ text }) => (typeof what === 'string' ? text.includes(what) : what.test(text)));
  for (const secret of SECRETS) expect(has(secret)).toBe(true);
  for (const shape of [
    '\\ud83d"',
    '"compact_boundary"',
    /"isSidechain":true,"agentId"/,
    /"toolUseResult".*"usage"/,
    /^\{[^{]*"type":"assistant","message"/,
    /^\{[^{]*"message".*"type":"assistant"/,
  ]) {
    expect([shape, has(shape)]).toEqual([shape, true]);
  }
  expect(answers.some(({ line }) => line.requestId === undefined)).toBe(true);
});
