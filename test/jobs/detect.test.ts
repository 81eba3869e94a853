import { beforeEach, describe, expect, test } from 'vitest';
import { requestEvent } from '../../src/detectors/session-trace.ts';
import { createDetect } from '../../src/jobs/detect.ts';
import type { ApiRequest } from '../../src/model/api-request.ts';
import type { CacheReport } from '../../src/model/cache-report.ts';
import { accountId, type DeveloperId, sessionId, UNKNOWN_ACCOUNT } from '../../src/model/ids.ts';
import type { Reading } from '../../src/model/reading.ts';
import { type EpochMs, MINUTE_MS, plus, SECOND_MS } from '../../src/model/time.ts';
import type { Notice } from '../../src/store/notice.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import {
  ACCOUNT,
  cacheReport,
  hours,
  marker,
  minutes,
  NOON,
  reading,
  readWrite,
  request,
  SESSION,
  seconds,
} from '../support/builders.ts';

let store: Store;
let ann: DeveloperId;
let detection: ReturnType<typeof createDetect>;

/** Nothing may fail here unless a test says so. */
const onFailure = (error: unknown): never => {
  throw error;
};

/** The program starts, or starts again, on the same database. */
function start() {
  detection = createDetect({ store, mayName: () => true, onIncident: () => {}, onFailure });
}

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ann = store.developers.forEmail('ann@example.com', { now: NOON });
  start();
  return () => store.close();
});

/** Writes requests as the collector does. */
function sent(requests: readonly ApiRequest[], receivedAt?: EpochMs) {
  for (const one of requests) {
    const kept = store.requests.keep(ann, one, receivedAt ?? one.endedAt);
    if (kept !== 'accepted') continue;
    const event = requestEvent(one, receivedAt ?? one.endedAt);
    store.undetected.hear(ann, event);
  }
}

/** Requests arrive and are judged at once. */
function arrive(...requests: readonly ApiRequest[]) {
  sent(requests);
  detection.detect(plus(requests.at(-1)?.endedAt ?? NOON, SECOND_MS));
}

function read(part: Partial<Reading>, account = ACCOUNT) {
  const one = reading(part);
  if (store.windows.read(ann, account, one)) {
    store.undetected.note(ann, { session: one.session, at: one.at, is: 'reading' });
  }
  detection.detect(one.at);
}

function marked(kind: 'resume' | 'compaction', at: EpochMs, now: EpochMs) {
  const event = { is: 'marker', marker: marker(kind, at) } as const;
  if (store.sessions.addMarker(ann, event.marker)) {
    store.undetected.hear(ann, event);
  }
  detection.detect(now);
}

function failed(statusCode: number, at: EpochMs) {
  if (store.sessions.addError(ann, { session: SESSION, at, statusCode }, at)) {
    store.undetected.note(ann, { session: SESSION, at, is: 'error' });
  }
  detection.detect(at);
}

const first = () => readWrite(seconds(0), 14_000, 60_000);
const rewrite = (second: number, read = 14_000) => readWrite(seconds(second), read, 60_000);
const hit = (second: number) => readWrite(seconds(second), 74_000, 500);

const incidents = () =>
  store.incidents.openedBetween(hours(-48), hours(48)).map(({ incident }) => ({
    kind: incident.kind,
    severity: incident.severity,
    resolved: incident.resolved?.by,
  }));
const cache = () => {
  const found = store.incidents.openedBetween(hours(-48), hours(48)).map(({ incident }) => incident);
  return found.flatMap((incident) => (incident.kind === 'cache_invalidation' ? [incident] : []));
};
/** The turns in an alert's thread follow each first word; the stories here are about the words. */
const isThread = ({ form, reason }: Pick<Notice, 'form' | 'reason'>) =>
  form === 'timeline' || (form === 'reply' && reason === 'opened');
/** What would be said by now, in short. */
const notices = (now: EpochMs = hours(24)) =>
  store.notices
    .due(now)
    .filter((notice) => !isThread(notice))
    .map((notice) => `${notice.audience}: ${notice.reason}`);
/** What would be said and still holds: a notice of an incident that something stronger overtook is dropped unsaid. */
const worthSaying = (now: EpochMs = hours(24)) =>
  store.notices.due(now).flatMap(({ subject, ...notice }) => {
    if (isThread(notice)) return [];
    const incident = subject.of === 'incident' ? store.incidents.find(subject.incident)?.incident : undefined;
    if (!incident || incident.resolved?.by === 'overtaken') return [];
    return [incident.kind === 'window_threshold' ? `level ${incident.evidence.level}` : incident.kind];
  });
