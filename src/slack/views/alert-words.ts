import type { EpochMs } from '../../model/time.ts';

/** What an alert says, in the order in which it is read. All strings are mrkdwn, escaped where others wrote them. */
export interface AlertWords {
  /** The first line, made for a phone and a notification: plain words, at most 60 characters. */
  readonly title: string;
  /** Client, model, session, or when a window opens again. */
  readonly facts: readonly string[];
  /** Observed against expected, so that a sceptic can follow. */
  readonly why: string;
  /** One thing to do; undefined when there is nothing to do. */
  readonly next: string | undefined;
  /** How sure this is, and by which rule. */
  readonly footnote: readonly string[];
}

/** When and where words are read. */
export interface Reading {
  readonly now: EpochMs;
  readonly zone: string;
}
