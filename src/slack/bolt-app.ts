import { App, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { boltLogger } from './bolt-logger.ts';

export interface SlackConnection {
  readonly botToken: string;
  readonly appToken: string;
  /** Another address than Slack's own, for emulators; ends in a slash. */
  readonly slackApiUrl: string | undefined;
}

const CALL_TIMEOUT_MS = 10_000;
/** How long a listener that is still at work is waited for. */
const DRAIN_MS = 10_000;

/** What Bolt hands over with `extendedErrorHandler`. */
type ListenerFailure = Parameters<Parameters<App['error']>[0]>[0];

/** The Bolt app in Socket Mode, not yet connected. */
export function createBoltApp({ botToken, appToken, slackApiUrl }: SlackConnection, log: Logger) {
  const logger = boltLogger(log);
  const address = slackApiUrl === undefined ? {} : { slackApiUrl };
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    // An object of its own: the socket's client writes its retry policy into it, which listeners must not inherit.
    installerOptions: { clientOptions: { ...address } },
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

  let isConnected = false;
  receiver.client.on('connected', () => {
    isConnected = true;
    log.debug('slack connected');
  });
  for (const lost of ['close', 'reconnecting', 'disconnected'] as const) {
    receiver.client.on(lost, () => {
      isConnected = false;
    });
  }

  const inFlight = new Set<Promise<void>>();
  app.use(async ({ next }) => {
    const work = next();
    inFlight.add(work);
    await work.finally(() => inFlight.delete(work));
  });

  return {
    app,
    /** For the outbox: neither retries nor waits by itself. */
    outboxClient: new WebClient(botToken, {
      ...address,
      logger,
      timeout: CALL_TIMEOUT_MS,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    }),
    isConnected: () => isConnected,

    /** Checks the token and opens the socket. Throws Slack's own error for wrong tokens. */
    async start(): Promise<void> {
      await app.init();
      await app.start();
    },

    /** Lets listeners finish, then closes the socket. */
    async stop(): Promise<void> {
      const drained = Promise.allSettled(inFlight);
      await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
      await app.stop();
    },
  };
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
