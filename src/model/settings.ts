import { z } from 'zod';
import { INCIDENT_KINDS } from './finding.ts';

const MinuteOfDay = z.int().min(0).max(1439);

/** A time of day in which nothing rings, in minutes since local midnight; from 22:00 until 07:00 it spans midnight. */
export const QuietHours = z.strictObject({ from: MinuteOfDay, until: MinuteOfDay });
export type QuietHours = z.infer<typeof QuietHours>;

/** Percentages of a window that its developer hears of, each once; those that users asked for most often (anthropics/claude-code#17431, #26177, #41822). */
export const DEFAULT_LEVELS: readonly number[] = [80, 90, 100];

/** What admins chose for the team in Slack. */
export const Settings = z.strictObject({
  /** Kinds that are not looked for. */
  kindsOff: z.array(z.enum(INCIDENT_KINDS)).readonly().default([]),
  /** Ascending, each from 1 to 100. */
  levels: z.array(z.int().min(1).max(100)).min(1).readonly().default(DEFAULT_LEVELS),
  /** Channel ids; undefined: those of the environment. */
  alertChannel: z.string().optional(),
  summaryChannel: z.string().optional(),
  /** Of the channels, in the team's zone. */
  quietHours: QuietHours.optional(),
});
export type Settings = z.infer<typeof Settings>;

/** Of a team that changed nothing. */
export const DEFAULT_SETTINGS: Settings = Settings.parse({});
