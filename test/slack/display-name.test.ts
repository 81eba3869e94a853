import { describe, expect, test } from 'vitest';
import type { Developer } from '../../src/model/developer.ts';
import { displayName, mayName } from '../../src/slack/display-name.ts';
import { DEVELOPER } from '../support/builders.ts';

function developer(part: Partial<Developer> = {}): Developer {
  return {
    id: DEVELOPER,
    email: 'ada@example.com',
    slackUser: 'U000000ADA',
    name: 'Ada Lovelace',
    timeZone: 'Europe/London',
    plan: undefined,
    hasConsentedToNames: false,
    ...part,
  };
}

describe('whether the channel may name a developer', () => {
  test.each([
    ['always', false, true],
    ['always', true, true],
    ['never', true, false],
    ['never', false, false],
    ['consent', false, false],
    ['consent', true, true],
  ] as const)('with %s and consent %s: %s', (names, hasConsentedToNames, isNamed) => {
    expect(mayName(developer({ hasConsentedToNames }), names)).toBe(isNamed);
    expect(displayName(developer({ hasConsentedToNames }), names) !== 'A developer').toBe(isNamed);
  });
});

describe('how a channel speaks of a developer', () => {
  test.each<[string, Developer | undefined, string]>([
    ['by a mention where Slack knows them', developer(), '<@U000000ADA>'],
    ['by name where it does not', developer({ slackUser: undefined }), 'Ada Lovelace'],
    ['by what stands before the @', developer({ slackUser: undefined, name: undefined }), 'ada'],
    [
      'by no name where there is none',
      developer({ slackUser: undefined, name: undefined, email: undefined }),
      'A developer',
    ],
    ['by no name where it is blank', developer({ slackUser: undefined, name: ' ' }), 'A developer'],
    ['harmlessly', developer({ slackUser: undefined, name: '<!channel>' }), '&lt;!channel&gt;'],
    ['by no name where they are gone', undefined, 'A developer'],
  ])('%s', (_, known, name) => {
    expect(displayName(known, 'always')).toBe(name);
  });

  test('never by an address', () => {
    expect(displayName(developer({ slackUser: undefined, name: undefined }), 'always')).not.toContain('@');
  });
});
