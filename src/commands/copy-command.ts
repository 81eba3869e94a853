import { parseArgs } from 'node:util';
import { isForPeople, readSettings } from '../serve.ts';
import { type Copied, CopyRefused } from '../store/copy-database.ts';

interface CopyWishes {
  /** The one file that was named. */
  readonly file: string;
  readonly force: boolean;
  readonly database: string;
  /** A signal ends the command between two steps, so that it leaves nothing behind. */
  readonly signal: AbortSignal;
}

interface CopyCommand {
  readonly usage: string;
  readonly takesForce: boolean;
  /** Answers what to print. */
  readonly run: (wishes: CopyWishes) => Promise<string>;
}

/** Runs `backup` or `restore`: reads what was typed, prints what became of it, or why nothing did. */
export async function runCopyCommand({ usage, takesForce, run }: CopyCommand): Promise<void> {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: takesForce ? { force: { type: 'boolean', default: false } } : {},
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) return fail(usage);
    const { databasePath: database } = readSettings();
    const force = 'force' in values && values.force === true;
    process.stdout.write(`${await run({ file, force, database, signal: stopSignal() })}\n`);
  } catch (error) {
    if (isOfArguments(error)) return fail(`${error.message}\n\n${usage}`);
    if (!(error instanceof CopyRefused) && !isForPeople(error)) throw error;
    fail(`${error.message}\n`);
  }
}

/** What was copied, for people. */
export function amountOf({ bytes, tables, rows }: Copied): string {
  const megabytes = (bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: 1 });
  return `${megabytes} MB, ${rows.toLocaleString('en-US')} rows in ${tables} tables, checked`;
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  process.once('SIGTERM', () => controller.abort());
  return controller.signal;
}

function isOfArguments(error: unknown): error is TypeError {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function fail(text: string) {
  process.stderr.write(text);
  process.exitCode = 1;
}
