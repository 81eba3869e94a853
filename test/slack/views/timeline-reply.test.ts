import { describe, expect, test } from 'vitest';
import { type LifeEvent, timelineReply } from '../../../src/slack/views/timeline-reply.ts';
import { minutes } from '../../support/builders.ts';
import { fine, linesOf, shown } from '../seen.ts';

const ADA = 'U000000ADA';
const TOLD = {
  now: minutes(20),
  zone: 'UTC',
  nameOf: (slackUser: string) => `<@${slackUser}>`,
  kind: 'cache_invalidation',
} as const;
const at = minutes(5);

const lineOf = (event: LifeEvent, kind: typeof TOLD.kind | 'fleet_regression' = TOLD.kind) =>
  linesOf(fine(timelineReply([event], { ...TOLD, kind })));

describe('the timeline in a thread', () => {
  test.each<[LifeEvent, string]>([
    [{ at, event: 'opened' }, ':mag: 12:05 · First seen'],
    [{ at, event: 'escalated', detail: 'critical' }, ':rotating_light: 12:05 · Worse: now critical'],
    [{ at, event: 'escalated', detail: 'warning' }, ':rotating_light: 12:05 · Worse: now a warning'],
    [{ at, event: 'escalated' }, ':rotating_light: 12:05 · Worse: now more serious'],
    [{ at, event: 'reopened' }, ':warning: 12:05 · It is back'],
    [{ at, event: 'resolved', detail: 'healthy' }, ':white_check_mark: 12:05 · Over: the cache works again'],
    [{ at, event: 'resolved', detail: 'quiet' }, ':white_check_mark: 12:05 · Over: nothing more happened'],
    [{ at, event: 'resolved' }, ':white_check_mark: 12:05 · Over: nothing more happened'],
    [{ at, event: 'resolved', detail: 'overtaken' }, ':arrow_right: 12:05 · A later message says more'],
    [{ at, event: 'acknowledged', by: ADA }, `:eyes: 12:05 · Acknowledged by <@${ADA}>`],
    [{ at, event: 'acknowledged' }, ':eyes: 12:05 · Acknowledged by somebody'],
    [{ at, event: 'snoozed', by: ADA, detail: String(minutes(65)) }, `:zzz: 12:05 · Snoozed by <@${ADA}> until 13:05`],
    [{ at, event: 'snoozed', by: ADA }, `:zzz: 12:05 · Snoozed by <@${ADA}>`],
    [{ at, event: 'snoozed', by: ADA, detail: 'soon' }, `:zzz: 12:05 · Snoozed by <@${ADA}>`],
    [{ at, event: 'planned', by: ADA }, `:calendar: 12:05 · Marked as planned by <@${ADA}>`],
    [{ at, event: 'false_alarm', by: ADA }, `:no_bell: 12:05 · Marked as a false alarm by <@${ADA}>`],
  ])('says %j', (event, line) => {
    expect(lineOf(event)).toEqual([line]);
    expect(shown(fine(timelineReply([event], TOLD)).text)).toBe(line);
  });

  test('says of a regression how it ended', () => {
    expect(lineOf({ at, event: 'resolved', detail: 'healthy' }, 'fleet_regression')).toEqual([
      ':white_check_mark: 12:05 · Over: no worse than other versions any more',
    ]);
  });

  test('has a line for each, oldest first, and notifies of the newest', () => {
    const reply = fine(
      timelineReply(
        [
          { at, event: 'reopened' },
          { at: minutes(6), event: 'escalated', detail: 'critical' },
          { at: minutes(7), event: 'resolved', detail: 'quiet' },
        ],
        TOLD,
      ),
    );
    expect(linesOf(reply).map((line) => line.split(' ')[1])).toEqual(['12:05', '12:06', '12:07']);
    expect(shown(reply.text)).toBe(':white_check_mark: 12:07 · Over: nothing more happened (and 2 more updates)');
  });

  test('of very many tells the newest 20', () => {
    const lines = linesOf(
      fine(
        timelineReply(
          Array.from({ length: 500 }, () => ({ at, event: 'reopened' })),
          TOLD,
        ),
      ),
    );
    expect(lines).toHaveLength(21);
    expect(lines[0]).toBe('480 earlier updates left out');
  });
});
