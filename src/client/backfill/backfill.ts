import { parseArgs } from 'node:util';
import { needConnection } from '../connection.ts';
import { claudeFolder, ownFolder } from '../folders.ts';
import { Refused } from '../refused.ts';
import type { Subcommand } from '../subcommand.ts';
import { counted } from './counted.ts';
import { type BackfillResult, runBackfill } from './run-backfill.ts';

const DAY_MS = 86_400_000;
/** The collector keeps single requests, and so what tells them apart, for 90 days. */
const MOST_DAYS = 90;

/** Sends what local transcripts tell of the last month. */
export const backfill: Subcommand = async (args, env) => {
  const options = {
    since: { type: 'string', default: '30d' },
    email: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const own = ownFolder(env);
  const told = {
    connection: needConnection(own),
    claudeFolder: claudeFolder(env),
    ownFolder: own,
    now: Date.now(),
    sinceMs: daysOf(values.since) * DAY_MS,
    email: values.email,
    print: values['dry-run'] ? (body: string) => void process.stdout.write(`${body}\n`) : undefined,
    screen: process.stderr,
  };
  const result = await runBackfill(told, async (...news) =>
    (await import('./send-in-thread.ts')).sendInThread(...news),
  );
  process.stderr.write(`${summaryOf(result, values['dry-run'])}\n`);
  return 0;
};

function daysOf(since: string): number {
  const days = Number(/^(\d{1,3})d$/.exec(since)?.[1]);
  if (days >= 1 && days <= MOST_DAYS) return days;
  throw new Refused(`“--since ${since}” is no number of days from 1d to ${MOST_DAYS}d.`);
}

function summaryOf({ transcripts, requests, accepted, duplicates, leftOut }: BackfillResult, isDry: boolean): string {
  if (transcripts === 0) return 'Nothing is new since the last time.';
  const left = leftOut === 0 ? '' : ` Left out, because telemetry told them: ${counted(leftOut, 'request')}.`;
  if (isDry) return `Would send ${counted(requests, 'request')}.${left} Nothing was sent.`;
  const known = duplicates === 0 ? '' : `, ${duplicates.toLocaleString('en')} known`;
  return `Sent ${counted(requests, 'request')} of ${counted(transcripts, 'transcript')}: ${accepted.toLocaleString('en')} new${known}.${left}`;
}
