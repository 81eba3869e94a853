import { beforeEach, describe, expect, test } from 'vitest';
import { createRefreshHomes, type RefreshHomesDeps } from '../../src/jobs/refresh-homes.ts';
import type { DeveloperId } from '../../src/model/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';

type Shown = Awaited<ReturnType<RefreshHomesDeps['refresh']>>;

let clock: FakeClock;
let store: Store;
let homes: ReturnType<typeof createRefreshHomes>;
/** Whose Home was looked at, in order. */
let looked: string[];
let answer: (slackUser: string) => Shown | Promise<Shown>;

beforeEach(() => {
  clock = fakeClock('2026-11-23T12:00:00Z');
  store = openStore(':memory:', clock.now());
  looked = [];
  answer = () => ({ is: 'shown' });
  restart();
  return () => store.close();
});

function restart() {
  homes = createRefreshHomes({ store, refresh, clock });
}

async function refresh(slackUser: string): Promise<Shown> {
  looked.push(slackUser);
  const shown = await answer(slackUser);
  if (shown.is === 'shown') store.homes.published(slackUser, 'f', clock.now());
  return shown;
}

function developer(slackUser: string): DeveloperId {
  return store.developers.forSlackUser(
    { slackUser, email: undefined, name: undefined, timeZone: undefined },
    clock.now(),
  );
}

/** Somebody who opened App Home now. */
function opened(slackUser: string): DeveloperId {
  store.homes.opened(slackUser, 'f', clock.now());
  return developer(slackUser);
}

/** As the loop runs it: a step a second, and at once while there is more. */
async function run(ms: number): Promise<readonly string[]> {
  looked = [];
  for (let passed = 0; passed < ms; passed += SECOND_MS) {
    while (await homes.refreshNext());
    clock.advance(SECOND_MS);
  }
  return looked;
}

describe('App Home of whoever looked lately', () => {
  test('is looked at when something of theirs changed', async () => {
    const ada = opened('UADA');
    opened('UGRACE');
    await run(2 * MINUTE_MS);
    homes.touched(ada);
    expect(await run(5 * SECOND_MS)).toEqual(['UADA']);
    expect(await run(MINUTE_MS)).toEqual([]);
  });

  test('is looked at once a minute at most, however much changes', async () => {
    const ada = opened('UADA');
    await run(2 * MINUTE_MS);
    looked = [];
    const seen: number[] = [];
    for (let second = 0; second < 300; second++) {
      homes.touched(ada);
      const before = looked.length;
      await homes.refreshNext();
      if (looked.length > before) seen.push(second);
      clock.advance(SECOND_MS);
    }
    expect(seen).toEqual([0, 60, 120, 180, 240]);
  });

  test('is left alone for a minute after it was opened, and brought up to date then', async () => {
    const ada = opened('UADA');
    homes.touched(ada);
    expect(await run(59 * SECOND_MS)).toEqual([]);
    expect(await run(5 * SECOND_MS)).toEqual(['UADA']);
  });

  test('is looked at now and then without any news: time changes things too', async () => {
    opened('UADA');
    await run(2 * MINUTE_MS);
    expect(await run(30 * MINUTE_MS)).toEqual(['UADA', 'UADA', 'UADA']);
  });

  test('is looked at after a restart, which forgot what changed', async () => {
    const ada = opened('UADA');
    clock.advance(2 * MINUTE_MS);
    homes.touched(ada);
    restart();
    expect(await run(5 * SECOND_MS)).toEqual(['UADA']);
  });

  test('is kept up to date while it changes during the look', async () => {
    const ada = opened('UADA');
    await run(2 * MINUTE_MS);
    homes.touched(ada);
    answer = () => {
      homes.touched(ada);
      answer = () => ({ is: 'shown' });
      return { is: 'shown' };
    };
    expect(await run(2 * MINUTE_MS)).toEqual(['UADA', 'UADA']);
  });
});

describe('App Home of others', () => {
  test.each([
    ['who never opened it', () => developer('UADA')],
    [
      'who did not open it for a week',
      () => {
        const ada = opened('UADA');
        clock.advance(7 * DAY_MS + 1);
        return ada;
      },
    ],
    ['whom Slack does not know', () => store.developers.forEmail('ada@example.com', { now: clock.now() })],
  ])('%s is no work', async (_, someone) => {
    homes.touched(someone());
    expect(await run(HOUR_MS)).toEqual([]);
  });
});

describe('many App Homes', () => {
  test('are looked at one a second, those with news first', async () => {
    const all = Array.from({ length: 100 }, (_, index) => opened(`U${index}`));
    clock.advance(2 * MINUTE_MS);
    await run(SECOND_MS);
    homes.touched(all[90] as DeveloperId);
    homes.touched(all[95] as DeveloperId);
    const first = await run(4 * SECOND_MS);
    expect(first).toEqual(['U90', 'U95', 'U0', 'U1']);
    expect(new Set([...first, ...(await run(2 * MINUTE_MS))]).size).toBe(all.length);
  });

  test('that did not change cost no wait for those that did', async () => {
    const all = Array.from({ length: 50 }, (_, index) => opened(`U${index}`));
    clock.advance(2 * MINUTE_MS);
    answer = (slackUser) => (slackUser === 'U49' ? { is: 'shown' } : { is: 'same' });
    for (const one of all) homes.touched(one);
    expect((await run(SECOND_MS)).at(-1)).toBe('U49');
  });
});

describe('while Slack is away', () => {
  test.each<[string, Shown, number]>([
    ['rate limited', { is: 'rate_limited', retryAfterMs: 30_000 }, 30],
    ['unreachable', { is: 'unreachable', problem: 'ECONNREFUSED' }, 1],
    ['without an answer', { is: 'unknown', problem: 'timeout' }, 1],
  ])('it is left alone for a while, and then shown what changed: %s', async (_, outage, seconds) => {
    const ada = opened('UADA');
    clock.advance(2 * MINUTE_MS);
    answer = () => outage;
    homes.touched(ada);
    await homes.refreshNext();
    answer = () => ({ is: 'shown' });
    clock.advance(seconds * SECOND_MS - 1);
    expect(await homes.refreshNext()).toBe(false);
    expect(looked).toEqual(['UADA']);
    clock.advance(1);
    await homes.refreshNext();
    expect(looked).toEqual(['UADA', 'UADA']);
  });

  test('whoever looked meanwhile is shown it as soon as may be', async () => {
    opened('UADA');
    homes.later('UADA');
    expect(await run(59 * SECOND_MS)).toEqual([]);
    expect(await run(2 * SECOND_MS)).toEqual(['UADA']);
  });

  test.each<Shown>([{ is: 'refused', problem: 'user_not_found' }, { is: 'gone' }])(
    'no refusal of one Home holds the others: %o',
    async (refusal) => {
      const [ada, grace] = [opened('UADA'), opened('UGRACE')];
      clock.advance(2 * MINUTE_MS);
      answer = (slackUser) => (slackUser === 'UADA' ? refusal : { is: 'shown' });
      homes.touched(ada);
      homes.touched(grace);
      expect(await run(30 * SECOND_MS)).toEqual(['UADA', 'UGRACE']);
    },
  );
});
