import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Check, checkCollector, checkProgram, checkSettings, checkShell, checkSpool } from './checks.ts';
import { readConnection } from './connection.ts';
import { claudeFolder, ownFolder } from './folders.ts';
import type { Subcommand } from './subcommand.ts';

/** Says what works, what does not, and how to mend it; the exit code is 1 where something does not. */
export const doctor: Subcommand = async (args, env) => {
  parseArgs({ args: [...args], options: {} });
  const own = ownFolder(env);
  const connection = readConnection(own);
  const settings = join(claudeFolder(env), 'settings.json');
  const checks: readonly Check[] = connection
    ? [
        checkProgram(own),
        ...checkSettings(settings, own, connection),
        ...checkShell(env),
        await checkCollector(connection),
        checkSpool(own, Date.now()),
      ]
    : [{ isWell: false, what: `Claude Code in ${claudeFolder(env)} is not connected by this program`, mend: CONNECT }];
  for (const check of checks) process.stdout.write(shown(check));
  return checks.every(({ isWell }) => isWell) ? 0 : 1;
};

const CONNECT = '“/quota connect” in Slack gives the command';

function shown({ isWell, what, mend }: Check): string {
  return `${isWell ? '✓' : '✗'} ${what}\n${mend === undefined ? '' : `  → ${mend}\n`}`;
}
