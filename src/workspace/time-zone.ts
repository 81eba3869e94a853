import { isFields } from './fields.ts';

/** A user of the Web API with Slack's time zone fields, which the emulator leaves out. */
export function withTimeZone(user: unknown, timeZone: string): unknown {
  if (!isFields(user)) return user;
  return { ...user, tz: timeZone, tz_label: timeZone, tz_offset: offsetSeconds(timeZone, new Date()) };
}

/** Seconds east of Greenwich at that moment. */
export function offsetSeconds(timeZone: string, at: Date): number {
  const name = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')?.value;
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name ?? '') ?? [];
  if (!sign) return 0;
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  return sign === '-' ? -seconds : seconds;
}