/** Slack takes everything that is due. */
function deliver(now: EpochMs) {
  for (const { id } of store.notices.due(plus(now, 2 * MINUTE_MS))) {
    store.notices.claim(id);
    store.notices.sent(id, now, { channel: 'C1', ts: String(id) });
  }
}

describe('a broken cache', () => {
  test('opens one incident with one notice that waits', () => {
    arrive(first());
    arrive(rewrite(10));
    expect(incidents()).toEqual([]);
    arrive(rewrite(20));
    expect(incidents()).toEqual([{ kind: 'cache_invalidation', severity: 'warning', resolved: undefined }]);
    expect(notices()).toEqual(['channel: opened']);
  });

  test('grows in that one incident, and edits its message', () => {
    arrive(first());
    for (const second of [10, 20]) arrive(rewrite(second));
    deliver(seconds(25));
    arrive(rewrite(30));
    arrive(rewrite(40));
    expect(cache()).toMatchObject([{ severity: 'critical', evidence: { misses: 4, rewrittenTokens: 240_000 } }]);
    expect(notices()).toEqual(['channel: grown']);
  });

  test('heals by three hits and says so', () => {
    arrive(first());
    for (const second of [10, 20]) arrive(rewrite(second));
    deliver(seconds(25));
    for (const second of [30, 40]) arrive(hit(second));
    expect(notices()).toEqual([]);
    arrive(hit(50));
    expect(incidents()).toMatchObject([{ resolved: 'healthy' }]);
    expect(notices()).toEqual(['channel: resolved']);
  });

  test('does not heal by hits with a miss among them', () => {
    arrive(first());
    for (const second of [10, 20]) arrive(rewrite(second));
    for (const second of [30, 40]) arrive(hit(second));
    arrive(rewrite(50));
    arrive(hit(60));
    expect(incidents()).toMatchObject([{ resolved: undefined }]);
  });

  test('comes back in the same incident and message', () => {
    arrive(first());
    for (const second of [10, 20]) arrive(rewrite(second));
    deliver(seconds(25));
    for (const second of [30, 40, 50]) arrive(hit(second));
    deliver(seconds(55));
    for (const second of [60, 70]) arrive(rewrite(second));
    expect(cache()).toMatchObject([{ evidence: { misses: 4 } }]);
    expect(notices()).toEqual(['channel: reopened']);
  });

  test('is over after half an hour of silence', () => {
    arrive(first());
    for (const second of [10, 20]) arrive(rewrite(second));
    detection.sweep(minutes(30));
    expect(incidents()).toMatchObject([{ resolved: undefined }]);
    detection.sweep(plus(seconds(20), 30 * MINUTE_MS));
    expect(incidents()).toMatchObject([{ resolved: 'quiet' }]);
  });

  test('is one of its session: another session has an incident of its own', () => {
    for (const session of [SESSION, sessionId('session-2')]) {
      arrive(...[first(), rewrite(10), rewrite(20)].map((one) => ({ ...one, session })));
    }
    expect(incidents()).toHaveLength(2);
  });

  test('has the cause that the client named, also where it counts whole seconds', () => {
    store.reports.addCacheReport(ann, {
      session: SESSION,
      at: seconds(11),
      requests: 2,
      misses: 1,
      expectedRebuilds: 0,
      missRecacheTokens: 310_000,
      lastMissAt: seconds(10),
      lastMissCause: 'tools_changed',
    });
    arrive(readWrite(seconds(0), 0, 320_000), readWrite(plus(seconds(10), 700), 14_000, 320_000));
    expect(cache()).toMatchObject([{ evidence: { misses: 1, cause: 'tools_changed' } }]);
  });

  test('is told to the developer, too, where the channel may not name them', () => {
    detection = createDetect({ store, mayName: () => false, onIncident: () => {}, onFailure });
    arrive(first(), rewrite(10), rewrite(20));
    expect(notices()).toEqual(['channel: opened', 'developer: opened']);
  });
});

