import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLimitText } from '../../src/collector/limit-text.ts';
import { type EpochMs, epochMs, MINUTE_MS } from '../../src/model/time.ts';

const at = (iso: string): EpochMs => epochMs(Date.parse(iso));

/** A Monday. */
const NOW = at('2026-11-23T07:30:00Z');
const read = (text: string, now = NOW) => parseLimitText(text, now, 'America/New_York');

describe('a limit text names its window and its reset', () => {
  test.each([
    ["You've hit your 5-hour limit · resets 9:32am (UTC)", 'five_hour', '', '2026-11-23T09:32:00Z'],
    ["You've hit your session limit · resets 3:45am", 'five_hour', '', '2026-11-23T08:45:00Z'],
    ['You’ve hit your session limit · resets 1pm (Europe/Rome)', 'five_hour', '', '2026-11-23T12:00:00Z'],
    ["You've hit your session limit · resets 8:30pm (Asia/Tokyo)", 'five_hour', '', '2026-11-23T11:30:00Z'],
    ['You have hit your session limit · resets 11am (UTC)', 'five_hour', '', '2026-11-23T11:00:00Z'],
    ["You've hit your limit · resets 11pm (America/Anchorage)", 'five_hour', '', '2026-11-23T08:00:00Z'],
    ["You've hit your limit · resets Nov 25, 5pm (UTC)", 'seven_day', '', '2026-11-25T17:00:00Z'],
    ["You've hit your usage limit · resets 11:00 am (UTC)", 'five_hour', '', '2026-11-23T11:00:00Z'],
    ["You've hit your weekly limit · resets Nov 26, 1pm (Europe/Paris)", 'seven_day', '', '2026-11-26T12:00:00Z'],
    ["You've hit your weekly limit · resets Nov 27 at 7pm", 'seven_day', '', '2026-11-28T00:00:00Z'],
    ["You've hit your weekly limit · resets November 27, 2026 at 7pm (UTC)", 'seven_day', '', '2026-11-27T19:00:00Z'],
    ["You've hit your weekly limit · resets Mon 12:00am (UTC)", 'seven_day', '', '2026-11-30T00:00:00Z'],
    ["You've hit your weekly limit · resets Thu 9am (Asia/Jerusalem)", 'seven_day', '', '2026-11-26T07:00:00Z'],
    ["You've hit your weekly limit · resets 4am (Europe/Madrid)", 'seven_day', '', '2026-11-24T03:00:00Z'],
    ["You've hit your Opus limit · resets 3:45pm (UTC)", 'seven_day', 'opus', '2026-11-23T15:45:00Z'],
    ["You've hit your weekly Opus limit · resets Nov 24, 1pm (UTC)", 'seven_day', 'opus', '2026-11-24T13:00:00Z'],
    ["You've hit your Sonnet limit · resets 3:45pm (UTC)", 'seven_day', 'sonnet', '2026-11-23T15:45:00Z'],
    ["You've reached your Fable 5 limit · resets Nov 24, 1pm (UTC)", 'seven_day', 'fable', '2026-11-24T13:00:00Z'],
    ["You've reached your Fable 5.1 limit · resets Nov 24, 1pm (UTC)", 'seven_day', 'fable', '2026-11-24T13:00:00Z'],
    ['5-hour limit reached ∙ resets 3am', 'five_hour', '', '2026-11-23T08:00:00Z'],
    ['Session limit reached ∙ resets 7:00 AM', 'five_hour', '', '2026-11-23T12:00:00Z'],
    ['Weekly limit reached ∙ resets Nov 25, 5pm', 'seven_day', '', '2026-11-25T22:00:00Z'],
    ['Opus weekly limit reached ∙ resets Nov 25, 5pm', 'seven_day', 'opus', '2026-11-25T22:00:00Z'],
    [
      'Claude usage limit reached. Your limit will reset at 9am (America/Santiago).',
      'five_hour',
      '',
      '2026-11-23T12:00:00Z',
    ],
    ['Claude AI usage limit reached|1795426260', 'five_hour', '', '2026-11-23T09:31:00Z'],
    ["  ⎿  You've hit your session limit · resets 11:45 (UTC)", 'five_hour', '', '2026-11-23T11:45:00Z'],
  ])('%s', (text, ...[kind, scope, resetsAt]) => {
    expect(read(text)).toEqual({ kind, scope, resetsAt: at(resetsAt) });
  });
});

describe('a text that is no limit with a reset tells nothing', () => {
  test.each([
    'API Error: Request rejected (429) · This request would exceed your rate limit.',
    'API Error: Server is temporarily limiting requests (not your usage limit) · resets 3pm',
    "You've hit your rate limit · resets 3pm",
    "You've hit your monthly spend limit · raise it at claude.ai/settings/usage",
    'Context limit reached · /compact or /clear to continue',
    "You've reached your Fable limit. Run /usage-credits to continue or switch models with /model.",
    "You've hit your session limit",
    "You've hit your session limit · resets soon",
    "You've hit your session limit · resets 3",
    "You've hit your session limit · resets in 2h30m",
    "You've hit your session limit · resets 25:10",
    "You've hit your session limit · resets 13pm",
    "You've hit your session limit · resets 0am",
    "You've hit your session limit · resets 3:75pm",
    "You've hit your session limit · resets 3pm (Mars/Olympus)",
    "You've hit your weekly limit · resets Feb 30, 3pm (UTC)",
    "You've hit your weekly target · resets 3pm",
    'Claude AI usage limit reached|1595426260',
    'ok',
    '',
  ])('%s', (text) => {
    expect(read(text)).toBeUndefined();
  });
});

