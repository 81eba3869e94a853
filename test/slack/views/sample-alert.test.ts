import { describe, expect, test } from 'vitest';
import { sampleAlert } from '../../../src/slack/views/sample-alert.ts';
import { minutes } from '../../support/builders.ts';
import { fine, linesOf, wordsOf } from '../seen.ts';

describe('the sample', () => {
  const sample = fine(sampleAlert({ now: minutes(20), zone: 'UTC' }));

  test('says first that it is one, then looks like a real alert', () => {
    expect(wordsOf(sample)).toEqual([
      ':test_tube: *This is a sample.* An admin asked for it with `/quota test`: nothing happened, and nothing was counted. A real alert looks like this:',
      ':rotating_light: *Prompt cache broken: 9 turns rewrote 1.2M tokens* · A developer',
      'client 2.1.89 · claude-sonnet-5-5 · session `sample`',
      expect.stringMatching(/^The last turn read 15k of the 150k tokens/),
      '*Cost:* $4.20 more than hits at API prices',
      expect.stringMatching(/^\*Next:\* The client rewrote earlier messages: start a fresh session/),
      '9 misses in a row: certain · still read: 15k of system prompt and tools · since 12:11',
    ]);
    expect(sample.text).toBe('Sample: Prompt cache broken: 9 turns rewrote 1.2M tokens · A developer');
  });

  test('has the controls of an alert, which act on no incident', () => {
    expect(linesOf(sample)).toEqual(expect.arrayContaining(['Acknowledge', 'Snooze', 'Details', 'False alarm']));
    const values = JSON.stringify(sample).match(/(?<="value":")[^"]+/g) ?? [];
    expect(values.every((value) => /^(?:\w+:)?sample$/.test(value))).toBe(true);
  });
});