describe('requests out of order', () => {
  test('in one batch are judged in the order in which they happened', () => {
    sent([rewrite(20), first(), rewrite(10)]);
    detection.detect(seconds(25));
    expect(cache()).toMatchObject([{ evidence: { misses: 2 } }]);
  });

  test('in two batches are judged anew without counting anything twice', () => {
    arrive(first(), rewrite(10), rewrite(30), rewrite(40));
    expect(cache()).toMatchObject([{ evidence: { misses: 3 } }]);
    sent([rewrite(20)], seconds(45));
    detection.detect(seconds(45));
    expect(cache()).toMatchObject([{ evidence: { misses: 3, consecutive: 3 } }]);
    arrive(rewrite(50));
    expect(cache()).toMatchObject([{ evidence: { misses: 4, rewrittenTokens: 240_000 } }]);
  });

  test('of one moment in two batches are judged once each', () => {
    arrive(first(), rewrite(10));
    arrive(request({ endedAt: seconds(10), origin: 'background', requestId: 'req_1' }));
    expect(incidents()).toEqual([]);
    arrive(rewrite(20));
    expect(cache()).toMatchObject([{ evidence: { misses: 2 } }]);
  });

  test('complete a run that was not visible before', () => {
    arrive(first(), rewrite(20));
    expect(incidents()).toEqual([]);
    sent([rewrite(10)], seconds(25));
    detection.detect(seconds(25));
    expect(cache()).toMatchObject([{ evidence: { misses: 2 } }]);
  });

  test('do not heal with hits that were counted already', () => {
    arrive(first(), rewrite(10), rewrite(20), hit(30), hit(50));
    sent([request({ endedAt: seconds(25), origin: 'background' })], seconds(55));
    detection.detect(seconds(55));
    expect(incidents()).toMatchObject([{ resolved: undefined }]);
  });
});

describe('a restart', () => {
  test('in the middle of a run neither loses nor doubles', () => {
    arrive(first(), rewrite(10));
    start();
    arrive(rewrite(20));
    expect(cache()).toMatchObject([{ evidence: { misses: 2 } }]);
    start();
    arrive(rewrite(30));
    expect(cache()).toMatchObject([{ severity: 'critical', evidence: { misses: 3, consecutive: 3 } }]);
    expect(notices()).toEqual(['channel: opened']);
  });

  test('between the commit and the detection loses nothing', () => {
    sent([first(), rewrite(10), rewrite(20)]);
    start();
    detection.detect(seconds(60));
    expect(incidents()).toHaveLength(1);
    detection.detect(seconds(61));
    expect(store.undetected.next(seconds(61), 10)).toEqual([]);
  });

  test('while a detection fails writes nothing of it, and the next one all', () => {
    arrive(first());
    sent([rewrite(10), rewrite(20)]);
    const broken = { ...store, undetected: { ...store.undetected, detected: failing } };
    const interrupted = createDetect({ store: broken, mayName: () => true, onIncident: () => {}, onFailure });
    expect(() => interrupted.detect(seconds(25))).toThrow('power cut');
    expect(incidents()).toEqual([]);
    // It goes on with what it remembers of the attempt that came to nothing.
    expect(() => interrupted.detect(seconds(26))).toThrow('power cut');
    detection.detect(seconds(27));
    expect(cache()).toMatchObject([{ evidence: { misses: 2 } }]);
  });

  test('is no different from 2,000 other sessions that push this one out of memory', () => {
    arrive(first(), rewrite(10));
    sent(Array.from({ length: 2000 }, (_, n) => request({ session: sessionId(`other-${n}`), endedAt: seconds(15) })));
    while (detection.detect(seconds(16)));
    arrive(rewrite(20));
    expect(cache()).toMatchObject([{ evidence: { misses: 2 } }]);
  });

  test('goes on healing where it was', () => {
    arrive(first(), rewrite(10), rewrite(20), hit(30), hit(40));
    start();
    arrive(hit(50));
    expect(incidents()).toMatchObject([{ resolved: 'healthy' }]);
  });

  function failing(): never {
    throw new Error('power cut');
  }
});

