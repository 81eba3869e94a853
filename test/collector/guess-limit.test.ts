import { expect, test } from 'vitest';
import { createGuessLimit } from '../../src/collector/guess-limit.ts';
import { MINUTE_MS, plus } from '../../src/model/time.ts';
import { NOW } from './a-collector.ts';

function guess(limit: ReturnType<typeof createGuessLimit>, count: number, address = '10.0.0.1') {
  for (let index = 0; index < count; index += 1) {
    limit.retryAfterS(address, NOW);
    limit.wrong(address, `qw_${index}`);
  }
}

test('twenty different wrong tokens within a minute close an address for the rest of it', () => {
  const limit = createGuessLimit();
  guess(limit, 19);
  expect(limit.retryAfterS('10.0.0.1', NOW)).toBeUndefined();
  guess(limit, 20);
  expect(limit.retryAfterS('10.0.0.1', plus(NOW, 15_000))).toBe(45);
  expect(limit.retryAfterS('10.0.0.2', plus(NOW, 15_000))).toBeUndefined();
  expect(limit.retryAfterS('10.0.0.1', plus(NOW, MINUTE_MS))).toBeUndefined();
});

test('one wrong token, sent again and again, closes nothing', () => {
  const limit = createGuessLimit();
  for (let index = 0; index < 1000; index += 1) limit.wrong('10.0.0.1', 'qw_revoked');
  expect(limit.retryAfterS('10.0.0.1', NOW)).toBeUndefined();
});

test('ten thousand addresses are as many as are remembered', () => {
  const limit = createGuessLimit();
  guess(limit, 20);
  for (let index = 0; index < 10_000; index += 1) limit.wrong(`address ${index}`, 'qw_x');
  expect(limit.retryAfterS('10.0.0.1', NOW)).toBeUndefined();
});
