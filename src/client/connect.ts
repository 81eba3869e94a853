import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ask } from './ask.ts';
import { connectionFile } from './connection.ts';
import { claudeFolder, ownFolder } from './folders.ts';
import { installProgram, shellCommand } from './program.ts';
import { Refused } from './refused.ts';
import { carryOut, type Prepared, prepare } from './settings/connect-settings.ts';
import { differences } from './settings/differences.ts';
import { replaceFile } from './settings/replace-file.ts';
import type { Subcommand } from './subcommand.ts';
import { tokenVerdict } from './token-verdict.ts';

const options = {
  url: { type: 'string' },
  token: { type: 'string' },
  yes: { type: 'boolean', default: false },
} as const;

/** Connects Claude Code on this machine: shows what will change in its settings, asks, and changes nothing else. */
export const connect: Subcommand = async (args, env) => {
  const { values } = parseArgs({ args: [...args], options });
  const collector = { url: checkedUrl(values.url), token: checkedToken(values.token) };
  const own = ownFolder(env);
  const command = (subcommand: string) => shellCommand(own, subcommand, env);
  const isPosix = process.platform !== 'win32';
  const prepared = prepare(join(claudeFolder(env), 'settings.json'), own, { ...collector, command, isPosix });

  process.stdout.write(announced(prepared));
  if (isReadable(collector.url)) process.stdout.write(UNENCRYPTED);
  const verdict = await tokenVerdict(collector);
  if (verdict.is === 'refused')
    throw new Refused(`${verdict.text}; “/quota connect” gives a new one. Nothing was changed.`);
  process.stdout.write(`${verdict.text}.\n`);
  if (!values.yes && !(await ask('Change it?'))) {
    process.stdout.write('Nothing was changed.\n');
    return 1;
  }
  mkdirSync(own, { recursive: true, mode: 0o700 });
  installProgram(own);
  const { wrapped } = prepared;
  const connection = { ...collector, ...(wrapped !== undefined && { wrapped }) };
  replaceFile(connectionFile(own), JSON.stringify(connection), 0o600);
  carryOut(prepared, own);
  process.stdout.write(CONNECTED);
  return 0;
};

function announced({ file, settings }: Prepared): string {
  const lines = differences(file.settings, settings).map((line) => `  ${line}`);
  return [`This changes ${file.path}:`, '', ...lines, '', ...(file.isLinked ? [LINKED] : []), ''].join('\n');
}

const LINKED = 'The settings are a link: the token will stand in the file behind it. Keep that out of repositories.';

const UNENCRYPTED = 'The address is not encrypted: whoever sees the network sees the token and what is sent.\n';

const CONNECTED = `Connected. Restart Claude Code: telemetry begins with its next start.
“quota-watch-client disconnect” undoes all of it; docs/connect.md says what is sent.
`;

function checkedUrl(text: string | undefined): string {
  if (text === undefined)
    throw new Refused('Which collector? --url https://… stands in the answer to “/quota connect”.');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.search + url.hash !== '')
    throw new Refused(`${text} is no address of a collector such as https://quota.example.com.`);
  return url.href.replace(/\/+$/, '');
}

function checkedToken(text: string | undefined): string {
  if (text === undefined)
    throw new Refused('Whose usage is it? --token qw_… stands in the answer to “/quota connect”.');
  if (!/^qw_[\w-]{1,200}$/.test(text)) throw new Refused('A token begins with qw_; this is none.');
  return text;
}

/** Whether others on the way can read what is sent. */
function isReadable(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
