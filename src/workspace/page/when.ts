const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** `14:10`, in the reader's own zone and habit. */
export function timeOf(ts: string): string {
  return time.format(dateOf(ts));
}

/** `Today`, or `Monday, 23 November`. */
export function dayOf(ts: string): string {
  const name = day.format(dateOf(ts));
  return name === day.format(new Date()) ? 'Today' : name;
}

/** Everything, for whoever points at the time. */
export function fullTimeOf(ts: string): string {
  return full.format(dateOf(ts));
}

function dateOf(ts: string): Date {
  return new Date(Number(ts) * 1000);
}
