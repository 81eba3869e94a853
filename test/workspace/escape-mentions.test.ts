import { expect, test } from 'vitest';
import { escapeMentions } from '../../src/workspace/escape-mentions.ts';

test.for([
  ['me', 'me'],
  ['@ada', '<@U000000ADA|ada>'],
  ['<@ada>', '<@U000000ADA|ada>'],
  ['<@U000000ADA>', '<@U000000ADA|ada>'],
  ['<@U000000ADA|ada>', '<@U000000ADA|ada>'],
  ['mute @Grace 2h', 'mute <@U0000GRACE|grace> 2h'],
  ['@nobody', '@nobody'],
  ['mail ada@alan.example', 'mail ada@alan.example'],
  ['@joan', '@joan'],
  ['#claude-summary', '<#C00CLAUDESUMS|claude-summary>'],
  ['#claude-quota #other', '<#C0CLAUDEQUOTA|claude-quota> #other'],
])('"%s" reaches the app as "%s"', ([typed = '', expected]) => {
  expect(escapeMentions(typed)).toBe(expected);
});
