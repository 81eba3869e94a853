import { z } from 'zod';
import { INCIDENT_KINDS, type IncidentKind } from '../model/finding.ts';
import { minuteOfDay } from '../model/minute-of-day.ts';
import { DEFAULT_SETTINGS, type QuietHours, Settings } from '../model/settings.ts';
import { CACHE_KINDS, type DefaultChannels, QUOTA_KINDS, SETTINGS_FIELDS } from './views/settings-modal.ts';

const F = SETTINGS_FIELDS;

const Ticked = z.object({ selected_options: z.array(z.object({ value: z.string() })) });
const Text = z.object({ value: z.string().nullish() });
const Channel = z.object({ selected_conversation: z.string().nullish() });
const Time = z.object({ selected_time: z.string().nullish() });

/** The fields of a submission that are read here. */
const Values = z.object({
  [F.cacheKinds]: z.object({ [F.cacheKinds]: Ticked }),
  [F.quotaKinds]: z.object({ [F.quotaKinds]: Ticked }),
  [F.levels]: z.object({ [F.levels]: Text }),
  [F.alertChannel]: z.object({ [F.alertChannel]: Channel }),
  [F.summaryChannel]: z.object({ [F.summaryChannel]: Channel }),
  [F.quiet]: z.object({ [F.quiet]: Ticked }),
  [F.quietFrom]: z.object({ [F.quietFrom]: Time }),
  [F.quietUntil]: z.object({ [F.quietUntil]: Time }),
});

/** A form as Slack hands it over: what was shown, and what is in the fields now. */
export interface SettingsForm {
  readonly metadata: string;
  readonly values: unknown;
}

/** What somebody changed, or by field what is wrong. */
export type SettingsWish =
  | { readonly is: 'wish'; readonly shown: Settings; readonly wanted: Settings }
  | { readonly is: 'wrong'; readonly errors: Record<string, string> };

/** More than these would ring all the time. */
const MOST_LEVELS = 10;

/** Reads the settings form. Throws on what no form of ours holds. */
export function readSettingsForm({ metadata, values }: SettingsForm, channels: DefaultChannels): SettingsWish {
  const shown = Settings.parse(JSON.parse(metadata));
  const fields = Values.parse(values);
  const levels = levelsIn(fields[F.levels][F.levels].value ?? '');
  const quiet = quietHoursIn(fields);
  if (levels.is === 'wrong' || quiet.is === 'wrong')
    return { is: 'wrong', errors: { ...levels.errors, ...quiet.errors } };
  const ticked = [
    ...fields[F.cacheKinds][F.cacheKinds].selected_options,
    ...fields[F.quotaKinds][F.quotaKinds].selected_options,
  ];
  const alert = fields[F.alertChannel][F.alertChannel].selected_conversation;
  const summary = fields[F.summaryChannel][F.summaryChannel].selected_conversation;
  const wanted: Settings = {
    kindsOff: kindsBut(new Set(ticked.map(({ value }) => value))),
    levels: levels.levels,
    ...chosen('alertChannel', alert ?? shown.alertChannel, channels.alert),
    ...chosen('summaryChannel', summary ?? shown.summaryChannel, channels.summary),
    ...(quiet.hours && { quietHours: quiet.hours }),
  };
  return { is: 'wish', shown, wanted };
}

/** Applies what somebody changed to what holds by now: what another admin changed meanwhile stays. */
export function changedSettings({
  shown,
  wanted,
  current,
}: Record<'shown' | 'wanted' | 'current', Settings>): Settings {
  const isChanged = (field: keyof Settings) => JSON.stringify(wanted[field]) !== JSON.stringify(shown[field]);
  const from = (field: keyof Settings) => (isChanged(field) ? wanted : current);
  const kindsOff = INCIDENT_KINDS.filter((kind) => {
    const isWanted = wanted.kindsOff.includes(kind);
    return isWanted === shown.kindsOff.includes(kind) ? current.kindsOff.includes(kind) : isWanted;
  });
  return Settings.parse({
    ...DEFAULT_SETTINGS,
    kindsOff,
    levels: from('levels').levels,
    alertChannel: from('alertChannel').alertChannel,
    summaryChannel: from('summaryChannel').summaryChannel,
    quietHours: from('quietHours').quietHours,
  });
}

/** The channel of the environment is not written down: it may change there. */
function chosen(field: 'alertChannel' | 'summaryChannel', channel: string | undefined, usual: string) {
  return channel === undefined || channel === usual ? {} : { [field]: channel };
}

function kindsBut(ticked: ReadonlySet<string>): readonly IncidentKind[] {
  return [...CACHE_KINDS, ...QUOTA_KINDS].map(([kind]) => kind).filter((kind) => !ticked.has(kind));
}

type Wrong = { readonly is: 'wrong'; readonly errors: Record<string, string> };
type Levels = { readonly is: 'levels'; readonly levels: readonly number[]; readonly errors?: undefined } | Wrong;
type Quiet = { readonly is: 'quiet'; readonly hours: QuietHours | undefined; readonly errors?: undefined } | Wrong;

/** Ascending, each once. */
function levelsIn(text: string): Levels {
  const words = text.split(/[\s,;%]+/).filter((word) => word !== '');
  const levels = [...new Set(words.map(Number))].toSorted((one, other) => one - other);
  const wrong = levelsProblem(levels);
  return wrong === undefined ? { is: 'levels', levels } : { is: 'wrong', errors: { [F.levels]: wrong } };
}

function levelsProblem(levels: readonly number[]): string | undefined {
  if (levels.length === 0) {
    return 'Write at least one level, such as 80, 90, 100. To hear of none, untick “Quota running low” above.';
  }
  if (!levels.every((level) => Number.isInteger(level) && level >= 1 && level <= 100)) {
    return 'Write whole numbers from 1 to 100 with commas between them, such as 80, 90, 100.';
  }
  return levels.length > MOST_LEVELS ? `Write at most ${MOST_LEVELS} levels, such as 80, 90, 100.` : undefined;
}

function quietHoursIn(fields: z.infer<typeof Values>): Quiet {
  if (fields[F.quiet][F.quiet].selected_options.length === 0) return { is: 'quiet', hours: undefined };
  const from = minuteOfDay(fields[F.quietFrom][F.quietFrom].selected_time ?? '');
  const until = minuteOfDay(fields[F.quietUntil][F.quietUntil].selected_time ?? '');
  if (from !== undefined && until !== undefined && from !== until) return { is: 'quiet', hours: { from, until } };
  const begin = 'Choose when the quiet hours begin, such as 22:00, or untick them above.';
  const end = 'Choose when the quiet hours end, such as 07:00, or untick them above.';
  const other = 'Choose an end that differs from the beginning, such as 07:00.';
  const errors = {
    ...(from === undefined && { [F.quietFrom]: begin }),
    ...(until === undefined && { [F.quietUntil]: end }),
    ...(from !== undefined && from === until && { [F.quietUntil]: other }),
  };
  return { is: 'wrong', errors };
}
