import { expect, test } from 'vitest';
import { openAgainReply } from '../../../src/slack/views/open-again-reply.ts';
import { hours, minutes } from '../../support/builders.ts';
import { HOSTILE_TEXTS } from '../hostile-texts.ts';
import { broken, lockedOut, over } from '../incidents.ts';
import { fine, linesOf } from '../seen.ts';

const READING = { now: minutes(20), zone: 'UTC' };
const told = (incident: Parameters<typeof openAgainReply>[0]) => linesOf(fine(openAgainReply(incident, READING)));
const THROUGH = ':white_check_mark: Open again. A request went through: you can go on.';

test('a window that was reset is open again', () => {
  expect(told(over(lockedOut(), 'reset', hours(4)))).toEqual([
    ':white_check_mark: Open again. The window was reset: you can go on.',
  ]);
});

test('a request that goes through before the reset is probably paid, and said to be inferred', () => {
  expect(told(over(lockedOut(), 'open_again'))).toEqual([
    THROUGH,
    'The five-hour window resets only at 16:00, so this is probably paid usage: credits, at API prices. No feed says so; it is inferred. Without credits, the limit was lifted early.',
  ]);
});

test.each([
  ['after the reset', over(lockedOut(), 'open_again', hours(5))],
  ['of a gateway’s limit', over(lockedOut({ windowKind: 'spend_limit' }), 'open_again')],
  ['of no lock-out', over(broken(), 'open_again')],
])('a request that goes through %s is no reason to think of money', (_, incident) => {
  expect(told(incident)).toEqual([THROUGH]);
});

test.each(HOSTILE_TEXTS)('a window that others named stays text: %s', (_, text) => {
  expect(told(over(lockedOut({ windowKind: text, scope: text }), 'open_again'))).toHaveLength(2);
});
