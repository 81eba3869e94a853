import type { Logger } from 'pino';
import { readClientPackage } from './client-package.ts';
import type { Clock } from './clock.ts';
import { createCollector } from './collector/collector.ts';
import { createGroupCommit } from './collector/group-commit.ts';
import { record } from './collector/record.ts';
import { createStatusAnswer } from './collector/status-answer.ts';
import type { Config } from './config.ts';
import { createDetect } from './jobs/detect.ts';
import { createFirstData } from './jobs/first-data.ts';
import { createLearnRates } from './jobs/learn-rates.ts';
import { createLoop, type Loop } from './jobs/loop.ts';
import { createPrune } from './jobs/prune.ts';
import { createRefreshHomes } from './jobs/refresh-homes.ts';
import { createRemoveMessages } from './jobs/remove-messages.ts';
import { createReportToAdmins } from './jobs/report-to-admins.ts';
import { createRespond } from './jobs/respond.ts';
import { createWatchOwnHealth } from './jobs/watch-own-health.ts';
import { createAnnounceSummary } from './jobs/weekly-summary.ts';
import { MINUTE_MS, plus, SECOND_MS } from './model/time.ts';
import { createObservation } from './observation.ts';
import { createOutbox } from './outbox.ts';
import { createBoltApp } from './slack/bolt-app.ts';
import { homeOf } from './slack/home-of.ts';
import { createPeople } from './slack/people.ts';
import { registerListeners } from './slack/register-listeners.ts';
import { createRemover } from './slack/remover.ts';
import { createRoles } from './slack/roles.ts';
import { createShowHome } from './slack/show-home.ts';
import { createTellAdmins } from './slack/tell-admins.ts';
import { weekSoFar } from './slack/weekly-report.ts';
import { findSlack } from './slack-place.ts';
import type { StoredIncident } from './store/incident-store.ts';
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
  /** The disk failed at what was committed already: the app must not go on, and starts anew from what the disk has. */
  readonly onDiskFailed: (error: unknown) => void;
}

/** Bodies that may wait for a commit; beyond it senders are asked to come back. */
const WAITING_BODIES = 1000;
/** What no telemetry claimed by then is dropped. */
const UNCLAIMED_FOR_MS = 15 * MINUTE_MS;

/**
 * Builds every part and starts them; `stop` takes them down in mirror order and drains. Slack may be away: the rest works
 * meanwhile. Throws `RefusedToken`.
 */