describe('what comes in one commit', () => {
  /** The collector takes requests in at `now`. */
  const takenIn = (now: EpochMs, ...requests: readonly ApiRequest[]) => detection.takeIn(now, () => sent(requests));
  const unjudged = () => store.undetected.next(hours(1), 10);

  test('is judged in it', () => {
    takenIn(seconds(21), first(), rewrite(10), rewrite(20));
    expect(unjudged()).toEqual([]);
    expect(notices()).toEqual(['channel: opened']);
  });

  test('goes with the windows that it read', () => {
    detection.takeIn(NOON, () => {
      const one = reading({ usedPercent: 96 });
      store.windows.read(ann, ACCOUNT, one);
      store.undetected.note(ann, { session: one.session, at: one.at, is: 'reading' });
    });
    expect(incidents()).toMatchObject([{ kind: 'window_threshold' }]);
  });

  test('leaves to the next look what was there before', () => {
    sent([first()]);
    takenIn(seconds(21), request({ session: sessionId('other'), endedAt: seconds(20) }));
    expect(unjudged()).toMatchObject([{ session: SESSION }]);
  });

  test('stays, and is judged later, when judging it fails', () => {
    const failures: unknown[] = [];
    const broken = { ...store, sessions: { ...store.sessions, setCountedUntil: failing } };
    const failed = createDetect({
      store: broken,
      mayName: () => true,
      onIncident: () => {},
      onFailure: (error) => failures.push(error),
    });
    failed.takeIn(seconds(21), () => sent([first(), rewrite(10), rewrite(20)]));
    expect(failures).toMatchObject([{ message: 'no room' }]);
    expect(unjudged()).toHaveLength(1);
    detection.detect(hours(1));
    expect(store.requests.ofSession(ann, SESSION, NOON)).toHaveLength(3);
    expect(unjudged()).toEqual([]);

    function failing(): never {
      throw new Error('no room');
    }
  });

  test('and is undone was never judged', () => {
    takenIn(seconds(1), first());
    expect(() =>
      detection.takeIn(seconds(21), () => {
        sent([rewrite(10), rewrite(20)]);
        throw new Error('disk full');
      }),
    ).toThrow('disk full');
    expect(incidents()).toEqual([]);
    takenIn(seconds(40), hit(30));
    expect(incidents()).toEqual([]);
    takenIn(seconds(61), rewrite(50), rewrite(60));
    expect(cache()).toMatchObject([{ evidence: { misses: 2 } }]);
  });
});

describe('late data', () => {
  const late = plus(seconds(20), 15 * MINUTE_MS + 1);

  test('open an incident that nobody hears of', () => {
    sent([first(), rewrite(10), rewrite(20)], late);
    detection.detect(late);
    expect(cache()).toMatchObject([{ isLate: true }]);
    detection.sweep(hours(2));
    expect(incidents()).toMatchObject([{ resolved: 'quiet' }]);
    expect(notices()).toEqual([]);
  });

  test('that are just not late are told', () => {
    sent([first(), rewrite(10), rewrite(20)], plus(late, -1));
    detection.detect(late);
    expect(notices()).toEqual(['channel: opened']);
  });

  test('do not bring back what was over', () => {
    arrive(first(), rewrite(10), rewrite(20));
    deliver(seconds(25));
    arrive(hit(30), hit(40), hit(50));
    deliver(seconds(55));
    sent([rewrite(60), rewrite(70)], plus(late, MINUTE_MS));
    detection.detect(plus(late, MINUTE_MS));
    detection.sweep(hours(2));
    expect(notices()).toEqual([]);
  });
});

describe('what was judged in time', () => {
  const predecessor = () => readWrite(seconds(-30), 14_000, 400_000);
  /** Nothing before it is known, so that it is the first of its stream. */
  const alone = () => readWrite(seconds(0), 14_000, 400_000);
  beforeEach(() => store.sessions.see(ann, { session: SESSION, at: NOON }));

  test('and days later turns out to be worse, because its past comes in, is news to nobody', () => {
    arrive(alone());
    sent([predecessor()], hours(48));
    detection.detect(hours(48));
    expect(cache()).toMatchObject([{ isLate: true }]);
    expect(notices(hours(72))).toEqual([]);
  });

  test('and is judged anew a moment later, because something came out of order, is told', () => {
    arrive(alone());
    sent([predecessor()], minutes(1));
    detection.detect(minutes(1));
    expect(notices()).toEqual(['channel: opened']);
  });

  test('is told after a downtime, for nobody has judged it yet', () => {
    sent([predecessor(), alone()]);
    start();
    detection.detect(hours(2));
    expect(notices()).toEqual(['channel: opened']);
  });
});

