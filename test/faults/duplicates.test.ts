import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { record } from '../../src/collector/record.ts';
import { createDetect } from '../../src/jobs/detect.ts';
import { MINUTE_MS, plus } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { aCollector, bearer } from '../collector/a-collector.ts';
import { hours, NOON } from '../support/builders.ts';
import { committing } from '../support/committing.ts';
import { howOften } from './how-long.ts';
import { lookInto, wrongInside } from './recount.ts';
import { bodyOf, ROUTES, type Route, type ToldRequest } from './told-request.ts';

let folder: string;
/** A database of nobody, to be copied: to make one takes longer than a property has. */
let empty: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  empty = join(folder, 'empty.db');
  openStore(empty, NOON).close();
});

afterAll(() => rmSync(folder, { recursive: true }));

const RUNS = howOften({ bounded: 25, long: 5000 });
/** A busy machine tries fewer. */
const AT_MOST_MS = howOften({ bounded: 3000, long: 30_000 });
/** When everything arrives: so soon that nothing is late. */
const ARRIVED = plus(NOON, 14 * MINUTE_MS);

/** A request, and once of the ways in which it is told. */
interface Telling {
  readonly route: Route;
  readonly told: ToldRequest;
}

/** What is posted at once. */
interface Letter {
  readonly token: 'personal' | 'team';
  readonly route: Route;
  readonly requests: readonly ToldRequest[];
}

/** When detectors look: behind each letter's commit, or within it. */
const ONE_BY_ONE = ['after each', 'with each'] as const;

/** What befalls the transactions, one after the other; all others go well. */
type Fates = readonly ('goes well' | 'disk full')[];

const property = (holds: (sent: Sent) => Promise<void>) =>
  fc.assert(fc.asyncProperty(sessions(), holds), { numRuns: RUNS, interruptAfterTimeLimit: AT_MOST_MS });
const timeout = 300_000;

describe('told by all routes, again and again and in letters of any size, requests', { timeout }, () => {
  test('in any order count once, and are judged in the end as if told once', async () => {
    await property(async ({ requests, inAnyOrder, cuts, tokens }) => {
      const once = await outcomeOf(plainly(requests), 'at the end');
      expect(await outcomeOf(lettersOf(inAnyOrder, cuts, tokens), 'at the end')).toEqual(once);
    });
  });

  test.each(ONE_BY_ONE)('of which the first word comes in order are judged %s as if told once', async (when) => {
    await property(async ({ requests, inAnyOrder, cuts, tokens }) => {
      const once = await outcomeOf(plainly(requests), 'after each');
      const letters = lettersOf(firstWordsInOrder(requests, inAnyOrder), cuts, tokens);
      expect(await outcomeOf(letters, when)).toEqual(once);
    });
  });

  // What looked like a run of misses before the hit between them was told stays said, and a miss older than those that are
  // known is not added to them: an incident may say too little, or come too early, but it is there, and there once.
  test.each(ONE_BY_ONE)(
    'in any order and judged %s leave no broken session out, and count no miss twice',
    async (when) => {
      await property(async ({ requests, inAnyOrder, cuts, tokens }) => {
        const once = await outcomeOf(plainly(requests), 'at the end');
        const often = await outcomeOf(lettersOf(inAnyOrder, cuts, tokens), when);
        expect({ ...often, incidents: {} }).toEqual({ ...once, incidents: {} });
        const found = missesBySession(often);
        expect(Object.keys(found)).toEqual(expect.arrayContaining(Object.keys(missesBySession(once))));
        for (const [session, misses] of Object.entries(found)) {
          const rewrites = requests.filter((told) => told.session === session && told.cacheReadTokens === FLOOR);
          expect(misses).toBeLessThanOrEqual(rewrites.length);
        }
      });
    },
  );

  test.each(ONE_BY_ONE)('judged %s count and are judged the same when the disk is full at times', async (when) => {
    await property(async ({ requests, inAnyOrder, cuts, tokens, fates }) => {
      const letters = lettersOf(firstWordsInOrder(requests, inAnyOrder), cuts, tokens);
      const once = await outcomeOf(letters, when);
      expect(await outcomeOf(letters, when, fates)).toEqual(once);
    });
  });
});

