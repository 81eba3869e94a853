import { existsSync } from 'node:fs';
import { record } from '../src/collector/record.ts';
import { createDetect } from '../src/jobs/detect.ts';
import { createLearnRates } from '../src/jobs/learn-rates.ts';
import { accountId, sessionId } from '../src/model/ids.ts';
import type { Reading } from '../src/model/reading.ts';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS, plus } from '../src/model/time.ts';
import type { UsageItem } from '../src/model/usage-item.ts';
import { openStore, type Store } from '../src/store/store.ts';
import type { Setting } from './bench.ts';

/** A day of a developer: a session of eight hours with a request each quarter of an hour, and a status line every second hour. */
const TURNS = 32;
const TURN_MS = 15 * MINUTE_MS;
const TURNS_OF_PROMPT = 6;
const TURNS_OF_READING = 8;
const WINDOWS_OF_DAY = 2;
const WINDOW_MS = 5 * HOUR_MS;

/** A past of people, and how often it is copied for a large team. */
interface HistorySize {
  readonly developers: number;
  readonly requestsOfEach: number;
  readonly times: number;
}

/** 200,000 requests either way. */
const SMALL: HistorySize = { developers: 500, requestsOfEach: 400, times: 5 };
const FULL: HistorySize = { developers: 100, requestsOfEach: 2_000, times: 100 };
export const historySize = ({ isFull }: Pick<Setting, 'isFull'>): HistorySize => (isFull ? FULL : SMALL);

/** Working days that the past of each developer has. */
export const daysOf = ({ requestsOfEach }: Pick<HistorySize, 'requestsOfEach'>): number =>
  Math.ceil(requestsOfEach / TURNS);

/** A database with the past of a team, up to now, written as the program writes it; made once a run. */
export function historyOf(setting: Setting): string {
  const path = setting.file('history.db');
  if (existsSync(path)) return path;
  const { developers, requestsOfEach } = historySize(setting);
  setting.tell(`a past of ${developers} developers with ${requestsOfEach} requests each`);
  write(path, { developers, requestsOfEach });
  return path;
}

function write(path: string, { developers, requestsOfEach }: Omit<HistorySize, 'times'>) {
  const now = epochMs(Date.now());
  const days = daysOf({ requestsOfEach });
  const store = openStore(path, plus(now, -days * DAY_MS), 'NORMAL');
  for (let developer = 0; developer < developers; developer++) introduce(store, developer, now);
  const { detect } = createDetect({
    store,
    mayName: () => true,
    onIncident: () => {},
    onFailure: (error) => {
      throw error;
    },
  });
  for (let number = 0; number < requestsOfEach; number++) {
    const day = Math.floor(number / TURNS);
    const turn = number % TURNS;
    const at = plus(now, -(days - 1 - day) * DAY_MS - (TURNS - turn) * TURN_MS);
    const items = Array.from({ length: developers }, (_, developer) => itemsOf({ developer, day, turn, at })).flat();
    store.transaction(() => record(store, { owner: { of: 'team' }, feed: 'telemetry', items, receivedAt: at }));
    while (detect(at));
  }
  learn(store, now);
  store.close();
}

function introduce(store: Store, developer: number, now: EpochMs) {
  const slackUser = `U${developer.toString(36).toUpperCase().padStart(10, '0')}`;
  const email = emailOf(developer);
  const id = store.developers.forSlackUser({ slackUser, email, name: `Developer ${developer}`, timeZone: 'UTC' }, now);
  store.developers.setPlan(id, 'team');
}

interface Moment {
  readonly developer: number;
  readonly day: number;
  readonly turn: number;
  readonly at: EpochMs;
}

function itemsOf(moment: Moment): readonly UsageItem[] {
  const { developer, turn } = moment;
  const email = emailOf(developer);
  const account = accountId(String(developer).padStart(32, 'a'));
  const facts = [requestOf(moment), ...(turn % TURNS_OF_READING === 0 ? readingsOf(moment) : [])];
  return facts.map((fact) => ({ email, account, clientVersion: '2.1.330', fact }));
}

function requestOf({ developer, day, turn, at }: Moment): UsageItem['fact'] {
  const cached = 20_000 + turn * 1_500;
  const endedAt = plus(at, developer);
  const number = (endedAt - epochMs(Date.UTC(2026, 0))).toString(36).padStart(9, '0');
  const prompt = Math.floor(turn / TURNS_OF_PROMPT);
  return {
    is: 'request',
    request: {
      session: sessionOf(developer, day),
      origin: 'main',
      querySource: 'repl_main_thread',
      model: 'claude-sonnet-5-5',
      clientVersion: '2.1.330',
      promptId: uuid(developer, day * TURNS + prompt),
      requestId: `req_011C${number}${String(developer).padStart(11, 'x')}`,
      sequence: turn * 7,
      startedAt: plus(endedAt, -8_000),
      endedAt,
      inputTokens: 3,
      outputTokens: 400 + turn,
      cacheReadTokens: turn === 0 ? 0 : cached,
      cacheCreationTokens: turn === 0 ? cached + 1_500 : 1_500,
      cacheCreation5mTokens: 0,
      cacheCreation1hTokens: turn === 0 ? cached + 1_500 : 1_500,
      costMicros: 20_000 + developer,
    },
  };
}

function readingsOf({ developer, day, turn, at }: Moment): readonly UsageItem['fact'][] {
  const dayBeganAt = plus(at, -turn * TURN_MS);
  const window = Math.floor((turn * WINDOWS_OF_DAY) / TURNS);
  const session = sessionOf(developer, day);
  const common = { session, scope: '', at: plus(at, developer), source: 'status_line' } as const;
  const week = Math.floor(day / 7);
  const readings: readonly Reading[] = [
    {
      ...common,
      kind: 'five_hour',
      usedPercent: ((turn * WINDOWS_OF_DAY) % TURNS) * 2,
      resetsAt: plus(dayBeganAt, (window + 1) * WINDOW_MS),
    },
    {
      ...common,
      kind: 'seven_day',
      usedPercent: (day % 7) * 10 + turn / 4,
      resetsAt: plus(dayBeganAt, ((week + 1) * 7 - day) * DAY_MS),
    },
  ];
  return readings.map((reading) => ({ is: 'reading', reading }));
}

/** As the job does while the program runs. */
function learn(store: Store, now: EpochMs) {
  const { sweep } = createLearnRates({ store });
  // Each step learns ten people, and says whether readings wait.
  for (let people = store.developers.count(); sweep(now) || people > 0; people -= 10);
}

function emailOf(developer: number): string {
  return `developer${developer}@example.com`;
}

function sessionOf(developer: number, day: number) {
  return sessionId(uuid(developer, day));
}

/** Looks like a random id, and is always the same. */
function uuid(one: number, other: number): string {
  const hex = ((one * 2654435761) % 2 ** 32).toString(16).padStart(8, '0');
  const end = ((other * 2246822519 + one) % 2 ** 32).toString(16).padStart(12, '0');
  return `${hex}-${hex.slice(4)}-4${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${end}`;
}
