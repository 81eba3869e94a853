import { randomBytes } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import { CHANNEL } from './channels.ts';
import { createClicks } from './clicks.ts';
import { createCommands } from './commands.ts';
import { startEmulator } from './emulator.ts';
import { createFaultPlan, type Faults } from './faults.ts';
import { startGateway } from './gateway.ts';
import { createIdTranslation } from './id-translation.ts';
import { createLedger } from './ledger.ts';
import { createLiveStream } from './live-stream.ts';
import { createModalActions } from './modal-actions.ts';
import { createModals } from './modals.ts';
import { createModeration } from './moderation.ts';
import { bundlePage, type PageBundle } from './page-bundle.ts';
import { createRefusals, type Validate } from './refusals.ts';
import { createResponseUrls } from './response-urls.ts';
import { restore } from './restore.ts';
import { createRoutes } from './routes.ts';
import { createSocketMode } from './socket-mode.ts';
import { createStateFile, MEMORY_ONLY } from './state-file.ts';
import { createTriggers } from './triggers.ts';
import { invalidReasons } from './validation/invalid-reasons.ts';
import { createWebApi } from './web-api.ts';
import { createEffects } from './web-api-effects.ts';

/** A stand-in for Slack on this machine: what the Bolt app needs to connect, and a page for people. */
export interface Workspace {
  /** For Bolt's `clientOptions.slackApiUrl`; ends in `/api/`. */
  readonly slackApiUrl: string;
  /** `xoxb-…`, new at each start. */
  readonly botToken: string;
  /** `xapp-…`, new at each start. */
  readonly appToken: string;
  /** Id of #claude-quota. */
  readonly channel: string;
  /** Page and script routes; to be registered with prefix `/workspace`. */
  readonly routes: FastifyPluginAsync;
  /** For tests. */
  readonly faults: Faults;
  /** Stop the app first: a Bolt app whose workspace is gone keeps trying to come back. */
  stop(): Promise<void>;
}

export interface WorkspaceOptions {
  /** Where the workspace is found again after a restart; undefined keeps it in memory. */
  readonly stateFile?: string | undefined;
  /** IANA name of the time zone that everybody in the workspace lives in. */
  readonly timeZone: string;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Complaints about a call that Slack would refuse; undefined means the rules of Slack as they are known here. */
  readonly validate?: Validate | undefined;
}

/** Starts the workspace on free loopback ports. Throws when the state file cannot be read or written. */
export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const { stateFile, timeZone, log, validate = invalidReasons } = options;
  const tokens = {
    bot: `xoxb-local-${randomBytes(16).toString('hex')}`,
    app: `xapp-local-${randomBytes(16).toString('hex')}`,
  };

  const live = createLiveStream();
  const file = stateFile
    ? createStateFile(stateFile, (movedTo, err) => log.error({ movedTo, err }, 'workspace state damaged'))
    : MEMORY_ONLY;
  const ledger = createLedger(file, live.changed);
  const modals = createModals(live.changed);
  const socketMode = createSocketMode(live.changed);
  const faults = createFaultPlan();
  const ids = createIdTranslation();

  const emulator = await startEmulator(tokens.bot);
  await restore({ emulator, ids, ledger });

  const triggers = createTriggers(emulator, ids);
  const effects = createEffects({ ids, ledger, modals, userOfTrigger: triggers.userOf, timeZone });
  const refuse = createRefusals({ ledger, validate });
  const webApi = createWebApi({ emulator, ids, ledger, effects, refuse });
  const responseUrls = createResponseUrls({ webApi, ledger, urlOf: (id) => `${gateway.url}/response/${id}` });
  const failed = (err: unknown) => log.error({ err }, 'workspace call failed');
  const gateway = await startGateway({ tokens, webApi, socketMode, responseUrls, faults, failed });

  let bundle: Promise<PageBundle> | undefined;
  const routes = createRoutes({
    runCommand: createCommands({ socketMode, responseUrls, triggers, modals }),
    clicks: createClicks({ socketMode, responseUrls, triggers, ledger, modals }),
    modalActions: createModalActions({ socketMode, triggers, modals, webApi }),
    moderation: createModeration({ webApi, ledger }),
    ledger,
    modals,
    socketMode,
    live,
    bundle: () => {
      bundle ??= bundlePage();
      return bundle;
    },
  });

  return {
    slackApiUrl: `${gateway.url}/api/`,
    botToken: tokens.bot,
    appToken: tokens.app,
    channel: CHANNEL.id,
    routes,
    faults: {
      ...faults,
      disconnect: socketMode.disconnect,
      cutSockets: socketMode.cut,
      loseAcknowledgement: socketMode.loseAcknowledgement,
      refuseBlocks: (...types) => ledger.refuseBlocks(types),
    },
    async stop() {
      live.close();
      await gateway.stop();
      await emulator.close();
    },
  };
}
