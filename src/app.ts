import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { createCollector } from './collector/collector.ts';
import { createGroupCommit } from './collector/group-commit.ts';
import { record } from './collector/record.ts';
import { createStatusAnswer } from './collector/status-answer.ts';
import type { Config } from './config.ts';
import { createDeliver } from './jobs/deliver.ts';
import { createDetect } from './jobs/detect.ts';
import { createLearnRates } from './jobs/learn-rates.ts';
import { createLoop } from './jobs/loop.ts';
import { createAnnounceSummary } from './jobs/weekly-summary.ts';
import type { DeveloperId } from './model/ids.ts';
import { MINUTE_MS, plus, SECOND_MS } from './model/time.ts';
import { createBoltApp } from './slack/bolt-app.ts';
import { createComposeNotice } from './slack/compose-notice.ts';
import { displayName, mayName } from './slack/display-name.ts';
import { createMessenger } from './slack/messenger.ts';
import { createPeople } from './slack/people.ts';
import { registerListeners } from './slack/register-listeners.ts';
import { composeSummary } from './slack/weekly-report.ts';
import { findSlack } from './slack-place.ts';
import { openStore } from './store/store.ts';

export interface RunningApp {
  /** Where the collector listens, e.g. `http://127.0.0.1:4318`. */
  readonly url: string;
  /** Whether it talks to the local workspace instead of Slack. */
  readonly isLocal: boolean;
  stop(): Promise<void>;
}

export interface AppDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** Slack took a token back while the app ran. */
  readonly onRefused: (error: Error) => void;
}

/** Bodies that may wait for a commit; beyond it senders are asked to come back. */
const WAITING_BODIES = 1000;
/** What no telemetry claimed by then is dropped. */
const UNCLAIMED_FOR_MS = 15 * MINUTE_MS;
/** A sweep that did not end for this long means that time has stopped for incidents. */
const SWEEP_OVERDUE_MS = MINUTE_MS;

/**
 * Builds every part and starts them; `stop` takes them down in mirror order and drains. Slack may be away: the rest works
 * meanwhile. Throws `RefusedToken`.
 */
export async function startApp({ config, clock, log, version, onRefused }: AppDeps): Promise<RunningApp> {
  const store = openStore(config.databasePath, clock.now());
  const slack = await findSlack(config, log);
  const bolt = createBoltApp({ slack, clock, log, onRefused });
  const people = createPeople({ client: bolt.app.client, store, clock, log });

  const { detect, sweep } = createDetect({
    store,
    mayName: channelMayName,
    onIncident: ({ id, incident: { kind, severity, resolved } }) =>
      log.debug({ incident: id, kind, severity, resolved: resolved?.by }, 'incident written'),
    onFailure: (err, what) => log.error({ err, ...what }, 'could not be judged'),
  });
  const learnRates = createLearnRates({ store });
  const announceSummary = createAnnounceSummary({ store, zone: config.zone, at: config.summaryAt });
  const { deliverNext } = createDeliver({
    store,
    messenger: createMessenger(bolt.outboxClient),
    compose: createComposeNotice({
      store,
      people,
      alertChannel: slack.alertChannel,
      summaryChannel: slack.summaryChannel,
      channelNames: config.channelNames,
      zone: config.zone,
      composeSummary: composeSummary({ store, displayName: nameOf, zone: config.zone }),
    }),
    clock,
    log,
  });

  const delivering = createLoop({ name: 'deliver', everyMs: SECOND_MS / 2, step: deliverNext, clock, log });
  const detecting = createLoop({ name: 'detect', everyMs: 5 * SECOND_MS, step: stepDetect, clock, log });
  const learning = createLoop({
    name: 'learn',
    everyMs: 30 * SECOND_MS,
    step: () => learnRates.sweep(clock.now()),
    clock,
    log,
  });
  const sweeping = createLoop({ name: 'sweep', everyMs: 5 * SECOND_MS, step: stepSweep, clock, log });

  const { commit } = createGroupCommit({
    transaction: store.transaction,
    onCommit: detecting.wake,
    limit: WAITING_BODIES,
  });
  const statusAnswer = createStatusAnswer({ store, zone: config.zone });
  const collector = createCollector({
    ownerOf: (token) => store.tokens.owner(token, clock.now()),
    accept: (delivery) => commit(() => record(store, delivery)),
    statusLine: (owner, session) => statusAnswer(owner, session, clock.now()),
    notReady,
    timeZone: config.zone,
    clock,
    log,
    trustProxy: config.trustProxy,
    version,
  });
  if (slack.workspace) await collector.register(slack.workspace.routes, { prefix: '/workspace' });

  const url = await collector.listen({ host: config.host, port: config.port });
  registerListeners(bolt.app, {
    store,
    people,
    clock,
    log,
    publicUrl: config.publicUrl ?? url,
    channelNames: config.channelNames,
    zone: config.zone,
  });
  for (const loop of [detecting, sweeping, learning]) loop.start();
  try {
    await bolt.start();
  } catch (error) {
    await stop();
    throw error;
  }
  delivering.start();

  return { url, isLocal: slack.workspace !== undefined, stop };

  async function stop(): Promise<void> {
    await collector.close();
    await delivering.stop();
    await bolt.stop();
    for (const loop of [learning, sweeping, detecting]) await loop.stop();
    await slack.workspace?.stop();
    store.close();
  }

  function channelMayName(id: DeveloperId): boolean {
    const developer = store.developers.find(id);
    return developer !== undefined && mayName(developer, config.channelNames);
  }

  function nameOf(id: DeveloperId): string {
    return displayName(store.developers.find(id), config.channelNames);
  }

  function stepDetect(): boolean {
    const hasMore = detect(clock.now());
    delivering.wake();
    return hasMore;
  }

  function stepSweep(): boolean {
    const now = clock.now();
    sweep(now);
    announceSummary(now);
    const dropped = store.reports.expire(plus(now, -UNCLAIMED_FOR_MS));
    if (dropped > 0) log.info({ dropped }, 'reports of unknown sessions dropped');
    delivering.wake();
    return false;
  }

  function notReady(): readonly string[] {
    const swept = sweeping.lastEndedAt() ?? 0;
    return [
      ...(canRead() ? [] : ['the database cannot be read']),
      ...(bolt.isConnected() ? [] : ['the Slack socket is not connected']),
      ...(clock.now() - swept < SWEEP_OVERDUE_MS ? [] : ['the last sweep is overdue']),
    ];
  }

  function canRead(): boolean {
    try {
      store.ping();
      return true;
    } catch {
      return false;
    }
  }
}
