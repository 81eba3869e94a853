import { App, SocketModeReceiver } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { boltLogger } from './bolt-logger.ts';
import { asRefusedToken } from './refused-token.ts';
import { createStayConnected } from './stay-connected.ts';

export interface SlackConnection {
  readonly botToken: string;
  readonly appToken: string;
  /** Another address than Slack's own, for emulators; ends in a slash. */
  readonly slackApiUrl: string | undefined;
}

const CALL_TIMEOUT_MS = 10_000;
/** The id that opens a view is good for three seconds. */
const VIEW_TIMEOUT_MS = 2500;
/** How long a listener that is still at work is waited for. */
const DRAIN_MS = 10_000;

/** What Bolt hands over with `extendedErrorHandler`. */
type ListenerFailure = Parameters<Parameters<App['error']>[0]>[0];

export interface BoltAppDeps {
  readonly slack: SlackConnection;
  readonly clock: Clock;
  readonly log: Logger;
  /** Slack refused a token while it was reconnected to: nothing but another setting helps. */
  readonly onRefused: (error: Error) => void;
}

export type BoltSide = ReturnType<typeof createBoltApp>;

/** The Bolt app in Socket Mode, not yet connected. */
export function createBoltApp({ slack: { botToken, appToken, slackApiUrl }, clock, log, onRefused }: BoltAppDeps) {
  const logger = boltLogger(log);
  const address = slackApiUrl === undefined ? {} : { slackApiUrl };
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    // By itself it would wait ever longer after a long outage, and die of some errors.
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: oneTry() },
  });
  const app = new App({
    token: botToken,
    receiver,
    logger,
    // Otherwise a wrong token is an unhandled rejection in the constructor.
    deferInitialization: true,
    extendedErrorHandler: true,
    clientOptions: { ...address, timeout: CALL_TIMEOUT_MS, retryConfig: { retries: 2, minTimeout: 500 } },
  });
  app.error(async ({ error, body }: ListenerFailure) => {
    log.error({ err: error }, 'listener failed');
    await apologize(body, log);
  });

  const viewsClient = new WebClient(botToken, { ...oneTry(), timeout: VIEW_TIMEOUT_MS, logger });
  let isConnected = false;
  let isInitialized = false;
  const connection = createStayConnected({
    connect,
    disconnect: () => app.stop(),
    clock,
    log,
    onRefused,
  });
  receiver.client.on('connected', () => {
    isConnected = true;
    log.debug('slack connected');
  });
  receiver.client.on('disconnected', () => {
    // Failing to connect is told by `connect` itself.
    if (isConnected) connection.lost();
    isConnected = false;
  });

  const inFlight = new Set<Promise<void>>();
  app.use(async ({ next }) => {
    const work = next();
    inFlight.add(work);
    await work.finally(() => inFlight.delete(work));
  });

  return {
    app,
    /** For the outbox: neither retries nor waits by itself. */
    outboxClient: new WebClient(botToken, { ...oneTry(), logger }),
    /** Opens a modal. It is too late soon, so this waits behind nothing. */
    async openView(trigger_id: string, view: ModalView): Promise<void> {
      await viewsClient.views.open({ trigger_id, view });
    },
    isConnected: () => isConnected,

    /** Opens the socket and keeps it open; while Slack is away it goes on trying. Throws `RefusedToken`. */
    start: () => connection.start(),

    /** Lets listeners finish, then closes the socket. */
    async stop(): Promise<void> {
      const drained = Promise.allSettled(inFlight);
      await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
      await connection.stop();
    },
  };

  /** For clients whose callers decide when to try again. Fresh each time: the socket's client writes into what it gets. */
  function oneTry() {
    return { ...address, timeout: CALL_TIMEOUT_MS, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  }

  async function connect(): Promise<void> {
    if (!isInitialized) await app.init().catch(asRefusedToken('SLACK_BOT_TOKEN'));
    isInitialized = true;
    await app.start().catch(asRefusedToken('SLACK_APP_TOKEN'));
  }
}

/** Whoever asked must not be left without an answer. */
async function apologize(body: object, log: Logger): Promise<void> {
  if (!('response_url' in body) || typeof body.response_url !== 'string') return;
  const text = 'Something went wrong on my side and was logged. Please try again in a minute.';
  try {
    await fetch(body.response_url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
  } catch (error) {
    log.warn({ err: error }, 'apology not delivered');
  }
}
