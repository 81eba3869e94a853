import { type EpochMs, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../model/time.ts';

/** A call to the collector: whose token, which route, which body. */
export interface Call {
  readonly by: Person;
  readonly path: '/v1/usage' | '/v1/status-line' | '/v1/hooks';
  readonly body: object;
}

export const PEOPLE = ['ada', 'grace', 'alan'] as const;
export type Person = (typeof PEOPLE)[number];

const MODEL = 'claude-opus-5-5';
const CLIENT = '2.1.330';
/** System prompt and tools: what is read even while the cache is broken. */
const FLOOR = 14_200;

/** Turns of one conversation, as the webhook takes them. `run` makes the ids of this demo its own. */
interface Conversation {
  readonly by: Person;
  readonly session: string;
  /** Tokens in the context so far. */
  context: number;
  turns: number;
}

function begin(by: Person, session: string): Conversation {
  return { by, session, context: FLOOR, turns: 0 };
}

/** A turn that reads what the turn before left and writes what is new. */
function healthyTurn(talk: Conversation, at: EpochMs, written: number): Call {
  return turn(talk, at, { read: talk.context, written });
}

/** A turn that reads only the floor and writes the whole history again. */
function brokenTurn(talk: Conversation, at: EpochMs, written: number): Call {
  return turn(talk, at, { read: FLOOR, written: talk.context - FLOOR + written });
}

function turn(talk: Conversation, at: EpochMs, { read, written }: { read: number; written: number }): Call {
  talk.context = read + written;
  const request = {
    session: talk.session,
    requestId: `${talk.session}-${talk.turns}`,
    promptId: `${talk.session}-p${Math.floor(talk.turns / 4)}`,
    sequence: talk.turns,
    at,
    durationMs: 400,
    model: MODEL,
    clientVersion: CLIENT,
    inputTokens: 4,
    outputTokens: 300 + ((talk.turns * 97) % 600),
    cacheReadTokens: read,
    cacheCreationTokens: written,
    cacheCreation5mTokens: 0,
    cacheCreation1hTokens: written,
  };
  talk.turns++;
  return { by: talk.by, path: '/v1/usage', body: { requests: [request] } };
}

function statusLine(by: Person, session: string, used: { fiveHour: number; sevenDay: number; now: EpochMs }): Call {
  const inSeconds = (at: number) => Math.floor(at / 1000);
  return {
    by,
    path: '/v1/status-line',
    body: {
      session_id: session,
      version: CLIENT,
      model: { id: MODEL },
      rate_limits: {
        five_hour: { used_percentage: used.fiveHour, resets_at: inSeconds(resetOf(used.now)) },
        seven_day: { used_percentage: used.sevenDay, resets_at: inSeconds(resetOf(used.now) + 70 * HOUR_MS) },
      },
    },
  };
}

/** Five-hour windows end on a full ten minutes; this one in about an hour and a half. */
function resetOf(now: EpochMs): EpochMs {
  return plus(now, 10 * MINUTE_MS - (now % (10 * MINUTE_MS)) + 80 * MINUTE_MS);
}

/** Three people's ordinary work from four hours ago to 20 minutes ago: late on arrival, so it alerts nobody. */
export function background(run: string, now: EpochMs): readonly Call[] {
  return PEOPLE.flatMap((by, person) =>
    [0, 1, 2].flatMap((part) => {
      const talk = begin(by, `${run}-${by}-${part}`);
      const startsAt = now - 4 * HOUR_MS + part * 72 * MINUTE_MS + person * 7 * MINUTE_MS;
      return Array.from({ length: 24 }, (_, index) =>
        healthyTurn(
          talk,
          plus(now, startsAt - now + index * 100 * SECOND_MS),
          index === 0 ? 9_800 : 700 + ((index * 389) % 1900),
        ),
      );
    }),
  );
}

/** What happens now, a step every half second or so: each step's calls are made with that moment's time. */
export function incidents(run: string): readonly ((now: EpochMs) => readonly Call[])[] {
  const broken = begin('ada', `${run}-broken`);
  const resumed = begin('grace', `${run}-resumed`);
  return [
    (now) => [
      statusLine('ada', broken.session, { fiveHour: 42, sevenDay: 31, now }),
      statusLine('grace', resumed.session, { fiveHour: 63, sevenDay: 55, now }),
      healthyTurn(broken, now, 62_000),
      healthyTurn(resumed, now, 150_000),
    ],
    (now) => [healthyTurn(broken, now, 2_650), healthyTurn(resumed, now, 4_100)],
    (now) => [brokenTurn(broken, now, 2_100), healthyTurn(resumed, now, 2_500)],
    (now) => [brokenTurn(broken, now, 3_000)],
    (now) => [
      brokenTurn(broken, now, 1_800),
      { by: 'grace', path: '/v1/usage', body: { markers: [{ session: resumed.session, at: now, kind: 'resume' }] } },
    ],
    (now) => [brokenTurn(broken, now, 2_400), brokenTurn(resumed, now, 3_200)],
    (now) => [
      statusLine('ada', broken.session, { fiveHour: 47, sevenDay: 32, now }),
      healthyTurn(resumed, now, 1_900),
      statusLine('alan', `${run}-alan-2`, { fiveHour: 97, sevenDay: 61, now }),
    ],
    (now) => [
      {
        by: 'alan',
        path: '/v1/hooks',
        body: {
          hook_event_name: 'StopFailure',
          session_id: `${run}-alan-2`,
          error: 'rate_limit',
          last_assistant_message: `You've hit your 5-hour limit · resets ${clockTime(resetOf(now))} (UTC)`,
        },
      },
    ],
  ];
}

/** As the client writes it: `9:30am`. */
function clockTime(at: EpochMs): string {
  const minutes = Math.floor(at / MINUTE_MS) % (24 * 60);
  const hour = Math.floor(minutes / 60);
  return `${hour % 12 || 12}:${String(minutes % 60).padStart(2, '0')}${hour < 12 ? 'am' : 'pm'}`;
}
