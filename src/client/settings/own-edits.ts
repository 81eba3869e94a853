import { telemetryEnv } from '../../model/telemetry-env.ts';
import { isObject, type JsonObject } from '../json-object.ts';
import { Refused } from '../refused.ts';
import { beside, commandBeside } from './beside.ts';
import type { Edit } from './edit.ts';

export interface Wishes {
  /** Address of the collector, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  /** The shell command of a subcommand of this program. */
  readonly command: (subcommand: 'status-line' | 'status-news' | 'hook') => string;
  /** Whether the shell that runs it is a POSIX one. */
  readonly isPosix: boolean;
}

export interface OwnEdits {
  readonly edits: readonly Edit[];
  /** The command that drew the status line so far; undefined: none did. */
  readonly wrapped: string | undefined;
}

/** Seconds. The line is the collector's last answer, which is there a moment after the line was drawn. */
const REFRESH_INTERVAL_S = 10;
const HOOK_TIMEOUT_S = 5;

/**
 * What connecting changes in Claude Code's settings: telemetry without any content, the status line around the one that is
 * there, and the hook for lock-outs. Throws `Refused` where that would break what somebody else set up.
 */
export function ownEdits(settings: JsonObject, { url, token, command, isPosix }: Wishes): OwnEdits {
  const env = membersOf(settings, 'env');
  refuseOtherTelemetry(settings, env, url);
  const own = command('status-line');
  const wrapped = statusLineBefore(settings, { url, own });
  const hooks = membersOf(settings, 'hooks');
  if (hooks.StopFailure !== undefined && !Array.isArray(hooks.StopFailure))
    throw new Refused('“hooks.StopFailure” in the settings is not a list, so Claude Code cannot read it either.');
  const hook = { type: 'command', command: command('hook'), timeout: HOOK_TIMEOUT_S };
  return {
    wrapped,
    edits: [
      ...Object.entries(telemetryEnv(url, token))
        .filter(([name, value]) => env[name] !== value)
        .map(([name, value]): Edit => ({ set: ['env', name], value })),
      ...statusLine(wrapped === undefined || !isPosix ? own : beside(command('status-news'), wrapped), wrapped),
      { addTo: ['hooks', 'StopFailure'], value: { matcher: 'rate_limit', hooks: [hook] } },
    ],
  };
}

/** Only the command of a status line that is there is changed: how it is padded, and how often it is drawn, stay. */
function statusLine(command: string, wrapped: string | undefined): readonly Edit[] {
  if (wrapped === undefined) {
    const value = { type: 'command', command, refreshInterval: REFRESH_INTERVAL_S };
    return [{ set: ['statusLine'], value }];
  }
  return [{ set: ['statusLine', 'command'], value: command }];
}

function statusLineBefore(settings: JsonObject, { url, own }: { url: string; own: string }): string | undefined {
  const { statusLine: known } = settings;
  if (known === undefined) return undefined;
  if (!isObject(known) || known.type !== 'command' || typeof known.command !== 'string')
    throw new Refused('“statusLine” in the settings is no command, so it cannot be kept beside ours.');
  const { command } = known;
  if (command.trim() === '') return undefined;
  // Left over from a connection that nobody remembers: it must not be put around itself.
  const left = commandBeside(command);
  if (left !== undefined) return left;
  if (command.startsWith(own))
    return command.startsWith(own + FORMERLY) ? command.slice((own + FORMERLY).length, -2) : undefined;
  // The line of “/quota connect” for a shell: this program does all that it does.
  return command.includes(`${url}/v1/status-line`) ? undefined : command;
}

/** What stood between our command and the old one before the shell ran both. */
const FORMERLY = ' || { :\n';

function membersOf(settings: JsonObject, name: string): JsonObject {
  const { [name]: value = {} } = settings;
  if (!isObject(value))
    throw new Refused(`“${name}” in the settings is not an object, so Claude Code cannot read it either.`);
  return value;
}

/** Where telemetry goes: Claude Code has one place for it. */
const DESTINATION = /^OTEL_EXPORTER_OTLP_|^OTEL_(LOGS|METRICS)_EXPORTER$/;

function refuseOtherTelemetry(settings: JsonObject, env: JsonObject, url: string) {
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT === url) return;
  const others = Object.keys(env).filter((name) => DESTINATION.test(name) && env[name] !== 'none');
  if (settings.otelHeadersHelper !== undefined) others.push('otelHeadersHelper');
  if (others.length === 0) return;
  throw new Refused(
    `Claude Code already sends telemetry somewhere else (${others.join(', ')}), and it has one place for it. ` +
      'An OpenTelemetry Collector there can send on to Quota Watch too: docs/rollout.md shows how.',
  );
}
