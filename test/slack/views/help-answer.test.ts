import { describe, expect, test } from 'vitest';
import { quotaQuestion } from '../../../src/slack/quota-words.ts';
import { COMMANDS, helpAnswer, unknownCommandAnswer } from '../../../src/slack/views/help-answer.ts';
import { fine, linesOf } from '../seen.ts';

describe('help', () => {
  test('has a line for each command', () => {
    const message = fine(helpAnswer());
    expect(message.text).toBe('What /quota understands');
    expect(linesOf(message)).toHaveLength(1 + COMMANDS.length);
  });

  test.each(COMMANDS.map(({ word }) => word).filter((word) => word !== '@user'))(
    'names no command that /quota does not know: "%s"',
    (word) => {
      expect(quotaQuestion(word).is).not.toBe('unknown');
    },
  );
});

describe('the answer to an unknown word', () => {
  test('offers the nearest command, and all others below', () => {
    const message = fine(unknownCommandAnswer('incidnets', 'incidents'));
    expect(message.text).toBe('I do not know “incidnets”. Did you mean `/quota incidents`?');
    expect(linesOf(message)).toEqual([message.text, ...linesOf(helpAnswer())]);
  });

  test('offers nothing where nothing is near', () => {
    expect(fine(unknownCommandAnswer('weather', undefined)).text).toBe('I do not know “weather”.');
  });
});
