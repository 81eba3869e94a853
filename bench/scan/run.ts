import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { DAY_MS, epochMs } from '../../src/model/time.ts';
import { transcripts } from '../../src/simulation/transcript.ts';
import { isMet, middle, type Result, ratios, result } from '../figures.ts';
import { interleaved } from '../interleaved.ts';
import { describeMachine } from '../machine.ts';
import { createContenders, type Run } from './contenders.ts';

const USAGE = `Measures how fast transcripts are read, side by side; bench/README.md says how to read it.

  npm run bench:scan -- [--ccusage FILE] [--megabytes N] [--rounds N]

--ccusage    the native binary of ccusage 20: npm install ccusage@20.0.24 in a folder of its own, then
             node_modules/@ccusage/ccusage-<system>-<processor>/bin/ccusage.
--megabytes  of made-up transcripts, 1000 by default.
--rounds     how often each of them reads, 3 by default; the middle one counts.
`;

const { values } = parseArgs({
  options: {
    ccusage: { type: 'string' },
    megabytes: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'quota-watch-scan-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
if (values.help) process.stdout.write(USAGE);
else await measure(Number(values.megabytes), Number(values.rounds));

async function measure(megabytes: number, rounds: number) {
  const machine = describeMachine(join(folder, 'synced'));
  tell(`writing ${megabytes} MB of transcripts`);
  const claude = join(folder, 'claude');
  const written = writeTranscripts(claude, megabytes * 1e6);
  const contenders = await createContenders({ folder, claude, ccusage: values.ccusage });
  if (!contenders.ccusage) tell('ccusage is left out: --ccusage says where its binary is');

  tell('reading, each in turn');
  const { ours, plain, ccusage } = await interleaved(rounds, {
    ours: contenders.ours,
    plain: contenders.plain,
    ccusage: contenders.ccusage ?? contenders.bare,
  });
  const again = await contenders.again(Math.max(5, rounds));
  const theirs = contenders.ccusage ? ccusage : [];
  const seconds = ({ ms }: Run) => ms;
  const results: readonly Result[] = [
    ...(theirs.length > 0
      ? [result({ goal: 'as fast as ccusage', unit: 'times', rounds: ratios(theirs, ours, seconds) }, { atLeast: 1.5 })]
      : []),
    result(
      { goal: 'as fast as readline and JSON.parse', unit: 'times', rounds: ratios(plain, ours, seconds) },
      { atLeast: 5 },
    ),
    result({ goal: 'memory of a whole backfill', unit: 'MB', rounds: [again.peakBytes / 1e6] }, { atMost: 200 }),
    result(
      { goal: 'memory while reading', unit: 'MB', rounds: ours.map(({ peakBytes = 0 }) => peakBytes / 1e6) },
      { atMost: 200 },
    ),
    result(
      {
        goal: 'reading nothing new, beyond Node',
        unit: 'ms',
        rounds: again.pairs.map(({ bare, backfill }) => backfill.ms - bare.ms),
      },
      { atMost: 100 },
    ),
  ];
  const lines = results.map((one) => {
    const wanted = 'atLeast' in one ? `≥ ${one.atLeast}` : `≤ ${one.atMost}`;
    const all = one.rounds.map((round) => round.toFixed(2)).join('  ');
    return `${isMet(one) ? 'ok    ' : 'MISSED'} ${one.goal}: ${one.measured.toFixed(2)} ${one.unit}, wanted ${wanted}   (${all})`;
  });
  const speeds = { ours, 'readline and JSON.parse': plain, ccusage: theirs };
  for (const [name, runs] of Object.entries(speeds)) {
    if (runs.length === 0) continue;
    const [ms, cpu] = [middle(runs.map(seconds)), middle(runs.map(({ cpuMs }) => cpuMs))];
    lines.push(
      `       ${name}: ${(ms / 1000).toFixed(2)} s, ${(cpu / 1000).toFixed(2)} s of processor, ${(written / ms / 1e6).toFixed(2)} GB/s`,
    );
  }
  const beyond = middle(again.pairs.map(({ bare, backfill }) => backfill.cpuMs - bare.cpuMs));
  lines.push(`       reading nothing new: ${beyond} ms of processor beyond Node`);
  const [one] = theirs;
  lines.push(...compared(ours[0], plain[0], one && { theirs: one, readable: await contenders.readable() }));
  lines.push(
    `       ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; load before the start ${machine.loadBefore}`,
  );
  process.stdout.write(`${lines.join('\n')}\n`);
  if (!results.every(isMet)) process.exitCode = 1;
}

/** Whether all counted the same, and what explains it where they did not. */
function compared(ours: Run | undefined, plain: Run | undefined, ccusage: { theirs: Run; readable: Run } | undefined) {
  const [own = 0, whole = Number.NaN] = [ours, plain].map(tokensOf);
  if (own !== whole) process.exitCode = 1;
  const lines = [`${own === whole ? 'ok    ' : 'MISSED'} tokens as JSON.parse counts them: ${own} of ${whole}`];
  if (!ccusage) return lines;
  const [theirs = 0, readable = 0] = [ccusage.theirs, ccusage.readable].map(tokensOf);
  const why =
    theirs === readable
      ? 'all in lines with a lone surrogate, which it drops'
      : `${readable - theirs} of them unexplained`;
  return [...lines, `       ccusage counts ${theirs}, ${whole - theirs} fewer: ${why}`];
}

function tokensOf(run: Run | undefined): number | undefined {
  return run?.totals && run.totals.input + run.totals.output + run.totals.read + run.totals.written;
}

/** Answers how many bytes they are. The oldest is three weeks old. */
function writeTranscripts(claude: string, bytes: number): number {
  let written = 0;
  const from = epochMs(Date.now() - 21 * DAY_MS);
  for (const { path, text } of transcripts({ seed: 1, bytes, from, everyMs: (16 * DAY_MS) / (bytes / 5e6) })) {
    const file = join(claude, 'projects', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    written += Buffer.byteLength(text);
  }
  return written;
}

function tell(what: string) {
  process.stderr.write(`${what}\n`);
}
