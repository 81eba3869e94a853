import { describe, expect, test } from 'vitest';
import { quotaQuestion } from '../../../src/slack/quota-words.ts';
import {
  commandHelp,
  helpAnswer,
  unclearPersonAnswer,
  unknownCommandAnswer,
} from '../../../src/slack/views/help-answer.ts';
import { COMMANDS } from '../../../src/slack/views/quota-commands.ts';
import { readManifest } from '../../support/slack-schemas/read-manifest.ts';
import { fine, linesOf } from '../seen.ts';

const WORDS = COMMANDS.map(({ word }) => word);

describe('help', () => {
  test('has a line for each command, those for admins after the others', () => {
    const message = fine(helpAnswer());
    const usages = linesOf(message).flatMap((line) => /^`([^`]+)` {2}/.exec(line)?.[1] ?? []);
    expect(message.text).toBe('What /quota understands');
    expect(usages).toEqual(COMMANDS.map(({ usage }) => usage));
    expect(linesOf(message).indexOf('*For admins*')).toBe(usages.indexOf('/quota connect team') + 1);
  });

  test.each(WORDS.filter((word) => word !== '@user'))('names no command that /quota does not know: "%s"', (word) => {
    expect(['unknown', 'unclear_user']).not.toContain(quotaQuestion(word).is);
  });

  test.each(COMMANDS.filter(({ word }) => word !== '@user').map(({ usage }) => usage))(
    'gives examples that can be typed: %s',
    (usage) => {
      expect(quotaQuestion(usage.replace('/quota', '')).is).not.toMatch(/^un/);
    },
  );
});

describe('help with one command', () => {
  test.each(WORDS)('repeats its line and says more: "%s"', (word) => {
    const command = COMMANDS.find((one) => one.word === word);
    const [first, ...more] = linesOf(fine(commandHelp(word)));
    expect(first).toBe(`\`${command?.usage}\`  ${command?.says}`);
    expect(more.length).toBeGreaterThan(0);
  });

  test('says which are for admins', () => {
    const forAdmins = WORDS.filter((word) => linesOf(commandHelp(word)).includes('For admins alone.'));
    expect(forAdmins).toEqual(['connect team', 'tokens', 'settings', 'test']);
  });
});

describe('the answer to an unknown word', () => {
  test('offers the nearest command, and all others below', () => {
    const message = fine(unknownCommandAnswer('incidnets', 'incidents'));
    expect(message.text).toBe('I do not know “incidnets”. Did you mean `/quota incidents`?');
    expect(linesOf(message)).toEqual([message.text, ...linesOf(helpAnswer())]);
  });

  test('offers /quota alone for words that mean it', () => {
    expect(fine(unknownCommandAnswer('usage', '')).text).toBe('I do not know “usage”. Did you mean `/quota`?');
  });

  test('offers nothing where nothing is near', () => {
    expect(fine(unknownCommandAnswer('weather', undefined)).text).toBe('I do not know “weather”.');
  });
});

test('a name that is no person is answered with how to ask about one', () => {
  expect(fine(unclearPersonAnswer()).text).toMatch('Type `/quota @`, choose the name from the list');
});

test('the hint that Slack shows while somebody types names commands that are understood, with help as the way to the rest', () => {
  const hint = /"usage_hint":"\[(?<words>[^"\]]+)\]"/.exec(JSON.stringify(readManifest().whole))?.groups?.words ?? '';
  const words: readonly string[] = hint.split(' | ');
  const known: readonly string[] = WORDS;
  expect(words.filter((word) => !known.includes(word))).toEqual([]);
  expect(words.at(-1)).toBe('help');
});
