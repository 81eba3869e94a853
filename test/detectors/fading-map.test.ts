import { describe, expect, test } from 'vitest';
import { createFadingMap } from '../../src/detectors/fading-map.ts';
import { HOUR_MS } from '../../src/model/time.ts';
import { hours, minutes, NOON } from '../support/builders.ts';

describe('a fading map', () => {
  test('forgets what was set longer ago than it is kept, once something newer is set', () => {
    const map = createFadingMap<string>(HOUR_MS);
    map.set('old', 'a', NOON);
    map.set('young', 'b', minutes(1));
    expect(map.get('old')).toBe('a');
    map.set('new', 'c', minutes(61));
    expect(map.get('old')).toBeUndefined();
    expect(map.values()).toEqual(['b', 'c']);
  });

  test('keeps what is set again and again', () => {
    const map = createFadingMap<number>(HOUR_MS);
    map.set('old', 0, NOON);
    for (let hour = 0; hour <= 5; hour += 1) map.set('lively', hour, hours(hour));
    expect(map.values()).toEqual([5]);
  });

  test('stays as small as what is in use', () => {
    const map = createFadingMap<number>(HOUR_MS);
    for (let n = 0; n < 6667; n += 1) map.set(`agent ${n}`, n, minutes(n));
    expect(map.values()).toHaveLength(61);
  });
});
