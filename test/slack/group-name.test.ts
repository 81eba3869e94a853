import { expect, test } from 'vitest';
import { groupName } from '../../src/slack/group-name.ts';

const NOBODY = 'A developer';

test.each([
  [['Ada'], 'Ada'],
  [['Ada', 'Grace'], 'Ada and Grace'],
  [['Ada', 'Grace', 'Alan'], 'Ada, Grace and Alan'],
  [['Ada', NOBODY, NOBODY], 'Ada and 2 other developers'],
  [[NOBODY, 'Ada', 'Grace'], 'Ada, Grace and 1 other developer'],
  [['Ada', 'Grace', 'Alan', 'Edsger', NOBODY], 'Ada, Grace, Alan and 2 other developers'],
  [['Ada', 'Ada'], 'Ada and 1 other developer'],
  [[NOBODY], '1 developer'],
  [[NOBODY, NOBODY, NOBODY], '3 developers'],
])('%j is %s', (names, said) => {
  expect(groupName(names)).toBe(said);
});