describe('a resume', () => {
  const resumed = () => arrive(first(), rewrite(10), rewrite(20));

  test('that only the metrics tell, after two rewrites, explains them away', () => {
    resumed();
    expect(incidents()).toMatchObject([{ kind: 'cache_invalidation', resolved: undefined }]);
    marked('resume', seconds(5), seconds(50));
    expect(cache()).toMatchObject([{ resolved: { by: 'explained' } }]);
    expect(incidents()).toContainEqual({ kind: 'resume_reprocess', severity: 'info', resolved: undefined });
  });

  test('explains them away also when the program was started again in between', () => {
    resumed();
    start();
    marked('resume', seconds(5), seconds(50));
    expect(cache()).toMatchObject([{ resolved: { by: 'explained' } }]);
  });

  test('does not explain a third rewrite', () => {
    resumed();
    arrive(rewrite(30));
    marked('resume', seconds(5), seconds(50));
    expect(cache()).toMatchObject([{ resolved: undefined }]);
  });

  test('that the sequence shows is told to the developer alone', () => {
    const counted = [first(), rewrite(10), rewrite(20)].map((one, n) => ({ ...one, sequence: n === 0 ? 9 : n }));
    arrive(...counted);
    expect(incidents()).toEqual([{ kind: 'resume_reprocess', severity: 'info', resolved: undefined }]);
    expect(notices()).toEqual(['developer: opened']);
  });

  test('of no size is recorded and not told', () => {
    const small = [readWrite(seconds(0), 14_000, 30_000), readWrite(seconds(10), 14_000, 30_000)];
    arrive(...small.map((one, n) => ({ ...one, sequence: 9 - n })));
    expect(incidents()).toEqual([{ kind: 'resume_reprocess', severity: 'recorded', resolved: undefined }]);
    expect(notices()).toEqual([]);
  });
});

describe('a lock-out', () => {
  const refusal = { usedPercent: 100, source: 'stop_failure' } as const;

  test('is known from the hook', () => {
    read({ ...refusal, at: seconds(10) });
    expect(incidents()).toEqual([{ kind: 'lock_out', severity: 'info', resolved: undefined }]);
    expect(notices(seconds(10))).toEqual(['developer: opened']);
  });

  test('is known from a 429 with the window at 99 %', () => {
    read({ usedPercent: 99 });
    failed(429, seconds(10));
    expect(incidents()).toContainEqual({ kind: 'lock_out', severity: 'info', resolved: undefined });
  });

  test.each([
    ['a bare 429', () => failed(429, seconds(10))],
    [
      'a 429 with the window at 98 %',
      () => {
        read({ usedPercent: 98 });
        failed(429, seconds(10));
      },
    ],
    [
      'another failure with a full window',
      () => {
        read({ usedPercent: 99 });
        failed(529, seconds(10));
      },
    ],
    [
      'a 429 of a quarter of an hour ago',
      () => {
        failed(429, seconds(10));
        read({ usedPercent: 99, at: minutes(16) });
      },
    ],
  ])('is not %s', (_, happens) => {
    happens();
    expect(incidents().map((incident) => incident.kind)).not.toContain('lock_out');
  });

  test('opens again with the next request, and says so in its thread', () => {
    read({ ...refusal, at: seconds(10) });
    deliver(seconds(20));
    arrive(request({ endedAt: seconds(60) }));
    expect(incidents()).toMatchObject([{ resolved: 'open_again' }]);
    expect(store.notices.due(hours(1)).map(({ form, reason }) => `${form}: ${reason}`)).toEqual([
      'message: resolved',
      'reply: resolved',
    ]);
  });

  test('does not open again with a request that was on its way', () => {
    read({ ...refusal, at: seconds(10) });
    arrive(request({ startedAt: seconds(9), endedAt: seconds(60) }));
    expect(incidents()).toMatchObject([{ resolved: undefined }]);
  });

  test('stays resolved until the client is refused anew', () => {
    read({ ...refusal, at: seconds(10) });
    deliver(seconds(20));
    arrive(request({ endedAt: seconds(60) }));
    deliver(seconds(70));
    arrive(request({ endedAt: seconds(80) }));
    expect(notices()).toEqual([]);
    read({ ...refusal, at: seconds(90) });
    expect(incidents()).toMatchObject([{ resolved: undefined }]);
    expect(notices()).toEqual(['developer: reopened']);
  });

  test('is over at the reset', () => {
    read({ ...refusal, at: seconds(10) });
    detection.sweep(hours(4));
    expect(incidents()).toMatchObject([{ resolved: 'reset' }]);
  });
});

