import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createClientProcesses } from '../../src/detectors/client-processes.ts';
import { type EpochMs, plus } from '../../src/model/time.ts';
import { minutes, NOON, request, seconds } from '../support/builders.ts';

/** Which of these requests, as moments and sequences, come from a new process. */
function resumes(...requests: readonly (readonly [EpochMs, number | undefined])[]): readonly boolean[] {
  const processes = createClientProcesses();
  return requests.map(([endedAt, sequence]) => processes.isResumedBy(request({ endedAt, sequence })));
}

/** Those of these sequences, ten seconds apart, that come from a new process, by their position. */
function resumedAt(...sequences: readonly (number | undefined)[]): readonly number[] {
  const found = resumes(...sequences.map((sequence, n) => [seconds(n * 10), sequence] as const));
  return [...found.keys()].filter((n) => found[n]);
}

describe('a new client process', () => {
  test.each<[string, readonly (number | undefined)[], readonly number[]]>([
    ['is not the first', [4], []],
    ['is not one that goes on counting', [4, 20, 27], []],
    ['starts anew', [4, 20, 27, 4, 20], [3]],
    ['starts anew, and the old one goes on beside it', [4, 20, 27, 4, 20, 34, 25, 40], [3]],
    ['may start at the same number', [7, 7, 8], [1]],
    ['is one only once where two take turns', [101, 5, 106, 10, 111, 15, 116, 20], [1]],
    ['is one only once where two stand at the same number', [10, 10, 11, 11, 12, 12], [1]],
    ['is one each where three share a session', [301, 101, 5, 306, 106, 10, 311, 111], [1, 2]],
    ['is each of two resumes', [50, 3, 60, 2, 70], [1, 3]],
    ['is not one that skips many numbers', [3, 600], []],
    ['is not one that skips 500 numbers beside another', [1000, 0, 1010, 500], [1]],
    ['is one that would have to skip 501 beside another', [1000, 0, 1010, 501, 502], [1, 3]],
    ['is not seen without a sequence', [7, undefined, 8, undefined], []],
  ])('%s', (_, sequences, expected) => {
    expect(resumedAt(...sequences)).toEqual(expected);
  });

  test.each([
    ['still goes on after ten minutes of silence', minutes(10), false],
    ['was ended when it was silent for longer', plus(minutes(10), 1), true],
  ])('an older one that %s', (_, at, isResumed) => {
    expect(resumes([NOON, 101], [NOON, 5], [at, 106], [at, 10]).at(-1)).toBe(isResumed);
  });

  test('is told from the newest one however long that was silent', () => {
    expect(resumes([NOON, 27], [minutes(600), 34], [minutes(1200), 4])).toEqual([false, false, true]);
  });

  test('is told from the four that were heard last', () => {
    const five = [4001, 3001, 2001, 1001, 1] as const;
    expect(resumedAt(...five, 3002, 2002, 1002, 2)).toEqual([1, 2, 3, 4]);
    // Nobody remembers 4001, so 4002 seems to be a long step of the newest, and 2 begins anew.
    expect(resumedAt(...five, 4002, 2)).toEqual([1, 2, 3, 4, 6]);
  });

  test('is as many as there are where up to four far apart take turns in any order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ who: fc.nat(3), step: fc.integer({ min: 1, max: 9 }) }), { maxLength: 50 }),
        (turns) => {
          // They start far apart, the highest first, so that each is seen to be new.
          const counts = [3000, 2000, 1000, 0];
          const sequences = [...counts];
          for (const { who, step } of turns) {
            counts[who] = (counts[who] ?? 0) + step;
            sequences.push(counts[who] ?? 0);
          }
          expect(resumedAt(...sequences)).toEqual([1, 2, 3]);
        },
      ),
    );
  });
});
