import { readFileSync } from 'node:fs';
import { pino } from 'pino';
// The whole program is loaded, as it would be: its code takes memory too.
import '../src/app.ts';
import { systemClock } from '../src/clock.ts';
import { createCollector } from '../src/collector/collector.ts';
import { type Delivery, NOTHING_KEPT, type Receipt } from '../src/collector/delivery.ts';
import { createGroupCommit } from '../src/collector/group-commit.ts';
import { record } from '../src/collector/record.ts';
import { createStatusAnswer } from '../src/collector/status-answer.ts';
import { createDetect } from '../src/jobs/detect.ts';
import { createFirstData } from '../src/jobs/first-data.ts';
import { createLearnRates } from '../src/jobs/learn-rates.ts';
import { createLoop } from '../src/jobs/loop.ts';
import { SECOND_MS } from '../src/model/time.ts';
import { openStore } from '../src/store/store.ts';
import { ASKS, type Ask, CollectorOptions, type Ready, type Told } from './collector-options.ts';
import { createNoticeWatch } from './notice-watch.ts';
import { createQuotaWatch } from './quota-watch.ts';

/**
 * The program without Slack, in a process of its own: collector, detectors and jobs as `app.ts` joins them. How it commits
 * can be chosen, which the program itself does not offer: that is what the measures compare.
 */
const options = CollectorOptions.parse(JSON.parse(process.argv[2] ?? '{}'));
const log = pino({ level: 'warn' }, pino.destination(2));
const store = openStore(options.database, systemClock.now(), options.synchronous);
store.takeOver();
const token = store.tokens.create({ of: 'team' }, systemClock.now());
const notices = createNoticeWatch(store);
const quota = createQuotaWatch(store, options.quotaEveryMs);

const { takeIn, detect, sweep } = createDetect({
  store,
  mayName: () => true,
  onIncident: notices.onIncident,
  onFailure: (err, what) => log.error({ err, ...what }, 'could not be judged'),
});
const learnRates = createLearnRates({ store });
const firstData = createFirstData({ store });
const loop = (name: string, everyMs: number, step: () => boolean) =>
  createLoop({ name, everyMs, step, clock: systemClock, log });
const detecting = loop('detect', 5 * SECOND_MS, () => notices.afterWriting(() => detect(systemClock.now())));
const sweeping = loop('sweep', 5 * SECOND_MS, () => {
  const now = systemClock.now();
  sweep(now);
  store.settleQuiet();
  firstData(now);
  return false;
});
const learning = loop('learn', 30 * SECOND_MS, () => learnRates.sweep(systemClock.now()));
const loops = [detecting, sweeping, learning];

const { commit } = createGroupCommit({
  transaction: (work) => notices.afterCommit(() => takeIn(systemClock.now(), work)),
  synced: store.synced,
  onCommit: detecting.wake,
  onDiskFailed(err) {
    log.fatal({ err }, 'the disk failed');
    process.exit(1);
  },
  limit: 1000,
});
const accept = {
  group: (delivery: Delivery) => commit(() => keep(delivery)),
  body: async (delivery: Delivery) => alone(delivery),
  each: async (delivery: Delivery) => delivery.items.map((item) => alone({ ...delivery, items: [item] })).reduce(sum),
  none: async () => NOTHING_KEPT,
}[options.commit];

const statusAnswer = createStatusAnswer({ store, zone: 'UTC' });
const collector = createCollector({
  ownerOf: (secret) => store.tokens.owner(secret, systemClock.now()),
  accept,
  statusLine: (owner, session) => statusAnswer(owner, session, systemClock.now()),
  coverage: () => [],
  notReady: () => [],
  timeZone: 'UTC',
  clock: systemClock,
  log,
  trustProxy: false,
  version: '0.0.0',
});
const url = await collector.listen({ host: '127.0.0.1', port: 0 });
store.checkpoints.start((err) => log.error({ err }, 'checkpoints go on inside commits'));
for (const one of loops) one.start();
let toldCpu = process.cpuUsage();
process.send?.({ url, token } satisfies Ready);

process.on('message', (message) => {
  const ask = ASKS.find((known) => known === message);
  if (ask) void ANSWERS[ask]();
});
// Nobody is left to measure for.
process.on('disconnect', () => process.exit());

const ANSWERS: Record<Ask, () => Promise<void> | void> = {
  tell() {
    const { user, system } = process.cpuUsage(toldCpu);
    toldCpu = process.cpuUsage();
    process.send?.({
      cpuMs: (user + system) / 1000,
      maxRssBytes: maxRssBytes(),
      quota: quota.take(),
      noticesMs: notices.take(),
    } satisfies Told);
  },
  async stop() {
    quota.stop();
    await collector.close();
    for (const one of loops.toReversed()) await one.stop();
    await store.checkpoints.stop();
    store.close();
    process.disconnect();
  },
};

/** What the system counts of a process begins with what its parent held: Linux keeps the program's own beside it. */
function maxRssBytes(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const kib = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kib) * 1024;
}

function keep(delivery: Delivery): Receipt {
  notices.onDelivery(delivery);
  return record(store, delivery);
}

/** What a collector does that shares no transactions. */
function alone(delivery: Delivery): Receipt {
  const receipt = notices.afterCommit(() => store.transaction(() => keep(delivery)));
  detecting.wake();
  return receipt;
}

function sum(one: Receipt, other: Receipt): Receipt {
  return {
    accepted: one.accepted + other.accepted,
    duplicates: one.duplicates + other.duplicates,
    conflicts: one.conflicts + other.conflicts,
    unattributed: one.unattributed + other.unattributed,
  };
}
