import { describe, expect, test } from 'vitest';
import { windowThreshold } from '../../src/detectors/window-threshold.ts';
import { DEFAULT_LEVELS } from '../../src/model/settings.ts';
import type { Forecast } from '../../src/windows/forecast.ts';
import { minutes, thresholdFinding, window } from '../support/builders.ts';

const LASTS: Forecast = { pace15: undefined, pace60: undefined, earliest: undefined, latest: undefined };

describe('a window', () => {
  test.each([
    [79.9, undefined],
    [80, 80],
    [89, 80],
    [90, 90],
    [99, 90],
    [100, 100],
    [130, 100],
  ])('at %d percent has passed the level %s', (usedPercent, level) => {
    expect(windowThreshold(window({ usedPercent }), LASTS, { levels: DEFAULT_LEVELS })?.level).toBe(level);
  });

  test('is told with its percentage and with when it runs out', () => {
    const forecast = { ...LASTS, pace15: 10, earliest: minutes(40), latest: minutes(90) };
    expect(windowThreshold(window({ usedPercent: 93 }), forecast, { levels: DEFAULT_LEVELS })).toEqual(
      thresholdFinding({ level: 90, usedPercent: 93, isPaceKnown: true, runsOutAt: minutes(40) }),
    );
  });

  test('may have any levels, in any order, or none', () => {
    const passed = (levels: readonly number[]) =>
      windowThreshold(window({ usedPercent: 60 }), LASTS, { levels })?.level;
    expect(passed([75, 25, 50])).toBe(50);
    expect(passed([])).toBeUndefined();
  });
});
