import fc from 'fast-check';
import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { resolve } from '../../src/incidents/lifecycle.ts';
import { createDeliver, type DeliverDeps } from '../../src/jobs/deliver.ts';
import { createHold } from '../../src/jobs/hold.ts';
import { createIncidentBook } from '../../src/jobs/incident-book.ts';
import type { Answer, Found, Messenger } from '../../src/jobs/messenger.ts';
import { type DeveloperId, type IncidentId, noticeId } from '../../src/model/ids.ts';
import { type DeveloperIncident, isFleetIncident, isOpen, type Resolution } from '../../src/model/incident.ts';
import { HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/model/time.ts';
import { createComposeNotice } from '../../src/slack/compose-notice.ts';
import type { Notice, SlackMessage } from '../../src/store/notice.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { cacheIncident, lockOutIncident } from '../support/builders.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';

/** What becomes of one call to Slack; without a plan it succeeds. */
type Fate = 'taken' | 'answer lost' | 'call lost' | 'away' | 'dies before' | 'dies after' | Answer;

interface Posted extends SlackMessage {
  text: string;
  notice: string;
  readonly threadTs: string | undefined;
  readonly at: number;
}

class Died extends Error {}

/** Slack as far as a messenger sees it: channels with messages that carry marks. */
function fakeSlack(clock: FakeClock) {
  const messages: Posted[] = [];
  const calls: { readonly what: string; readonly at: number }[] = [];
  const fates: Fate[] = [];
  let history: Found | undefined;
  let posts = 0;

  function call(what: string, effect: () => Answer): Answer {
    const fate = fates.shift() ?? 'taken';
    calls.push({ what, at: clock.now() });
    if (typeof fate === 'object') return fate;
    if (fate === 'dies before') throw new Died();
    if (fate === 'away') return { is: 'unreachable', problem: 'ECONNREFUSED' };
    if (fate === 'call lost') return { is: 'unknown', problem: 'HTTP 502' };
    const answer = effect();
    if (fate === 'dies after') throw new Died();
    return fate === 'answer lost' ? { is: 'unknown', problem: 'ECONNRESET' } : answer;
  }

  const messenger: Messenger = {
    async post({ channel, threadTs }, { text }, notice) {
      return call(`post ${channel}: ${text}`, () => {
        const ts = `${++posts}.0`;
        messages.push({ channel, ts, text, notice, threadTs, at: clock.now() });
        return { is: 'sent', at: { channel, ts } };
      });
    },
    async update({ channel, ts }, { text }, notice) {
      return call(`update ${channel}: ${text}`, () => {
        const message = messages.find((candidate) => candidate.channel === channel && candidate.ts === ts);
        if (!message) return { is: 'gone' };
        Object.assign(message, { text, notice });
        return { is: 'sent', at: { channel, ts } };
      });
    },
    async find({ channel, threadTs }, notice) {
      calls.push({ what: `find in ${channel}`, at: clock.now() });
      if (history) return history;
      const found = messages.find(
        (message) => message.channel === channel && message.threadTs === threadTs && message.notice === notice,
      );
      return found ? { is: 'found', at: { channel: found.channel, ts: found.ts } } : { is: 'missing' };
    },
  };

  return {
    messenger,
    messages,
    calls,
    said: () => calls.map(({ what }) => what),
    texts: () => messages.map(({ text }) => text),
    will: (...next: readonly Fate[]) => void fates.push(...next),
    recovers: () => void fates.splice(0),
    /** What every look into the history answers from now on; undefined: what is there. */
    setHistory: (answer: Found | undefined) => {
      history = answer;
    },
    setHistoryAway: (isAway: boolean) => {
      history = isAway ? { is: 'unreachable', problem: 'ECONNREFUSED' } : undefined;
    },
    delete: (text: string) =>
      void messages.splice(
        messages.findIndex((message) => message.text === text),
        1,
      ),
  };
}

let clock: FakeClock;
let store: Store;
let slack: ReturnType<typeof fakeSlack>;
let deliver: ReturnType<typeof createDeliver>;
let ada: DeveloperId;
let logged: { readonly msg: string; readonly level: number }[];
/** Channels that refused, with Slack's word. */
let refused: string[];
/** What each incident says now; without an entry, its id. */
let words: Map<IncidentId, string>;
let compose: DeliverDeps['compose'];

beforeEach(begin);

function begin() {
  clock = fakeClock('2026-11-23T12:00:00Z');
  store = openStore(':memory:', clock.now());
  slack = fakeSlack(clock);
  ada = store.developers.forEmail('ada@example.com', { now: clock.now() });
  logged = [];
  refused = [];
  words = new Map();
  compose = async ({ subject, audience, form }) => {
    const text =
      subject.of === 'incident'
        ? (words.get(subject.incident) ?? String(subject.incident))
        : String(Object.values(subject)[1]);
    return {
      is: 'message',
      channel: audience === 'developer' ? 'D1' : 'C1',
      message: { text: form === 'reply' ? `${text}, a reply` : text, blocks: [] },
    };
  };
  restart();
}

/** The program dies and comes back: it knows what the database knows. */
function restart() {
  deliver = createDeliver({
    store,
    messenger: slack.messenger,
    compose: (notice, now) => compose(notice, now),
    hold: createHold({ store, zone: 'UTC' }),
    takeIntoDigest: () => false,
    meter: { settled: () => {}, slackFailed: () => {}, refusedForGood: () => {} },
    cannotPost: (channel, code) => void refused.push(`${channel} ${code}`),
    clock,
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
  });
}

/** Delivers as the loop does, every half second, and restarts the program where it dies. */
async function run(ms: number) {
  for (const until = clock.now() + ms; clock.now() < until; clock.advance(SECOND_MS / 2)) await drain();
}

/** Whatever can be delivered at this moment. */
async function drain() {
  for (let hasMore = true; hasMore; ) {
    try {
      hasMore = await deliver.deliverNext();
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      restart();
    }
  }
}

let subjects = 0;

function incident(): IncidentId {
  const id = store.incidents.add({ ...cacheIncident(), developer: ada, subject: `session-${++subjects}` });
  words.set(id, `incident ${id}`);
  return id;
}

function say(of: IncidentId, part: Partial<Pick<Notice, 'audience' | 'form' | 'reason'>> = {}, dueAt = clock.now()) {
  store.notices.add({
    subject: { of: 'incident', incident: of },
    audience: 'channel',
    form: 'message',
    reason: 'opened',
    severity: 'warning',
    decidedAt: clock.now(),
    dueAt,
    ...part,
  });
}

/** Something happened to it: its words change, and a notice is written. */
function change(of: IncidentId, text: string) {
  words.set(of, text);
  say(of, { reason: 'grown' });
}

/** A new incident that is to be told. */
function news(part: Parameters<typeof say>[1] = {}): IncidentId {
  const id = incident();
  say(id, part);
  return id;
}

/** What is still to be done: notices that wait, and notices of which nobody knows whether they were sent. */
const unsent = () =>
  [...store.notices.due(plus(clock.now(), HOUR_MS)), ...store.notices.unsettled(plus(clock.now(), HOUR_MS))].map(
    ({ id }) => id,
  );
const log = () => logged.map(({ msg }) => msg);
const errors = () => logged.filter(({ level }) => level >= 50).map(({ msg }) => msg);

describe('while all is well', () => {
  test('the first notice posts, later ones edit what stands there', async () => {
    const id = news();
    await run(2000);
    change(id, 'grown');
    await run(2000);
    change(id, 'over');
    await run(2000);
    expect(slack.said()).toEqual(['post C1: incident 1', 'update C1: grown', 'update C1: over']);
    expect(slack.texts()).toEqual(['over']);
    expect(unsent()).toEqual([]);
  });

  test('what is not due waits', async () => {
    const id = incident();
    say(id, {}, plus(clock.now(), 15 * SECOND_MS));
    await run(15 * SECOND_MS);
    expect(slack.said()).toEqual([]);
    await run(SECOND_MS);
    expect(slack.said()).toHaveLength(1);
  });

  test('a channel hears one message a second, in order', async () => {
    for (const _ of [1, 2, 3, 4]) news();
    await run(10 * SECOND_MS);
    expect(slack.texts()).toEqual(['incident 1', 'incident 2', 'incident 3', 'incident 4']);
    const times = slack.messages.map(({ at }) => at);
    for (const [index, at] of times.slice(1).entries()) {
      expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(SECOND_MS);
    }
  });

  test('one channel does not wait for another', async () => {
    news();
    news();
    news({ audience: 'developer' });
    await drain();
    expect(slack.messages.map(({ channel }) => channel)).toEqual(['C1', 'D1']);
  });

  test('a channel that becomes free halfway through a round still hears things in order', async () => {
    for (const _ of [1, 2, 3]) news();
    await drain();
    const calm = compose;
    clock.advance(SECOND_MS - 1);
    // Asking Slack who somebody is takes a moment.
    compose = async (notice, now) => {
      const composed = await calm(notice, now);
      if (notice.id === 3) clock.advance(1);
      return composed;
    };
    await drain();
    await run(5 * SECOND_MS);
    expect(slack.texts()).toEqual(['incident 1', 'incident 2', 'incident 3']);
  });

  test('what another program claims meanwhile is left to it', async () => {
    news();
    const calm = compose;
    compose = async (notice, now) => {
      store.notices.claim(notice.id);
      return await calm(notice, now);
    };
    await deliver.deliverNext();
    expect(slack.said()).toEqual([]);
  });

  test('what has nothing to say is skipped, and why is written down', async () => {
    news();
    compose = async () => ({ is: 'skip', why: 'the incident is gone' });
    await drain();
    expect(slack.said()).toEqual([]);
    expect(unsent()).toEqual([]);
    expect(logged).toMatchObject([{ msg: 'notice skipped', why: 'the incident is gone' }]);
  });

  test('audiences have a message each', async () => {
    const id = news();
    say(id, { audience: 'developer' });
    await run(2000);
    change(id, 'grown');
    await run(2000);
    expect(slack.messages.map(({ channel, text }) => [channel, text])).toEqual([
      ['C1', 'grown'],
      ['D1', 'incident 1'],
    ]);
  });
});

describe('a reply', () => {
  test('goes into the thread of its message', async () => {
    const id = news();
    say(id, { form: 'reply' });
    await run(3 * SECOND_MS);
    expect(slack.messages).toMatchObject([
      { text: 'incident 1', threadTs: undefined },
      { text: 'incident 1, a reply', threadTs: '1.0' },
    ]);
  });

  test('waits for its message, in a channel that the bot must first be invited to', async () => {
    slack.will({ is: 'refused', problem: 'not_in_channel', isMendable: true });
    const id = news();
    say(id, { form: 'reply' });
    await run(MINUTE_MS);
    expect(slack.messages).toEqual([]);
    await run(5 * MINUTE_MS);
    expect(slack.messages.map(({ threadTs }) => threadTs)).toEqual([undefined, '1.0']);
  });

  test('is skipped where its message was refused for good', async () => {
    slack.will({ is: 'refused', problem: 'invalid_blocks', isMendable: false });
    const id = news();
    say(id, { form: 'reply' });
    await run(MINUTE_MS);
    expect(slack.messages).toEqual([]);
    expect(log()).toEqual(['notice given up', 'notice skipped']);
    expect(unsent()).toEqual([]);
  });

  test('that a crash left open is found in its thread', async () => {
    const id = news();
    say(id, { form: 'reply' });
    slack.will('taken', 'dies after');
    await run(5 * SECOND_MS);
    expect(slack.texts()).toEqual(['incident 1', 'incident 1, a reply']);
    expect(unsent()).toEqual([]);
  });
});

describe('a crash', () => {
  test('between claim and send: Slack does not have it, so it is posted, once', async () => {
    news();
    slack.will('dies before');
    await run(5 * SECOND_MS);
    expect(slack.said()).toEqual(['post C1: incident 1', 'find in C1', 'post C1: incident 1']);
    expect(slack.texts()).toEqual(['incident 1']);
    expect(unsent()).toEqual([]);
  });

  test('between send and mark: it is found by its mark, and not posted again', async () => {
    const id = news();
    slack.will('dies after');
    await run(5 * SECOND_MS);
    expect(slack.said()).toEqual(['post C1: incident 1', 'find in C1']);
    expect(unsent()).toEqual([]);
    change(id, 'grown');
    await run(SECOND_MS);
    expect(slack.texts()).toEqual(['grown']);
  });

  test('between send and mark, after which it grew: the one message is brought up to date', async () => {
    const id = news();
    slack.will('dies after');
    await drain().catch(() => undefined);
    change(id, 'grown');
    await run(5 * SECOND_MS);
    expect(slack.texts()).toEqual(['grown']);
  });

  test('before anything was sent, after which it grew: one message says all', async () => {
    const id = news();
    slack.will('dies before');
    slack.setHistoryAway(true);
    await drain();
    change(id, 'grown');
    slack.setHistoryAway(false);
    await run(5 * SECOND_MS);
    expect(slack.texts()).toEqual(['grown']);
  });

  test('between send and mark, after which a more serious word overtook it: the message that stands says so', async () => {
    const id = news();
    slack.will('dies after');
    slack.setHistoryAway(true);
    await drain();
    words.set(id, 'a later message says more');
    say(id, { reason: 'resolved' });
    compose = neverSaidIsSkipped(compose);
    slack.setHistoryAway(false);
    await run(10 * SECOND_MS);
    expect(slack.texts()).toEqual(['a later message says more']);
  });

  test('before anything was sent, after which a more serious word overtook it: nothing is said', async () => {
    news();
    slack.will('dies before');
    slack.setHistoryAway(true);
    await drain();
    compose = neverSaidIsSkipped(compose);
    slack.setHistoryAway(false);
    await run(10 * SECOND_MS);
    expect(slack.texts()).toEqual([]);
    expect(unsent()).toEqual([]);
  });

  /** As it is with what was overtaken: worth a correction, not a first word. */
  function neverSaidIsSkipped(said: DeliverDeps['compose']): DeliverDeps['compose'] {
    return async (notice, now) => {
      const composed = await said(notice, now);
      if (composed.is !== 'message' || store.notices.message(notice.subject, notice.audience)) return composed;
      return { is: 'skip', why: 'never said', channel: composed.channel };
    };
  }

  test('after which nobody can say where it was to go waits until somebody can', async () => {
    news();
    slack.will('dies after');
    const calm = compose;
    await deliver.deliverNext().catch(() => undefined);
    restart();
    compose = async () => ({ is: 'unreachable', problem: 'ECONNREFUSED' });
    await run(10 * SECOND_MS);
    expect(slack.said()).toHaveLength(1);
    compose = calm;
    await run(MINUTE_MS);
    expect(slack.texts()).toEqual(['incident 1']);
    expect(unsent()).toEqual([]);
  });

  test('after which its incident is gone leaves nothing to do', async () => {
    news();
    slack.will('dies before');
    await deliver.deliverNext().catch(() => undefined);
    restart();
    compose = async () => ({ is: 'skip', why: 'the incident is gone' });
    await run(SECOND_MS);
    expect(unsent()).toEqual([]);
    expect(slack.texts()).toEqual([]);
  });

  test('leaves what was claimed alone until Slack can be asked', async () => {
    news();
    slack.will('dies after');
    slack.setHistoryAway(true);
    await run(MINUTE_MS);
    expect(slack.said().filter((what) => what.startsWith('post'))).toHaveLength(1);
    slack.setHistoryAway(false);
    await run(MINUTE_MS);
    expect(slack.texts()).toEqual(['incident 1']);
    expect(unsent()).toEqual([]);
  });
});

describe('an outcome that nobody knows', () => {
  test.each([
    ['taken by Slack', 'answer lost', ['post C1: incident 1', 'find in C1']],
    ['lost on the way', 'call lost', ['post C1: incident 1', 'find in C1', 'post C1: incident 1']],
  ] as const)('is looked up before anything is posted again: %s', async (_, fate, said) => {
    news();
    slack.will(fate);
    await run(10 * SECOND_MS);
    expect(slack.said()).toEqual(said);
    expect(slack.texts()).toEqual(['incident 1']);
  });
});

describe('when Slack asks to wait', () => {
  test('everything waits that long, and then goes on in order', async () => {
    slack.will({ is: 'rate_limited', retryAfterMs: 30 * SECOND_MS });
    for (const _ of [1, 2, 3]) news();
    news({ audience: 'developer' });
    await run(30 * SECOND_MS);
    expect(slack.said()).toHaveLength(1);
    await run(5 * SECOND_MS);
    expect(slack.messages.filter(({ channel }) => channel === 'C1').map(({ text }) => text)).toEqual([
      'incident 1',
      'incident 2',
      'incident 3',
    ]);
    expect(slack.texts()).toContain('incident 4');
  });

  test('a second time, it waits again', async () => {
    slack.will({ is: 'rate_limited', retryAfterMs: 5000 }, { is: 'rate_limited', retryAfterMs: 7000 });
    news();
    await run(20 * SECOND_MS);
    const [first = 0, ...later] = slack.calls.map(({ at }) => at);
    expect(later.map((at) => at - first)).toEqual([5000, 12_000]);
  });
});

describe('while Slack is away', () => {
  test('it is asked after 1, 2, 4 … seconds, and then every minute', async () => {
    slack.will(...Array.from({ length: 9 }, () => 'away' as const));
    news();
    await run(5 * MINUTE_MS);
    const times = slack.calls.map(({ at }) => at);
    const waits = times.slice(1).map((at, index) => (at - (times[index] ?? 0)) / SECOND_MS);
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(slack.texts()).toEqual(['incident 1']);
  });

  test('the next trouble starts at a second again', async () => {
    slack.will('away', 'away', 'taken', 'away');
    const id = news();
    await run(10 * SECOND_MS);
    change(id, 'grown');
    await run(1500);
    expect(slack.texts()).toEqual(['grown']);
  });

  test('nothing is lost, and nothing changes places', async () => {
    slack.will('away', 'away', 'away');
    for (const _ of [1, 2, 3]) news();
    await run(MINUTE_MS);
    expect(slack.texts()).toEqual(['incident 1', 'incident 2', 'incident 3']);
  });

  test('many changes become one message in its latest state', async () => {
    slack.will(...Array.from({ length: 6 }, () => 'away' as const));
    const id = news();
    for (const turn of [1, 2, 3, 4, 5]) {
      await run(SECOND_MS);
      change(id, `turn ${turn}`);
    }
    await run(5 * MINUTE_MS);
    expect(slack.texts()).toEqual(['turn 5']);
    expect(
      slack
        .said()
        .filter((what) => what.startsWith('post'))
        .at(-1),
    ).toBe('post C1: turn 5');
    expect(slack.said().some((what) => what.startsWith('update'))).toBe(false);
  });

  test('a direct message waits until Slack can say who somebody is, and others do not', async () => {
    const calm = compose;
    compose = async (notice, now) =>
      notice.audience === 'developer' ? { is: 'unknown', problem: 'HTTP 502' } : await calm(notice, now);
    news({ audience: 'developer' });
    news();
    await run(10 * SECOND_MS);
    expect(slack.texts()).toEqual(['incident 2']);
    compose = calm;
    await run(2 * MINUTE_MS);
    expect(slack.texts()).toEqual(['incident 2', 'incident 1']);
  });
});

describe('a refusal', () => {
  test('for good is written down, and the next notice goes out', async () => {
    slack.will({ is: 'refused', problem: 'invalid_blocks', isMendable: false });
    news();
    news();
    await run(3 * SECOND_MS);
    expect(slack.texts()).toEqual(['incident 2']);
    expect(unsent()).toEqual([]);
    expect(errors()).toEqual(['notice given up']);
    expect(logged.find(({ level }) => level >= 50)).toMatchObject({ problem: 'invalid_blocks' });
  });

  test('that people can mend is tried again after five minutes', async () => {
    slack.will({ is: 'refused', problem: 'not_in_channel', isMendable: true });
    news();
    await run(5 * MINUTE_MS);
    expect(slack.calls).toHaveLength(1);
    expect(errors()).toEqual(['notice must wait']);
    await run(SECOND_MS);
    expect(slack.texts()).toEqual(['incident 1']);
  });

  test('of one channel does not keep another waiting', async () => {
    slack.will({ is: 'refused', problem: 'not_in_channel', isMendable: true });
    news();
    news({ audience: 'developer' });
    await drain();
    expect(slack.messages.map(({ channel }) => channel)).toEqual(['D1']);
  });
});

describe('what nobody mends', () => {
  const NOT_INVITED = { is: 'refused', problem: 'not_in_channel', isMendable: true } as const;

  test('is given up after a day', async () => {
    slack.will(...Array.from({ length: 400 }, () => NOT_INVITED));
    news();
    await run(23 * HOUR_MS);
    expect(unsent()).toHaveLength(1);
    await run(2 * HOUR_MS);
    expect(unsent()).toEqual([]);
    expect(errors().at(-1)).toBe('notice given up');
  });

  test('an outage of days does not count', async () => {
    slack.will(...Array.from({ length: 3000 }, () => 'away' as const));
    news();
    await run(49 * HOUR_MS);
    expect(unsent()).toHaveLength(1);
    slack.recovers();
    await run(2 * MINUTE_MS);
    expect(slack.texts()).toEqual(['incident 1']);
  });
});

describe('a notice that cannot be looked up', () => {
  const REFUSED = { is: 'refused', problem: 'missing_scope', isMendable: true } as const;

  test('keeps no other notice waiting, also in its own channel', async () => {
    slack.setHistory(REFUSED);
    news();
    slack.will('answer lost');
    await drain();
    news();
    news({ audience: 'developer' });
    await run(10 * SECOND_MS);
    expect(slack.texts()).toEqual(['incident 1', 'incident 2', 'incident 3']);
    expect(slack.said().filter((what) => what.startsWith('find'))).toHaveLength(1);
    slack.setHistory(undefined);
    await run(5 * MINUTE_MS);
    expect(slack.texts()).toEqual(['incident 1', 'incident 2', 'incident 3']);
    expect(unsent()).toEqual([]);
  });

  test('is not said twice because its incident grew meanwhile', async () => {
    slack.setHistory(REFUSED);
    const id = news();
    slack.will('answer lost');
    await drain();
    change(id, 'grown');
    await run(MINUTE_MS);
    expect(slack.texts()).toEqual(['incident 1']);
    slack.setHistory(undefined);
    await run(5 * MINUTE_MS);
    expect(slack.texts()).toEqual(['grown']);
  });

  test.each([
    ['that somebody could mend, after a day', REFUSED, 23 * HOUR_MS, 25 * HOUR_MS],
    ['for good, soon', { ...REFUSED, isMendable: false }, 10 * MINUTE_MS, 16 * MINUTE_MS],
  ])('is given up where Slack refuses %s', async (_, refused, notYet, byThen) => {
    slack.setHistory(refused);
    news();
    slack.will('answer lost');
    await run(notYet);
    expect(unsent()).toHaveLength(1);
    await run(byThen - notYet);
    expect(unsent()).toEqual([]);
    expect(errors().at(-1)).toBe('notice given up');
  });

  test('because Slack fails at its history alone, gives others a turn', async () => {
    slack.setHistory({ is: 'unknown', problem: 'HTTP 500' });
    news();
    slack.will('answer lost');
    await drain();
    news();
    await run(5 * MINUTE_MS);
    expect(slack.texts()).toEqual(['incident 1', 'incident 2']);
  });
});

describe('a notice that cannot be put into words', () => {
  const breaks =
    (broken: IncidentId, calm: DeliverDeps['compose']): DeliverDeps['compose'] =>
    async (notice, now) => {
      if (notice.subject.of === 'incident' && notice.subject.incident === broken) throw new TypeError('no words');
      return await calm(notice, now);
    };

  test('keeps no other notice waiting', async () => {
    const calm = compose;
    compose = breaks(news(), calm);
    for (const _ of [1, 2, 3]) news();
    await run(4 * SECOND_MS);
    expect(slack.texts()).toEqual(['incident 2', 'incident 3', 'incident 4']);
    compose = calm;
    await run(MINUTE_MS);
    expect(slack.texts()).toContain('incident 1');
  });

  test.each(['before it was claimed', 'after it was claimed'])('is given up after five attempts: %s', async (when) => {
    const calm = compose;
    const id = news();
    say(id, { form: 'reply' });
    if (when === 'after it was claimed') slack.will('dies before');
    if (when === 'after it was claimed') await deliver.deliverNext().catch(() => undefined);
    let attempts = 0;
    compose = async (notice, now) => {
      attempts++;
      return await breaks(id, calm)(notice, now);
    };
    await run(20 * MINUTE_MS);
    expect(attempts).toBe(5);
    expect(unsent()).toEqual([]);
    expect(errors().filter((msg) => msg === 'notice given up')).toHaveLength(1);
  });
});

describe('a message that somebody deleted', () => {
  test('is posted anew when there is news, and edited from then on', async () => {
    const id = news();
    await run(SECOND_MS);
    slack.delete('incident 1');
    change(id, 'grown');
    await run(2 * SECOND_MS);
    change(id, 'over');
    await run(2 * SECOND_MS);
    expect(slack.said()).toEqual(['post C1: incident 1', 'update C1: grown', 'post C1: grown', 'update C1: over']);
    expect(slack.texts()).toEqual(['over']);
  });

  test('twice gone is given up', async () => {
    slack.will('taken', { is: 'gone' }, { is: 'gone' });
    const id = news();
    await run(SECOND_MS);
    change(id, 'grown');
    await run(2 * SECOND_MS);
    expect(unsent()).toEqual([]);
    expect(slack.said()).toHaveLength(3);
  });
});

describe('whatever happens', () => {
  const FATES: readonly Fate[] = [
    'taken',
    'answer lost',
    'call lost',
    'away',
    'dies before',
    'dies after',
    { is: 'rate_limited', retryAfterMs: 3000 },
    { is: 'refused', problem: 'not_in_channel', isMendable: true },
  ];
  const HISTORIES: readonly (Found | undefined)[] = [
    undefined,
    { is: 'unreachable', problem: 'ECONNREFUSED' },
    { is: 'refused', problem: 'not_in_channel', isMendable: true },
  ];
  const which = fc.constantFrom(0, 1, 2);
  const step = fc.oneof(
    fc.record({ is: fc.constant('grows' as const), which }),
    fc.record({ is: fc.constant('ends' as const), which, by: fc.constantFrom<Resolution>('healthy', 'overtaken') }),
    fc.record({ is: fc.constant('deleted' as const), which }),
    fc.record({ is: fc.constant('time' as const), ms: fc.constantFrom(500, 1000, 5000, HOUR_MS / 60) }),
    fc.record({ is: fc.constant('slack' as const), fates: fc.array(fc.constantFrom(...FATES), { maxLength: 4 }) }),
    fc.record({ is: fc.constant('history' as const), answer: fc.constantFrom(...HISTORIES) }),
  );

  test('an incident has one message unless somebody deletes it, and it ends in the latest state', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        begin();
        deletions.clear();
        const book = createIncidentBook({
          store,
          mayName: () => true,
          onIncident: () => {},
        });
        const words = createComposeNotice({
          store,
          people: { slackUserOf: async () => 'D1' },
          alertChannel: () => 'C1',
          summaryChannel: () => 'C1',
          channelNames: 'always',
          zone: 'UTC',
          composeSummary: async () => undefined,
        });
        compose = async (notice, now) => {
          const composed = await words(notice, now);
          if (composed.is !== 'message' || notice.subject.of !== 'incident') return composed;
          return { ...composed, message: { blocks: [], text: `${notice.subject.incident}: ${composed.message.text}` } };
        };
        const ids = [cacheIncident(), cacheIncident(), lockOutIncident()].map((incident, index) => {
          const told = { ...incident, developer: ada, subject: String(index) };
          const id = store.incidents.add(told);
          book.change(id, told, clock.now());
          return id;
        });
        for (const now of steps) {
          if (now.is === 'time') await run(now.ms);
          else if (now.is === 'slack') slack.will(...now.fates);
          else if (now.is === 'history') slack.setHistory(now.answer);
          else {
            const id = ids[now.which];
            if (id === undefined) continue;
            if (now.is === 'deleted') removeMessage(id);
            if (now.is !== 'ends') book.change(id, grown(incidentOf(id)), clock.now());
            else if (isOpen(incidentOf(id))) book.change(id, resolve(incidentOf(id), clock.now(), now.by), clock.now());
          }
        }
        slack.recovers();
        slack.setHistoryAway(false);
        await run(12 * MINUTE_MS);

        expect(unsent()).toEqual([]);
        for (const id of ids) {
          const mine = messagesOf(id);
          const { resolved } = incidentOf(id);
          expect(mine.length).toBeLessThanOrEqual(1);
          // What was overtaken before it was said needs no words.
          // Who deletes it twice wants no more of it.
          if (resolved?.by !== 'overtaken' && (deletions.get(id) ?? 0) < 2) expect(mine).toHaveLength(1);
          for (const { text, channel } of mine) {
            const audience = channel === 'C1' ? 'channel' : 'developer';
            expect({ is: 'message', channel, message: { text, blocks: [] } }).toEqual(
              await compose(noticeOf(id, audience), clock.now()),
            );
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  /** How often somebody deleted the message of an incident. */
  const deletions = new Map<IncidentId, number>();

  /** Every message in Slack that speaks of the incident. */
  function messagesOf(id: IncidentId): readonly Posted[] {
    return slack.messages.filter(({ text, threadTs }) => threadTs === undefined && text.startsWith(`${id}: `));
  }

  function removeMessage(id: IncidentId) {
    const [mine] = messagesOf(id);
    if (mine) deletions.set(id, (deletions.get(id) ?? 0) + 1);
    if (mine) slack.messages.splice(slack.messages.indexOf(mine), 1);
  }

  function incidentOf(id: IncidentId): DeveloperIncident {
    const stored = store.incidents.find(id);
    if (!stored || isFleetIncident(stored.incident)) throw new Error(`incident ${id} is gone`);
    return stored.incident;
  }

  /** It goes on after all; the words of a broken cache count its turns. */
  function grown(before: DeveloperIncident): DeveloperIncident {
    const open = { ...before, resolved: undefined };
    if (open.kind !== 'cache_invalidation') return open;
    return { ...open, evidence: { ...open.evidence, misses: open.evidence.misses + 1 } };
  }

  function noticeOf(of: IncidentId, audience: Notice['audience']): Notice {
    const subject = { of: 'incident', incident: of } as const;
    return {
      id: noticeId(0),
      subject,
      audience,
      recipient: undefined,
      severity: 'warning',
      eventId: undefined,
      claimedIn: undefined,
      form: 'message',
      reason: 'grown',
      attempts: 0,
      decidedAt: clock.now(),
    };
  }
});