describe('a window’s levels', () => {
  test('are told once each', () => {
    for (const [n, usedPercent] of [79, 80, 81, 89].entries()) read({ usedPercent, at: minutes(n * 6) });
    expect(worthSaying()).toEqual(['level 80']);
  });

  test('80 and then 95 leave one notice, of 90', () => {
    read({ usedPercent: 80 });
    read({ usedPercent: 95, at: minutes(60) });
    expect(incidents()).toMatchObject([{ resolved: 'overtaken' }, { resolved: undefined }]);
    expect(worthSaying()).toEqual(['level 90']);
  });

  test('are not told again after a lock-out that a 429 showed', () => {
    read({ usedPercent: 99 });
    failed(429, seconds(10));
    arrive(request({ endedAt: seconds(60) }));
    deliver(seconds(70));
    for (const minute of [20, 90]) {
      read({ usedPercent: 99, at: minutes(minute) });
      arrive(request({ endedAt: minutes(minute) }));
    }
    expect(incidents().filter((incident) => incident.kind === 'window_threshold')).toHaveLength(1);
    expect(notices()).toEqual([]);
  });

  test('are no news beside an open lock-out', () => {
    read({ usedPercent: 99 });
    failed(429, seconds(10));
    read({ usedPercent: 100, at: minutes(20) });
    expect(worthSaying()).toEqual(['lock_out']);
  });

  test('100 % waits for 15 seconds, and a lock-out in that time is told instead', () => {
    read({ usedPercent: 100, at: seconds(0) });
    expect(notices(seconds(14))).toEqual([]);
    expect(worthSaying(seconds(15))).toEqual(['level 100']);
    read({ usedPercent: 100, source: 'stop_failure', at: seconds(14) });
    expect(worthSaying(seconds(15))).toEqual(['lock_out']);
  });

  test('are told anew in the next window', () => {
    read({ usedPercent: 85 });
    detection.sweep(hours(4));
    read({ usedPercent: 85, at: hours(6), resetsAt: hours(9) });
    expect(incidents()).toMatchObject([{ resolved: 'reset' }, { resolved: undefined }]);
  });
});

test('an unusual pace is told with the level that it reached', () => {
  read({ usedPercent: 20 });
  read({ usedPercent: 85, at: minutes(10) });
  expect(incidents().map((incident) => incident.kind)).toEqual(['window_threshold', 'burn_rate']);
  expect(notices()).toEqual(['developer: opened', 'developer: opened']);
});

test('a pace is held against the developer’s own earlier windows of that account', () => {
  for (let day = 1; day <= 7; day++) {
    for (const [minute, usedPercent] of [0, 55, 110, 165].entries()) {
      const at = plus(hours(-24 * day), minute * 60 * MINUTE_MS);
      store.windows.read(ann, ACCOUNT, reading({ usedPercent, at, resetsAt: plus(hours(-24 * day), 300 * MINUTE_MS) }));
    }
  }
  read({ usedPercent: 10 });
  read({ usedPercent: 45, at: minutes(30) });
  expect(incidents()).toEqual([]);
  read({ usedPercent: 70, at: minutes(45) });
  expect(incidents()).toMatchObject([{ kind: 'burn_rate' }]);
});

describe('what cannot be judged', () => {
  test('keeps nobody else from being judged, and is tried again later', () => {
    const other = sessionId('other');
    const poisoned = {
      ...store.requests,
      ofSession: (...asked: Parameters<typeof store.requests.ofSession>) => {
        if (asked[1] === other) throw new Error('this session is broken');
        return store.requests.ofSession(...asked);
      },
    };
    const failures: unknown[] = [];
    detection = createDetect({
      store: { ...store, requests: poisoned },
      onIncident: () => {},
      mayName: () => true,
      onFailure: (_error, what) => failures.push(what),
    });
    sent([request({ session: other, endedAt: seconds(1) })]);
    arrive(first(), rewrite(10), rewrite(20));
    expect(cache()).toHaveLength(1);
    expect(failures).toEqual([{ developer: ann, session: other }]);
    detection.detect(seconds(30));
    expect(failures).toHaveLength(1);
    detection.detect(hours(1));
    expect(failures).toHaveLength(2);
  });
});

