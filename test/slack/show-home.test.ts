import { WebAPIHTTPError, WebAPIPlatformError } from '@slack/web-api';
import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import type { EpochMs } from '../../src/model/time.ts';
import { createShowHome, type ShowHomeDeps } from '../../src/slack/show-home.ts';
import type { HomeReport } from '../../src/slack/views/home-report.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { hours, minutes, NOON } from '../support/builders.ts';
import { invalidReasons } from '../support/valid-slack.ts';
import { home } from './homes.ts';
import { lockedOut } from './incidents.ts';
import { outlook, report } from './reports.ts';

const ADA = 'U000000ADA';

let store: Store;
let now: EpochMs;
/** What Slack was given. */
let published: Record<string, unknown>[];
/** Who is to be shown it later. */
let later: string[];

beforeEach(() => {
  store = openStore(':memory:', NOON);
  now = NOON;
  published = [];
  later = [];
  return () => store.close();
});

const brokenSlack = () => new WebAPIHTTPError(503, 'Unavailable', {});
const publish = async (args: object) => void published.push({ ...args });

function showing(seen: () => HomeReport | Promise<HomeReport>, deps: Partial<ShowHomeDeps> = {}) {
  const homeOf = async () => await seen();
  const showLater = (slackUser: string) => void later.push(slackUser);
  const log = pino({ enabled: false });
  return createShowHome({
    store,
    homeOf,
    client: { views: { publish } },
    showLater,
    clock: { now: () => now },
    log,
    ...deps,
  });
}

describe('App Home', () => {
  test.each(['opened', 'changed'] as const)('is shown when it is %s, whatever it showed', async (reason) => {
    const showHome = showing(() => home());
    await showHome(ADA, 'opened');
    expect(await showHome(ADA, reason)).toEqual({ is: 'shown' });
    expect(published).toHaveLength(2);
    for (const call of published) expect(invalidReasons('views.publish', call)).toEqual([]);
    expect(published[1]).toMatchObject({ user_id: ADA, view: { type: 'home' } });
  });

  test('is refreshed only where it shows something else by now', async () => {
    let seen = home();
    const showHome = showing(() => seen);
    await showHome(ADA, 'opened');
    now = minutes(5);
    expect(await showHome(ADA, 'refresh')).toEqual({ is: 'same' });
    seen = home({ incidents: [lockedOut()] });
    expect(await showHome(ADA, 'refresh')).toEqual({ is: 'shown' });
    expect(await showHome(ADA, 'refresh')).toEqual({ is: 'same' });
    expect(published).toHaveLength(2);
    expect(store.homes.find(ADA)).toMatchObject({ openedAt: NOON, publishedAt: minutes(5) });
  });

  test('does not change by growing older', async () => {
    const showHome = showing(() => home({ quota: report({ now, windows: [outlook({ resetsAt: hours(72) })] }) }));
    await showHome(ADA, 'opened');
    for (const later of [minutes(1), hours(3), hours(30)]) {
      now = later;
      expect(await showHome(ADA, 'refresh')).toEqual({ is: 'same' });
    }
  });

  test('of somebody who was forgotten meanwhile is not gathered again', async () => {
    const showHome = showing(() => Promise.reject(new Error('asked')));
    expect(await showHome(ADA, 'refresh')).toEqual({ is: 'same' });
  });
});

describe('while Slack is away', () => {
  test('what was opened is brought up to date later', async () => {
    const away = { views: { publish: () => Promise.reject(brokenSlack()) } };
    expect(await showing(() => home(), { client: away })(ADA, 'opened')).toMatchObject({ is: 'unknown' });
    expect(later).toEqual([ADA]);
    expect(await showing(() => home())(ADA, 'refresh')).toEqual({ is: 'shown' });
  });

  test('a refresh is tried again by whoever asked for it', async () => {
    await showing(() => home())(ADA, 'opened');
    const away = { views: { publish: () => Promise.reject(brokenSlack()) } };
    const showHome = showing(() => home({ hasConsented: true }), { client: away });
    expect(await showHome(ADA, 'refresh')).toMatchObject({ is: 'unknown' });
    expect(later).toEqual([]);
  });

  test('what Slack refuses is not tried again', async () => {
    const refused = new WebAPIPlatformError({ ok: false, error: 'not_enabled' });
    const client = { views: { publish: () => Promise.reject(refused) } };
    expect(await showing(() => home(), { client })(ADA, 'opened')).toMatchObject({
      is: 'refused',
      problem: 'not_enabled',
    });
    expect(later).toEqual([]);
  });

  test('nothing is gathered in vain of whom Slack must be asked', async () => {
    const showHome = showing(() => Promise.reject(brokenSlack()));
    expect(await showHome(ADA, 'opened')).toMatchObject({ is: 'unknown' });
  });

  test('a mistake of our own is no outage', async () => {
    const showHome = showing(() => Promise.reject(new TypeError('oops')));
    await expect(showHome(ADA, 'opened')).rejects.toThrow('oops');
    // And it does not stand in the way of the next look.
    expect(await showing(() => home())(ADA, 'opened')).toEqual({ is: 'shown' });
  });
});

test('what was gathered last is what stays, however long Slack takes for what came before', async () => {
  const gathered: number[] = [];
  let release: (() => void) | undefined;
  const slow = (args: object) =>
    new Promise<void>((resolve) => {
      release = () => {
        published.push({ ...args });
        resolve();
      };
    });
  const showHome = showing(
    () => {
      gathered.push(gathered.length);
      return home();
    },
    { client: { views: { publish: slow } } },
  );
  store.homes.opened(ADA, '', NOON);
  const [first, second] = [showHome(ADA, 'refresh'), showHome(ADA, 'changed')];
  await new Promise((resolve) => setImmediate(resolve));
  expect(gathered).toHaveLength(1);
  release?.();
  await first;
  await new Promise((resolve) => setImmediate(resolve));
  expect(gathered).toHaveLength(2);
  release?.();
  expect(await second).toEqual({ is: 'shown' });
});
