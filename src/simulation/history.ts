import { DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import { type OpenSession, openSession, type Scene, type SessionOptions } from './scene.ts';
import type { Tape } from './tape.ts';

/** How somebody works, hour by hour. */
export interface Hours extends SessionOptions {
  readonly days: number;
  readonly hoursOfDay: number;
  readonly promptsOfHour: number;
  readonly requestsOfPrompt: number;
  /** Tokens in the context. */
  readonly context: number;
  readonly output: number;
  /** Whether the cache still holds what the hour begins with; left out: the first request writes it. */
  readonly startsWarm?: boolean;
  /** Called after each prompt. */
  readonly afterPrompt?: (session: OpenSession) => void;
}

/** Six days of four hours: enough for every rule that holds somebody against their own past. */
export const ENOUGH = {
  days: 6,
  hoursOfDay: 4,
  promptsOfHour: 3,
  requestsOfPrompt: 4,
  context: 50_000,
  output: 300,
} as const;

/** The working days before the scene, one session an hour; what they take is nearly the same every hour. */
export function workBefore(scene: Scene, hours: Hours): readonly Tape[] {
  const today = Math.floor(scene.startsAt / HOUR_MS) * HOUR_MS;
  return Array.from({ length: hours.days * hours.hoursOfDay }, (_, nth) => {
    const day = Math.floor(nth / hours.hoursOfDay) - hours.days;
    const startsAt = epochMs(today + day * DAY_MS + (nth % hours.hoursOfDay) * HOUR_MS + MINUTE_MS);
    return workAnHour(scene, { ...hours, name: `before-${nth}`, startsAt }).tape;
  });
}

/** An hour with its prompts spread over 50 minutes. */
export function workAnHour(scene: Scene, hour: Hours & { readonly startsAt: EpochMs }): OpenSession {
  const { promptsOfHour, requestsOfPrompt, context, output, startsWarm = false, afterPrompt } = hour;
  const cached = startsWarm ? context - 1_000 : 17_247;
  const session = openSession(scene, hour);
  const { talk } = session;
  const spent = () => scene.random.whole(80, 120) / 100;
  for (let prompt = 0; prompt < promptsOfHour; prompt++) {
    const dueAt = hour.startsAt + (prompt * 50 * MINUTE_MS) / promptsOfHour;
    talk.wait(Math.max(0, dueAt - talk.now));
    talk.newPrompt();
    for (let request = 0; request < requestsOfPrompt; request++) {
      talk.wait(scene.random.whole(1, 4) * SECOND_MS);
      const isFirst = talk.lastEndedAt === undefined;
      const started = isFirst ? { read: cached, added: context - cached } : { added: scene.random.whole(300, 900) };
      talk.turn({ ...started, output: Math.round(output * spent()), tookMs: 5 * SECOND_MS });
    }
    afterPrompt?.(session);
  }
  return session;
}
