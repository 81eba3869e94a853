import { isDeepStrictEqual } from 'node:util';
import { Refused } from '../refused.ts';
import { isMade, type Made, make, takeBack } from './edit.ts';
import type { OwnEdits } from './own-edits.ts';

export interface Plan {
  readonly text: string;
  readonly made: readonly Made[];
}

/**
 * Makes the edits in a text of settings, and reads the outcome again: our values stand in it, and without them it says what
 * it said before. Throws `Refused` otherwise.
 */
export function plan(before: string, edits: OwnEdits['edits']): Plan {
  const made: Made[] = [];
  let text = before;
  for (const edit of edits) {
    const step = make(text, edit);
    text = step.text;
    made.push(step.made);
  }
  if (!isSound(before, { text, made })) throw new Refused('The settings cannot be edited safely. Nothing was changed.');
  return { text, made };
}

function isSound(before: string, { text, made }: Plan): boolean {
  const undone = made.toReversed().reduce(takeBack, text);
  return made.every((edit) => isMade(text, edit)) && isDeepStrictEqual(JSON.parse(undone), JSON.parse(before));
}
