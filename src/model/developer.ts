import type { DeveloperId } from './ids.ts';
import type { Plan } from './plans.ts';
import type { QuietHours } from './settings.ts';

/** A person whose usage is counted. */
export interface Developer {
  readonly id: DeveloperId;
  /** Lower case. */
  readonly email: string | undefined;
  readonly slackUser: string | undefined;
  readonly name: string | undefined;
  /** IANA name; undefined until Slack told it. */
  readonly timeZone: string | undefined;
  /** Undefined until they told it with `/quota plan`. */
  readonly plan: Plan | undefined;
  /** Whether they agreed that the channel may name them. */
  readonly hasConsentedToNames: boolean;
  /** When direct messages wait, in their own zone; critical ones pass. */
  readonly quietHours?: QuietHours | undefined;
}
