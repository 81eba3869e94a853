import { existsSync } from 'node:fs';
import type { Connection } from './connection.ts';
import { mainFile } from './program.ts';
import { messageOf, Refused } from './refused.ts';
import { troubleIn } from './sender-state.ts';
import { isMade } from './settings/edit.ts';
import { readRecord } from './settings/record.ts';
import { readSettingsFile } from './settings/settings-file.ts';
import { allWaiting } from './spool.ts';
import type { Environment } from './subcommand.ts';
import { tokenVerdict } from './token-verdict.ts';

/** One thing that was looked at. */
export interface Check {
  readonly isWell: boolean;
  readonly what: string;
  /** What to do about it. */
  readonly mend?: string;
}

const AGAIN = 'connect again: “/quota connect” in Slack gives the command';

export function checkProgram(ownFolder: string): Check {
  const main = mainFile(ownFolder);
  if (!existsSync(main)) return { isWell: false, what: `${main} is gone`, mend: AGAIN };
  return { isWell: true, what: `The program is installed, and runs on Node ${process.version}` };
}

/** Whether what `connect` wrote still stands there, and nothing beside it switches it off. */
export function checkSettings(path: string, ownFolder: string, { url }: Connection): readonly Check[] {
  try {
    const { text, settings } = readSettingsFile(path);
    const gone = (readRecord(ownFolder)?.made ?? []).filter((made) => !isMade(text, made));
    const names = gone.map((made) => ('set' in made ? made.set : made.addTo).join('.'));
    return [
      gone.length === 0
        ? { isWell: true, what: `${path} sends telemetry to ${url}, and has the status line and the hook` }
        : { isWell: false, what: `${path} was changed: ${names.join(', ')}`, mend: AGAIN },
      ...(settings.disableAllHooks === true ? [HOOKS_OFF] : []),
    ];
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return [{ isWell: false, what: messageOf(error) }];
  }
}

const HOOKS_OFF: Check = {
  isWell: false,
  what: '“disableAllHooks” in the settings switches hooks and status line off',
  mend: 'take it out; without them there are requests, but no percentages',
};

/** What a shell exports for one signal alone wins over the settings. */
const BY_SIGNAL = /^OTEL_EXPORTER_OTLP_(LOGS|METRICS)_/;

export function checkShell(env: Environment): readonly Check[] {
  const names = Object.keys(env).filter((name) => BY_SIGNAL.test(name));
  if (names.length === 0) return [];
  const what = `The shell exports ${names.join(', ')}, which leads telemetry elsewhere`;
  return [{ isWell: false, what, mend: 'unset it where Claude Code is started' }];
}

export async function checkCollector(connection: Connection): Promise<Check> {
  const { is, text } = await tokenVerdict(connection);
  if (is === 'accepted') return { isWell: true, what: text };
  const mend = is === 'refused' ? AGAIN : `does “curl ${connection.url}/healthz” answer on this machine?`;
  return { isWell: false, what: text, mend };
}

export function checkSpool(ownFolder: string, now: number): Check {
  const waiting = allWaiting(ownFolder);
  const trouble = troubleIn(ownFolder);
  if (waiting.length === 0) return { isWell: true, what: 'Nothing waits to be sent' };
  const minutes = Math.floor((now - Math.min(...waiting.map(({ at }) => at))) / 60_000);
  const what = `${waiting.length} wait to be sent, the oldest for ${minutes} min`;
  if (!trouble) return { isWell: true, what };
  return {
    isWell: false,
    what: `${what}: ${trouble.why}`,
    mend: 'they are sent when the collector answers; “send” tries now',
  };
}
