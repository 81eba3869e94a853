/** The width that every line of a report fits in. */
export const WIDTH = 100;

/** Breaks words into lines of at most `WIDTH`, the first after `lead`, the others indented as far as it is long. */
export function wrapped(lead: string, words: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = lead;
  for (const word of words) {
    const isFull = line.length + word.length + 1 > WIDTH && line.trim() !== '' && line !== lead;
    if (isFull) lines.push(line.trimEnd());
    line = isFull ? `${' '.repeat(lead.length)}${word} ` : `${line}${word} `;
  }
  return [...lines, line.trimEnd()];
}

/** Rows as columns, each as wide as its widest cell, two spaces apart; the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(cell).join('  ').trimEnd());
}

export const thousands = (value: number) => Math.round(value).toLocaleString('en-US');

/** Two digits that tell: 0.47, 4.7, 47, 334k. */
export function rounded(value: number): string {
  if (value >= 10_000) return `${thousands(value / 1000)}k`;
  if (value >= 10 || value === 0) return thousands(value);
  return value.toFixed(value >= 1 ? 1 : 2);
}

export const percent = (share: number) => `${Math.round(share * 100)}`;

/** Tokens the way people say them: 850, 94k, 1.2M. */
export function tokens(value: number): string {
  if (value < 1000) return String(Math.round(value));
  return value < 999_500 ? `${Math.round(value / 1000)}k` : `${(value / 1_000_000).toFixed(1)}M`;
}

/** A time in a session: 0:42, 12:07, 3:05:10. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(m).padStart(h > 0 ? 2 : 1, '0')}:${String(s).padStart(2, '0')}`;
  return h > 0 ? `${h}:${tail}` : tail;
}

export const counted = (count: number, one: string, many: string) => `${thousands(count)} ${count === 1 ? one : many}`;
