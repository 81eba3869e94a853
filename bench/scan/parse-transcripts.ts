import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * The plain way: `readline`, JSON.parse of every line, the rules of `ccusage`. It shares no code with the client, so that their
 * totals prove each other. `--readable` leaves out the lines that `ccusage` cannot read. Prints what it counted.
 */
interface Line {
  readonly type?: string;
  readonly requestId?: string;
  readonly isSidechain?: boolean;
  readonly message?: { readonly id?: string; readonly usage?: Readonly<Record<string, number>> };
}

interface Kept {
  readonly requestId: string | undefined;
  isSide: boolean;
  total: number;
  tokens: readonly number[];
}

const LONE_SURROGATE = /\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])/i;

const [folder = '', flag] = process.argv.slice(2);
const names = readdirSync(join(folder, 'projects'), { recursive: true, encoding: 'utf8' });
const known = new Map<string, Kept[]>();
for (const name of names.filter((one) => one.endsWith('.jsonl')).toSorted()) {
  const input = createReadStream(join(folder, 'projects', name));
  for await (const text of createInterface({ input })) {
    if (flag === '--readable' && LONE_SURROGATE.test(text)) continue;
    // The format of another program: what is read of it is checked below.
    keep(JSON.parse(text) as Line);
  }
}
const kept = [...known.values()].flat();
const sum = (nth: number) => kept.reduce((total, { tokens }) => total + (tokens[nth] ?? 0), 0);
const totals = { requests: kept.length, input: sum(0), output: sum(1), read: sum(2), written: sum(3) };
process.stdout.write(JSON.stringify({ totals, peakKiB: process.resourceUsage().maxRSS }));

function keep({ type, requestId, isSidechain, message }: Line) {
  const usage = message?.usage;
  if (type !== 'assistant' || !usage || message.id === undefined) return;
  const { input_tokens = 0, output_tokens = 0, cache_read_input_tokens = 0, cache_creation_input_tokens = 0 } = usage;
  const tokens = [input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens];
  const total = tokens.reduce((one, other) => one + other);
  const isSide = isSidechain === true;
  const others = known.get(message.id) ?? [];
  const same = others.find((one) => one.requestId === requestId) ?? others.find((one) => isSide || one.isSide);
  if (!same) known.set(message.id, [...others, { requestId, isSide, total, tokens }]);
  else if (same.isSide !== isSide ? same.isSide : total > same.total) Object.assign(same, { isSide, total, tokens });
}
