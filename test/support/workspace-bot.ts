import { App, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { Workspace } from '../../src/workspace/workspace.ts';

export type BoltApp = App;

/** A small real Bolt app in Socket Mode, connected to the workspace; `listen` registers its listeners. */
export async function startBot(
  workspace: Pick<Workspace, 'slackApiUrl' | 'botToken' | 'appToken'>,
  listen: (app: BoltApp) => void,
): Promise<BoltApp> {
  const { slackApiUrl, botToken, appToken } = workspace;
  const receiver = new SocketModeReceiver({
    appToken,
    logger: silent(),
    clientPingTimeout: 200,
    // The socket client changes the options that it is given, so it gets its own.
    installerOptions: { clientOptions: { slackApiUrl } },
  });
  const app = new App({
    token: botToken,
    receiver,
    socketMode: true,
    deferInitialization: true,
    logger: silent(),
    clientOptions: { slackApiUrl },
  });
  listen(app);
  await app.init();
  await app.start();
  return app;
}

/** Errors that a test provokes are its own affair. */
function silent(): Logger {
  const ignore = () => undefined;
  return {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: ignore,
    setLevel: ignore,
    getLevel: () => LogLevel.ERROR,
    setName: ignore,
  };
}