describe('accounts', () => {
  const jitter = (n: number) => ({ session: sessionId(`session-${n}`), resetsAt: plus(hours(4), n * SECOND_MS) });

  test('that new sessions do not know yet make no second window, and no second word', () => {
    read({ ...jitter(0), usedPercent: 82 }, UNKNOWN_ACCOUNT);
    for (const n of [1, 2, 3]) read({ ...jitter(n), usedPercent: 82, at: minutes(n) }, UNKNOWN_ACCOUNT);
    read({ ...jitter(4), usedPercent: 83, at: minutes(4) }, ACCOUNT);
    read({ ...jitter(5), usedPercent: 84, at: minutes(5) }, UNKNOWN_ACCOUNT);
    expect(store.windows.known(ann, NOON)).toHaveLength(1);
    expect(worthSaying()).toEqual(['level 80']);
  });

  test('are told apart, even where their windows reset at the same moment', () => {
    read({ usedPercent: 82 }, ACCOUNT);
    read({ usedPercent: 83, session: sessionId('second') }, accountId('account-2'));
    expect(worthSaying()).toEqual(['level 80', 'level 80']);
  });
});

test('a cause that the client names after the finding reaches the message', () => {
  arrive(first(), rewrite(10), rewrite(20));
  deliver(seconds(30));
  store.reports.addCacheReport(ann, {
    session: SESSION,
    at: seconds(40),
    requests: 3,
    misses: 2,
    expectedRebuilds: 0,
    missRecacheTokens: 120_000,
    lastMissAt: seconds(20),
    lastMissCause: 'tools_changed',
  });
  store.undetected.note(ann, { session: SESSION, at: seconds(40), is: 'report' });
  detection.detect(seconds(41));
  expect(cache()).toMatchObject([{ evidence: { cause: 'tools_changed' } }]);
  expect(notices()).toEqual(['channel: grown']);
});

describe('what the client itself counted', () => {
  const counted = (second: number, misses: number, part: Partial<CacheReport> = {}) => {
    const report = { at: seconds(second), requests: second / 10 + 1, misses, missRecacheTokens: misses * 60_000 };
    const told = { lastMissAt: seconds(second), lastMissCause: 'tools_changed', ...report, ...part };
    if (!store.reports.addCacheReport(ann, cacheReport(told))) return;
    store.undetected.note(ann, { session: SESSION, at: told.at, is: 'report' });
  };

  test('opens an incident without any telemetry, which heals by the same count', () => {
    store.sessions.see(ann, { session: SESSION, at: NOON, clientVersion: '2.1.330' });
    counted(0, 0);
    counted(10, 1);
    counted(20, 2);
    detection.detect(seconds(21));
    expect(cache()).toMatchObject([
      {
        severity: 'warning',
        evidence: { cause: 'tools_changed', clientVersion: '2.1.330', clientCount: { misses: 2 } },
      },
    ]);
    for (const second of [30, 40, 50]) counted(second, 2);
    detection.detect(seconds(51));
    expect(cache()).toMatchObject([{ resolved: { by: 'healthy' } }]);
  });

  test('is judged report by report, however many come at once', () => {
    counted(0, 0);
    counted(10, 2);
    counted(20, 2);
    detection.detect(seconds(21));
    expect(cache()).toHaveLength(1);
  });

  test('and what the tokens show is one incident with one notice', () => {
    arrive(first());
    counted(0, 0);
    counted(10, 1);
    arrive(rewrite(10));
    counted(20, 2);
    arrive(rewrite(20));
    expect(cache()).toMatchObject([
      { evidence: { misses: 2, clientCount: { misses: 2, rewrittenTokens: 120_000 }, cause: 'tools_changed' } },
    ]);
    expect(notices()).toEqual(['channel: opened']);
  });

  test('is no excuse of what the tokens explain, and not explained by them', () => {
    counted(0, 0);
    counted(10, 2);
    detection.detect(seconds(11));
    sent([readWrite(seconds(-400), 14_000, 60_000), readWrite(seconds(10), 14_000, 60_000)]);
    start();
    detection.detect(seconds(30));
    expect(cache()).toMatchObject([{ resolved: undefined }]);
  });
});
