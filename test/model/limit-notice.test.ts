import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitNotice, MONTHS, noticeText, WEEKDAYS } from '../../src/model/limit-notice.ts';

const ZONE = 'Europe/Berlin';

test.each([
  ["You've hit your 5-hour limit · resets 9:32am (UTC)", 'hit your session limit · resets 9:32am (UTC)'],
  ["You've hit your session limit · resets 3:45pm", 'hit your session limit · resets 3:45pm (Europe/Berlin)'],
  ["You've hit your weekly limit · resets Nov 27 at 7pm", 'hit your weekly limit · resets Nov 27, 7pm (Europe/Berlin)'],
  [
    "You've hit your weekly limit · resets Thu 9am (Asia/Jerusalem)",
    'hit your weekly limit · resets Thu 9am (Asia/Jerusalem)',
  ],
  ["You've reached your Fable 5.1 limit · resets Nov 24, 1pm (UTC)", 'hit your fable limit · resets Nov 24, 1pm (UTC)'],
  ['Claude AI usage limit reached|1795426260', 'session limit reached|1795426260'],
])('%s is said in short', (text, short) => {
  const notice = limitNotice(text);
  expect(notice && noticeText(notice, ZONE)).toBe(short);
});

const optional = (words: readonly string[]) => fc.option(fc.constantFrom(...words), { nil: undefined });
const date = fc.record({
  month: fc.constantFrom(...MONTHS),
  day: fc.constantFrom('1', '24'),
  year: optional(['2026']),
});
const weekday = fc.record({ weekday: optional(WEEKDAYS) });
const moment = fc
  .tuple(fc.oneof(date, weekday), fc.constantFrom('3', '11'), optional(['05']), fc.constantFrom('a', 'p'))
  .map(([day, hour, minute, half]) => ({ ...day, hour, minute, half, zone: ZONE }));
const resets = fc.oneof(moment, fc.constant({ epochSeconds: 1_795_426_260 }));
const which = fc.constantFrom(
  { kind: 'five_hour', scope: '' },
  { kind: 'seven_day', scope: '' },
  { kind: 'seven_day', scope: 'opus' },
);

test('what is said in short is read back as it was', () => {
  fc.assert(
    fc.property(which, resets, (limit, when) => {
      expect(limitNotice(noticeText({ ...limit, resets: when }, 'UTC'))).toEqual({ ...limit, resets: when });
    }),
  );
});