export async function startApp({ config, clock, log, version, onRefused, onDiskFailed }: AppDeps): Promise<RunningApp> {
  const store = openStore(config.databasePath, clock.now());
  store.takeOver();
  const slack = await findSlack(config, log);
  const bolt = createBoltApp({ slack, clock, log, onRefused });
  const people = createPeople({ client: bolt.app.client, store, clock, log });
  const roles = createRoles({ people, adminUsers: config.adminUsers });
  const { zone, channelNames } = config;
  const observation = createObservation({
    store,
    clock,
    version,
    waitingBodies: () => waitingBodies(),
    isSlackConnected: bolt.isConnected,
    sweptAt: () => sweeping.lastEndedAt(),
  });
  const reportToAdmins = createReportToAdmins({ store, admins: roles.admins, clock, log });
  const outbox = createOutbox({
    config,
    store,
    slack,
    bolt,
    people,
    reportToAdmins,
    meter: observation.noticeMeter,
    clock,
    log,
  });

  const showHome = createShowHome({
    store,
    homeOf: (slackUser) =>
      homeOf({ store, people, isAdmin: roles.isAdmin, channelNames, zone }, slackUser, clock.now()),
    client: bolt.outboxClient,
    showLater: (slackUser) => refreshHomes.later(slackUser),
    clock,
    log,
  });
  const refreshHomes = createRefreshHomes({ store, refresh: (slackUser) => showHome(slackUser, 'refresh'), clock });
  const { takeIn, detect, sweep } = createDetect({
    store,
    mayName: outbox.channelMayName,
    onIncident: noteIncident,
    onJudged: refreshHomes.touched,
    onFailure: (err, what) => {
      log.error({ err, ...what }, 'could not be judged');
      observation.notJudged();
    },
  });
  const learnRates = createLearnRates({ store });
  const announceSummary = createAnnounceSummary({ store, zone, at: config.summaryAt });
  const firstData = createFirstData({ store });
  const { pruneNext } = createPrune({ store, log });
  const { removeNext } = createRemoveMessages({ store, remove: createRemover(bolt.outboxClient), clock, log });
  const { watch } = createWatchOwnHealth({
    book: observation.book,
    health: observation.health,
    tryWriting: observation.tryWriting,
    report: reportToAdmins,
    tellAtOnce: createTellAdmins({ client: bolt.outboxClient, admins: roles.admins, zone, clock, log }),
    clock,
    log,
  });

  const loop = (name: string, everyMs: number, step: () => Promise<boolean> | boolean) =>
    createLoop({ name, everyMs, step, clock, log, onFailure: observation.metrics.failed });
  const detecting = loop('detect', 5 * SECOND_MS, stepDetect);
  const sweeping = loop('sweep', 5 * SECOND_MS, stepSweep);
  const learning = loop('learn', 30 * SECOND_MS, () => learnRates.sweep(clock.now()));
  const delivering = loop('deliver', SECOND_MS / 2, outbox.deliverNext);
  const refreshing = loop('homes', SECOND_MS, refreshHomes.refreshNext);
  const removing = loop('remove', 2 * SECOND_MS, removeNext);
  const pruning = loop('prune', SECOND_MS, () => pruneNext(clock.now()) && false);
  const watching = loop('health', 10 * SECOND_MS, watch);
  const local: readonly Loop[] = [detecting, sweeping, learning, pruning, watching];
  const towardsSlack: readonly Loop[] = [delivering, refreshing, removing];

  const { commit, waiting: waitingBodies } = createGroupCommit({
    transaction: (work) => takeIn(clock.now(), work),
    synced: store.synced,
    onCommit: detecting.wake,
    onDiskFailed,
    limit: WAITING_BODIES,
    meter: observation.commitMeter,
  });
  const statusAnswer = createStatusAnswer({ store, zone: config.zone });
  const client = readClientPackage();
  const collector = createCollector({
    client: client?.bytes,
    ownerOf: (token) => store.tokens.owner(token, clock.now()),
    accept: (delivery) => commit(() => record(store, delivery)),
    statusLine: (owner, session) => statusAnswer(owner, session, clock.now()),
    coverage: store.coverage.toldByTelemetry,
    notReady: observation.notReady,
    metrics: observation.metrics,
    meter: observation.meter,
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
    roles,
    clock,
    log,
    publicUrl: config.publicUrl ?? url,
    clientUrl: client && (config.publicUrl ?? url) + client.path,
    channelNames,
    zone,
    alertChannel: outbox.alertChannel,
    channels: { alert: slack.alertChannel, summary: slack.summaryChannel },
    weekSoFar: weekSoFar({ ...outbox.weekly, clock }),
    respond: createRespond({ store }),
    showHome,
    touched: refreshHomes.touched,
    openView: bolt.openView,
    publishHome: (user_id, view) => bolt.outboxClient.views.publish({ user_id, view }),
    onForgotten: () => {},
  });
  store.checkpoints.start((err) => log.error({ err }, 'checkpoints go on inside commits'));
  for (const one of local) one.start();
  try {
    await bolt.start();
  } catch (error) {
    await stop();
    throw error;
  }
  for (const one of towardsSlack) one.start();

  return { url, isLocal: slack.workspace !== undefined, stop };

  async function stop(): Promise<void> {
    await collector.close();
    for (const one of towardsSlack.toReversed()) await one.stop();
    await bolt.stop();
    for (const one of local.toReversed()) await one.stop();
    await slack.workspace?.stop();
    await store.checkpoints.stop();
    store.close();
  }

  function noteIncident({ id, incident }: StoredIncident) {
    const { kind, severity, resolved, developer } = incident;
    log.debug({ incident: id, kind, severity, resolved: resolved?.by }, 'incident written');
    observation.metrics.incidentWritten({ id, kind, severity });
    if (developer !== undefined) refreshHomes.touched(developer);
  }

  function stepDetect(): boolean {
    const hasMore = detect(clock.now());
    if (!hasMore) observation.caughtUp();
    delivering.wake();
    return hasMore;
  }

  function stepSweep(): boolean {
    const now = clock.now();
    sweep(now);
    store.settleQuiet();
    announceSummary(now);
    firstData(now);
    const dropped = store.reports.expire(plus(now, -UNCLAIMED_FOR_MS));
    observation.metrics.dropped(dropped);
    if (dropped > 0) log.info({ dropped }, 'reports of unknown sessions dropped');
    delivering.wake();
    return false;
  }
}
