import { createHmac } from 'node:crypto';
import { DateTime } from 'luxon';
import type { DeveloperId } from '../model/ids.ts';
import type { EpochMs } from '../model/time.ts';
import { ANIMALS } from './animals.ts';

/** What pseudonyms are made with. */
export interface PseudonymOf {
  /** Of the installation: without it nobody can compute whose a pseudonym is. */
  readonly secret: Uint8Array;
  readonly at: EpochMs;
  /** The team's: its ISO weeks are those of the pseudonyms. */
  readonly zone: string;
}

/**
 * What to call people who are not to be named: an animal for each, the same within an ISO week, another one in the next.
 * Where two of them are the same animal, both have a number behind it, which is also theirs for the week.
 */
export function pseudonyms(
  developers: readonly DeveloperId[],
  { secret, at, zone }: PseudonymOf,
): ReadonlyMap<DeveloperId, string> {
  const week = DateTime.fromMillis(at, { zone }).toFormat("kkkk-'W'WW");
  const drawn = [...new Set(developers)].map((developer) => ({
    developer,
    digits: createHmac('sha256', secret).update(`${week} ${developer}`).digest(),
  }));
  const sameAnimals = Map.groupBy(drawn, ({ digits }) => animalOf(digits));
  return new Map([...sameAnimals].flatMap(([animal, same]) => namesOf(animal, same)));
}

interface Drawn {
  readonly developer: DeveloperId;
  /** 32 bytes; the first four choose the animal, the next six its number. */
  readonly digits: Buffer;
}

function animalOf(digits: Buffer): string {
  return ANIMALS[digits.readUInt32BE(0) % ANIMALS.length] ?? 'Heron';
}

/** Two digits tell most of them apart; where they do not, more of the same number. */
function namesOf(animal: string, same: readonly Drawn[]): readonly (readonly [DeveloperId, string])[] {
  if (same.length === 1) return same.map(({ developer }) => [developer, animal]);
  const numbers = same.map(({ digits }) => String(digits.readUIntBE(4, 6) % 1e12).padStart(12, '0'));
  const enough = [2, 3, 4, 6].find(
    (length) => new Set(numbers.map((all) => all.slice(0, length))).size === same.length,
  );
  return same.map(({ developer }, index) => [developer, `${animal} ${numbers[index]?.slice(0, enough ?? 12)}`]);
}