describe('a time without a date is the next such moment in its zone', () => {
  test.each([
    ['a minute ahead', '2026-11-23T09:31:00Z', '2026-11-23T09:32:00Z'],
    ['at the reset itself', '2026-11-23T09:32:00Z', '2026-11-23T09:32:00Z'],
    ['ten minutes after the reset', '2026-11-23T09:42:00Z', '2026-11-23T09:32:00Z'],
    ['eleven minutes after the reset', '2026-11-23T09:43:00Z', '2026-11-24T09:32:00Z'],
    ['past midnight', '2026-11-23T23:59:00Z', '2026-11-24T09:32:00Z'],
  ])('%s', (_case, now, resetsAt) => {
    const hit = read("You've hit your weekly limit · resets 9:32am (UTC)", at(now));
    expect(hit?.resetsAt).toBe(at(resetsAt));
  });

  test.each([
    [
      'just past midnight the reset before it is still meant',
      '12:00am',
      '2026-11-23T00:05:00Z',
      '2026-11-23T00:00:00Z',
    ],
    ['a zone may already be on the next day', '1am (Pacific/Auckland)', '2026-11-23T11:30:00Z', '2026-11-23T12:00:00Z'],
  ])('%s', (_case, time, ...[now, resetsAt]) => {
    const hit = parseLimitText(`You've hit your session limit · resets ${time}`, at(now), 'UTC');
    expect(hit?.resetsAt).toBe(at(resetsAt));
  });

  test.each([
    ['before the clock is set back, a doubled time is the first one', '2026-10-25T00:00:00Z', '2026-10-25T00:30:00Z'],
    ['after its first turn, a doubled time is the second one', '2026-10-25T00:45:00Z', '2026-10-25T01:30:00Z'],
    ['on the day after, it is unique again', '2026-10-25T01:45:00Z', '2026-10-26T01:30:00Z'],
    ['a time that the clock skips is the one an hour later', '2026-03-28T23:00:00Z', '2026-03-29T01:30:00Z'],
  ])('%s', (_case, now, resetsAt) => {
    const hit = read("You've hit your weekly limit · resets 2:30am (Europe/Berlin)", at(now));
    expect(hit?.resetsAt).toBe(at(resetsAt));
  });
});

describe('a five-hour window resets within five hours, or its text tells nothing', () => {
  test.each([
    ['five hours and the grace ahead', '12:40pm (UTC)', '2026-11-23T12:40:00Z'],
    ['a minute further', '12:41pm (UTC)', undefined],
    ['a clock without a zone, read in one that is not the sender’s', '9:32am', undefined],
    ['a wrong zone', '9:32am (Asia/Tokyo)', undefined],
    ['a date', 'Nov 25, 5pm (UTC)', undefined],
  ])('%s', (_case, time, resetsAt) => {
    expect(read(`You've hit your session limit · resets ${time}`)?.resetsAt).toBe(resetsAt && at(resetsAt));
  });

  test('also where the text carries the reset itself', () => {
    const seconds = at('2026-11-25T00:00:00Z') / 1000;
    expect(read(`Claude AI usage limit reached|${seconds}`)).toBeUndefined();
  });
});

describe('a date has no year', () => {
  const weekly = (date: string, now: string) => read(`You've hit your weekly limit · resets ${date} (UTC)`, at(now));

  test('in December a date in January is next year', () => {
    expect(weekly('Jan 3, 1pm', '2026-12-30T12:00:00Z')?.resetsAt).toBe(at('2027-01-03T13:00:00Z'));
  });
  test('on 1 January a reset just before midnight is last year', () => {
    expect(weekly('Dec 31, 11:59pm', '2027-01-01T00:05:00Z')?.resetsAt).toBe(at('2026-12-31T23:59:00Z'));
  });
  test('a date that passed is not taken for one a year ahead', () => {
    expect(weekly('Nov 22, 1pm', '2026-11-23T12:00:00Z')).toBeUndefined();
  });
});

test('a limit text of any time and zone resets within a day, at that time of day', () => {
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland');
  const now = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') }).map(epochMs);
  const cases = fc.record({
    hour: fc.integer({ min: 1, max: 12 }),
    half: fc.constantFrom('am', 'pm'),
    zone: zones,
    now,
  });
  fc.assert(
    fc.property(cases, ({ hour, half, zone, now: then }) => {
      const resets = `resets ${hour}${half} (${zone})`;
      const weekly = read(`You've hit your weekly limit · ${resets}`, then)?.resetsAt;
      const ahead = (weekly ?? Number.NaN) - then;
      expect(ahead).toBeGreaterThanOrEqual(-10 * MINUTE_MS);
      // A day of 25 hours is the longest.
      expect(ahead).toBeLessThanOrEqual(25 * 60 * MINUTE_MS);
      const session = read(`You've hit your session limit · ${resets}`, then)?.resetsAt;
      expect(session).toBe(ahead <= 310 * MINUTE_MS ? weekly : undefined);
    }),
  );
});

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void read(text)));
  fc.assert(fc.property(fc.string(), (text) => void read(`You've hit your ${text} limit · resets ${text} (${text})`)));
});
