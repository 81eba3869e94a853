import type { EpochMs } from '../../model/time.ts';

/** What an alert says, in the order in which it is read. All strings are mrkdwn, escaped where others wrote them. */
export interface AlertWords {
  /** The first line, made for a phone and a notification: plain words, at most 60 characters. */
  readonly title: string;
  /** Client, model, session, or when a window opens again. */
  readonly facts: readonly string[];
  /** Observed against expected, so that a sceptic can follow. */
  readonly why: string;
  /** What it took, or what it puts out of sight; undefined for what is about a window itself: its facts say what is left. */
  readonly cost: CostWords | undefined;
  /** How sure this is, and by which rule. */
  readonly footnote: readonly string[];
}

/** `at_stake`: nothing was lost yet; `not_known`: what cannot be told meanwhile. */
export interface CostWords {
  readonly is: 'cost' | 'at_stake' | 'not_known';
  readonly words: string;
}

/** When and where words are read. */
export interface Reading {
  readonly now: EpochMs;
  readonly zone: string;
}

/** And by whom: the incident's owner is spoken to, everybody else is told of them. */
export interface Reader extends Reading {
  readonly isOwner: boolean;
}

export function your({ isOwner }: Pick<Reader, 'isOwner'>): string {
  return isOwner ? 'your' : 'their';
}