const anyTurn = fc.record({
  is: fc.constantFrom('hit', 'miss', 'agent'),
  restMs: fc.constantFrom(1, 700, 5000, 40_000),
  beginsPrompt: fc.boolean(),
  /** By whom it is told, and under which of its names. */
  tellings: fc.array(
    fc.record({ route: fc.constantFrom(...ROUTES), names: fc.constantFrom('both', 'request', 'client', 'none') }),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
});

/** Sessions of one developer, and the same in any order with all repetitions. */
function sessions() {
  return fc
    .array(fc.array(anyTurn, { minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 3 })
    .map((all) => all.map((turns, nth) => toldBy(turns, nth)))
    .chain((all) => {
      const tellings = all
        .flat()
        .flatMap(({ told, ways }) => ways.map((way): Telling => ({ route: way.route, told: named(told, way.names) })));
      return fc.record({
        requests: fc.constant(
          all
            .flat()
            .map(({ told }) => told)
            .toSorted((one, other) => one.at - other.at),
        ),
        inAnyOrder: fc.shuffledSubarray(tellings, { minLength: tellings.length }),
        cuts: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
        tokens: fc.array(fc.constantFrom<Letter['token']>('personal', 'team'), { maxLength: 8 }),
        fates: fc.array(fc.constantFrom<Fates[number]>('goes well', 'disk full'), { maxLength: 12 }),
      });
    });
}

type Turn = typeof anyTurn extends fc.Arbitrary<infer T> ? T : never;

const FLOOR = 14_000;

/** A session of these turns. A miss reads the floor alone. */
function toldBy(turns: readonly Turn[], nth: number) {
  const session = `session-${nth}`;
  let at = NOON + nth;
  let cached = 60_000;
  let prompt = 0;
  return turns.map(({ is, restMs, beginsPrompt, tellings }, index) => {
    at += restMs + 1;
    if (beginsPrompt) prompt += 1;
    const isMiss = is === 'miss' || index === 0;
    const tokens =
      is === 'agent'
        ? { agent: 'agent-1', cacheReadTokens: 3000, cacheCreationTokens: 800 }
        : { cacheReadTokens: isMiss ? FLOOR : cached, cacheCreationTokens: isMiss ? cached - FLOOR + 500 : 500 };
    if (is !== 'agent') cached += 500;
    const told: ToldRequest = {
      email: 'ann@example.com',
      session,
      at,
      durationMs: Math.min(restMs, 900),
      requestId: `req_${session}_${index}`,
      clientRequestId: `client_${session}_${index}`,
      promptId: `${session} prompt ${prompt}`,
      sequence: index * 7,
      model: is === 'agent' ? 'claude-haiku-4-5' : 'claude-opus-5-5',
      clientVersion: '2.1.330',
      inputTokens: 3,
      outputTokens: 40 + index,
      costMicros: 1000 + index,
      ...tokens,
    };
    return { told, ways: tellings };
  });
}

/** Feeds name a request in different ways. */
function named({ requestId = '', clientRequestId = '', ...told }: ToldRequest, names: string): ToldRequest {
  return {
    ...told,
    ...((names === 'both' || names === 'request') && { requestId }),
    ...((names === 'both' || names === 'client') && { clientRequestId }),
  };
}

type Sent = ReturnType<typeof sessions> extends fc.Arbitrary<infer T> ? T : never;

const plainly = (requests: readonly ToldRequest[]) =>
  lettersOf(
    requests.map((told) => ({ route: 'webhook', told })),
    [1],
    [],
  );

/** The same tellings; but who is told of a request has heard of all before it. */
function firstWordsInOrder(requests: readonly ToldRequest[], tellings: readonly Telling[]): readonly Telling[] {
  const unheard = requests.values();
  const heard = new Set<string>();
  return tellings.flatMap((telling) => {
    const before: Telling[] = [];
    while (!heard.has(turnOf(telling.told))) {
      const { value: told } = unheard.next();
      if (!told) break;
      heard.add(turnOf(told));
      before.push(tellings.find((other) => turnOf(other.told) === turnOf(told)) ?? telling);
    }
    return [...before, telling];
  });
}

/** Of two sessions, turns may end at the same moment. */
const turnOf = ({ session, at }: ToldRequest) => `${session} ${at}`;

/** Neighbours that go the same way share a letter, as far as the cuts allow. */
function lettersOf(
  tellings: readonly Telling[],
  cuts: readonly number[],
  tokens: readonly Letter['token'][],
): readonly Letter[] {
  const letters: { token: Letter['token']; route: Route; requests: ToldRequest[]; room: number }[] = [];
  for (const { route, told } of tellings) {
    const last = letters.at(-1);
    if (last?.route === route && last.requests.length < last.room) last.requests.push(told);
    else {
      const nth = letters.length;
      letters.push({
        route,
        requests: [told],
        room: cuts[nth % cuts.length] ?? 1,
        token: tokens[nth % tokens.length] ?? 'personal',
      });
    }
  }
  return letters;
}

/** What is known after all letters were taken, each sent until it was. */
async function outcomeOf(
  letters: readonly Letter[],
  judged: 'at the end' | (typeof ONE_BY_ONE)[number],
  fates: Fates = [],
) {
  const path = join(folder, `${crypto.randomUUID()}.db`);
  copyFileSync(empty, path);
  const store = openStore(path, NOON, 'NORMAL');
  const ann = store.developers.forEmail('ann@example.com', { now: NOON });
  const failing = transactionsWith(store, fates);
  const transaction = <T>(work: () => T) => (judged === 'with each' ? detection.takeIn(ARRIVED, work) : failing(work));
  const { commit } = committing(store, { transaction });
  const detection = createDetect({
    store: { ...store, transaction: failing, unsynced: failing, together: failing },
    mayName: () => true,
    onIncident: () => {},
    onFailure(error) {
      throw error;
    },
  });
  const { app, post } = aCollector({
    ownerOf: (token) => (token === 'team' ? { of: 'team' } : { of: 'developer', developer: ann }),
    accept: (delivery) => commit(() => record(store, delivery)),
    clock: { now: () => ARRIVED },
  });

  for (const { token, route, requests } of letters) {
    const { path, headers, bytes } = bodyOf(route, requests);
    const send = async () => (await post(path, Buffer.from(bytes), { ...headers, ...bearer(token) })).statusCode;
    let status = await send();
    while (status === 503) status = await send();
    expect(status).toBe(200);
    if (judged === 'after each') judge();
  }
  judge();
  store.settle();
  const outcome = { ...lookInto(path, totalsIn), incidents: incidentsIn(store) };
  await app.close();
  store.close();
  rmSync(path);
  return outcome;

  function judge() {
    for (;;) {
      try {
        if (!detection.detect(ARRIVED)) return;
      } catch (error) {
        if (!(error instanceof DiskFull)) throw error;
      }
    }
  }
}

class DiskFull extends Error {
  readonly code = 'SQLITE_FULL';
}

/** Transactions of which some fail with the last word, after all their work; those within others go as they are. */
function transactionsWith(store: Store, fates: Fates) {
  const next = fates.values();
  let isRunning = false;
  return <T>(work: () => T): T => {
    if (isRunning) return store.transaction(work);
    isRunning = true;
    try {
      return store.transaction(() => {
        const result = work();
        if (next.next().value === 'disk full') throw new DiskFull();
        return result;
      });
    } finally {
      isRunning = false;
    }
  };
}

/** The sums that are kept, which must be those of the requests, and the requests themselves. */
function totalsIn(db: Parameters<typeof wrongInside>[0]) {
  expect(wrongInside(db)).toEqual([]);
  const all = (query: string) => db.prepare(query).all();
  return {
    hours: all('SELECT * FROM usage_hours ORDER BY hour_at, model'),
    prompts: all('SELECT * FROM prompts ORDER BY prompt_id'),
    requests: all(`
      SELECT session, agent, origin, model, client_version, prompt_id, sequence, started_at, ended_at, input_tokens,
        output_tokens, cache_read_tokens, cache_creation_tokens, cost_micros
      FROM api_requests
      ORDER BY ended_at, session
    `),
  };
}

/** In no order: of two sessions either may be judged first. */
function incidentsIn(store: Store) {
  const incidents = store.incidents.openedBetween(hours(-1), hours(1)).map(({ incident }) => incident);
  return Object.fromEntries(
    incidents.map((incident) => [`${incident.kind} ${incident.subject} ${incident.openedAt}`, incident]),
  );
}

/** Of the broken caches; a session has one incident at most. */
function missesBySession({ incidents }: Awaited<ReturnType<typeof outcomeOf>>): Readonly<Record<string, number>> {
  const broken = Object.values(incidents).flatMap((incident) =>
    incident.kind === 'cache_invalidation' ? [incident] : [],
  );
  expect(new Set(broken.map(({ subject }) => subject)).size).toBe(broken.length);
  return Object.fromEntries(broken.map(({ subject, evidence }) => [subject, evidence.misses]));
}
