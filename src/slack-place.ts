import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { type Config, ConfigError } from './config.ts';
import type { SlackConnection } from './slack/bolt-app.ts';
import type { Workspace } from './workspace/workspace.ts';

/** Which Slack to talk to, and where in it. */
export interface SlackPlace extends SlackConnection {
  readonly alertChannel: string;
  readonly summaryChannel: string;
  /** The stand-in, when no tokens are set. */
  readonly workspace: Workspace | undefined;
}

/** Slack itself where tokens are set; otherwise the local workspace, which is loaded only then. */
export async function findSlack({ slack, databasePath, zone }: Config, log: Logger): Promise<SlackPlace> {
  if (slack.is === 'slack') {
    const { botToken, appToken, apiUrl, alertChannel, summaryChannel } = slack;
    return { botToken, appToken, slackApiUrl: apiUrl, alertChannel, summaryChannel, workspace: undefined };
  }
  const { startWorkspace } = await loadWorkspace();
  const stateFile = databasePath === ':memory:' ? undefined : join(dirname(databasePath), 'workspace.json');
  const workspace = await startWorkspace({ stateFile, timeZone: zone, log });
  const { botToken, appToken, slackApiUrl, channel } = workspace;
  return { botToken, appToken, slackApiUrl, alertChannel: channel, summaryChannel: channel, workspace };
}

/** Its packages are development dependencies: a production install has none of them. */
async function loadWorkspace(): Promise<typeof import('./workspace/workspace.ts')> {
  try {
    return await import('./workspace/workspace.ts');
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ConfigError([
      'The local workspace needs the development packages (npm ci); to run with Slack set SLACK_BOT_TOKEN, SLACK_APP_TOKEN and ALERT_CHANNEL',
    ]);
  }
}
