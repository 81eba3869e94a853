import { expect, test } from 'vitest';
import { completeUser } from '../../src/workspace/slack-user.ts';

test.for([
  ['U000000ADA', { deleted: false, is_owner: true, is_primary_owner: true }],
  ['U0000GRACE', { deleted: false, is_owner: false, is_primary_owner: false }],
  ['U00000JOAN', { deleted: true, is_owner: false, is_primary_owner: false }],
] as const)('%s is told with %j and a time zone', ([id, expected]) => {
  expect(completeUser({ id, name: 'kept' }, 'UTC')).toMatchObject({ id, name: 'kept', tz: 'UTC', ...expected });
});

test('what is no user stays as it is', () => {
  expect(completeUser('U000000ADA', 'UTC')).toBe('U000000ADA');
});
