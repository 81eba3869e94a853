import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * The plain way: `readline`, JSON.parse of every line, the rules of `ccusage`. It shares no code with the client, so that their
 * totals prove each other. Prints what it counted.
 */
interface Line {
  readonly type?: string;
  readonly requestId?: string;
  readonly isSidechain?: boolean;
  readonly message?: {
    readonly id?: string;
    readonly model?: string;
    readonly usage?: Readonly<Record<string, number>>;
  };
}

interface Kept {
  readonly requestId: string | undefined;
  isSide: boolean;
  total: number;
  tokens: readonly number[];
}

const [folder = '.'] = process.argv.slice(2);
const names = readdirSync(join(folder, 'projects'), { recursive: true, encoding: 'utf8' });
const kept = new Map<string, Kept[]>();
for (const name of names.filter((one) => one.endsWith('.jsonl')).toSorted()) {
  const input = createReadStream(join(folder, 'projects', name));
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) keep(text);
}
const all = [...kept.values()].flat();
const sum = (nth: number) => all.reduce((total, { tokens }) => total + (tokens[nth] ?? 0), 0);
const totals = { requests: all.length, input: sum(0), output: sum(1), read: sum(2), written: sum(3) };
process.stdout.write(`${JSON.stringify({ totals, peakKiB: process.resourceUsage().maxRSS })}\n`);

function keep(text: string) {
  // The format of another program: what is read of it is checked below.
  const { type, requestId, isSidechain, message } = JSON.parse(text) as Line;
  const usage = message?.usage;
  if (type !== 'assistant' || !usage || message.id === undefined) return;
  const { input_tokens = 0, output_tokens = 0, cache_read_input_tokens = 0, cache_creation_input_tokens = 0 } = usage;
  const tokens = [input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens];
  const total = tokens.reduce((one, other) => one + other);
  const isSide = isSidechain === true;
  const others = kept.get(message.id) ?? [];
  const same = others.find((one) => one.requestId === requestId) ?? others.find((one) => isSide || one.isSide);
  if (!same) kept.set(message.id, [...others, { requestId, isSide, total, tokens }]);
  else if (same.isSide !== isSide ? same.isSide : total > same.total) Object.assign(same, { isSide, total, tokens });
}
