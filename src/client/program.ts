import { cpSync, existsSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Environment } from './subcommand.ts';

/** The file that was started: npx starts a link to it. */
function startedFile(): string {
  return realpathSync(process.argv[1] ?? '');
}

/** Where the copy of the program stands that Claude Code runs: what npx fetched may be gone tomorrow. */
function programFolder(ownFolder: string): string {
  return join(ownFolder, 'program');
}

export function mainFile(ownFolder: string): string {
  return join(programFolder(ownFolder), 'main.js');
}

/** Copies the program beside the settings; a session that runs meanwhile finds the old or the new one whole. */
export function installProgram(ownFolder: string) {
  const packed = dirname(startedFile());
  const folder = programFolder(ownFolder);
  if (existsSync(folder) && realpathSync(folder) === packed) return;
  const [coming, going] = [`${folder}.new`, `${folder}.old`];
  for (const left of [coming, going]) rmSync(left, { recursive: true, force: true });
  cpSync(packed, coming, { recursive: true });
  if (existsSync(folder)) renameSync(folder, going);
  renameSync(coming, folder);
  rmSync(going, { recursive: true, force: true });
}

/** The shell command of a subcommand, for POSIX shells; on Windows for Git Bash and PowerShell alike. */
export function shellCommand(ownFolder: string, subcommand: string, env: Environment): string {
  const main = mainFile(ownFolder);
  if (process.platform === 'win32') return `node "${main.replaceAll('\\', '/')}" ${subcommand}`;
  return `${quoted(lastingNode(env))} ${quoted(main)} ${subcommand}`;
}

/** By the name under which the shell finds this Node: the file behind it is another one after an update. */
function lastingNode({ PATH = '' }: Environment): string {
  const isThisNode = (path: string) => existsSync(path) && realpathSync(path) === realpathSync(process.execPath);
  const named = PATH.split(delimiter)
    .filter((folder) => folder !== '' && !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'));
  return named.find(isThisNode) ?? process.execPath;
}

function quoted(path: string): string {
  return /^[\w./+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
