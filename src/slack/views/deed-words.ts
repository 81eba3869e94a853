import type { Feedback, Incident } from '../../model/incident.ts';
import type { EpochMs } from '../../model/time.ts';
import type { Reader } from './alert-words.ts';
import { moment } from './format.ts';

/** A snooze in force. */
interface Snooze {
  readonly until: EpochMs;
  /** Slack user id. */
  readonly by: string;
}

/** What is known of what people did, and how this audience speaks of them. */
export interface Deeds {
  readonly snoozed?: Snooze | undefined;
  /** Of a Slack user, inside a sentence: a mention, "you", "the developer". */
  readonly nameOf: (slackUser: string) => string;
}

/** Who looks after an incident, who snoozed its kind, and what they think of it: a line each. */
export function deedLines(
  { acknowledged, feedback, developer }: Incident,
  { snoozed, nameOf, ...reader }: Deeds & Reader,
): readonly string[] {
  return [
    ...(acknowledged
      ? [`:eyes: Acknowledged by ${nameOf(acknowledged.by)} at ${moment(acknowledged.at, reader)}`]
      : []),
    ...(snoozed ? [snoozeLine(snoozed, { nameOf, ...reader, isOfFleet: developer === undefined })] : []),
    ...(feedback
      ? [
          `${FEEDBACK[feedback.is].emoji} ${FEEDBACK[feedback.is].marked} by ${nameOf(feedback.by)} at ${moment(feedback.at, reader)}`,
        ]
      : []),
  ];
}

function snoozeLine(
  { until, by }: Snooze,
  { nameOf, isOfFleet, ...reader }: Omit<Deeds, 'snoozed'> & Reader & { isOfFleet: boolean },
): string {
  const whom = isOfFleet ? '' : reader.isOwner ? ' to you' : ' about this developer';
  return `:zzz: Snoozed by ${nameOf(by)} until ${moment(until, reader)}: no new alert of this kind${whom} before`;
}

const FEEDBACK: Readonly<Record<Feedback, { emoji: string; marked: string; inList: string }>> = {
  planned: { emoji: ':calendar:', marked: 'Marked as planned', inList: 'planned' },
  false_alarm: { emoji: ':no_bell:', marked: 'Marked as a false alarm', inList: 'false alarm' },
};

/** The same for lists, without who and when. */
export function deedWords({ acknowledged, feedback, resolved }: Incident): readonly string[] {
  const lookedAfter = acknowledged && !resolved ? ['acknowledged'] : [];
  return [...lookedAfter, ...(feedback ? [FEEDBACK[feedback.is].inList] : [])];
}
