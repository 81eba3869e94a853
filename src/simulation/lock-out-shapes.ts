import { HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../model/time.ts';
import { healthy, NEWEST, openSession, type Scene, type Simulated } from './scene.ts';
import { resetAfter, tellUsed } from './window-shapes.ts';

/** The client says that the limit is hit, and nothing told of it before. */
export const refused =
  (window: 'five_hour' | 'seven_day') =>
  (scene: Scene): Simulated => {
    const { tape, talk, work } = openSession(scene);
    const hours = window === 'five_hour' ? scene.random.whole(1, 4) : scene.random.whole(30, 150);
    work.begin();
    work.prompt(4);
    tape.refuse(plus(talk.now, 5 * SECOND_MS), { window, resetsAt: resetAfter(talk.now, hours * HOUR_MS) });
    return healthy(tape);
  };

/** A window that the status line showed nearly full, then the refusal, and the same again. */
export function refusedWhenFull(scene: Scene): Simulated {
  const { tape, talk, work } = openSession(scene);
  const resetsAt = resetAfter(scene.startsAt, 3 * HOUR_MS);
  work.begin();
  tellUsed(tape, plus(talk.now, SECOND_MS), { kind: 'five_hour', used: scene.random.whole(95, 98), resetsAt });
  work.prompt(3);
  const refusal = { window: 'five_hour', resetsAt } as const;
  for (const minutes of [1, 3, 9]) tape.refuse(plus(talk.now, minutes * MINUTE_MS), refusal);
  return healthy(tape);
}

/** Requests fail with a bare 429: at 99 % or more because the window is full, else because the server is busy. */
export const throttledAt =
  (percent: number) =>
  (scene: Scene): Simulated => {
    const { tape, talk, work } = openSession(scene);
    work.begin();
    tellUsed(tape, plus(talk.now, SECOND_MS), {
      kind: 'five_hour',
      used: percent,
      resetsAt: resetAfter(talk.now, 2 * HOUR_MS),
    });
    work.request(20 * SECOND_MS);
    tape.throttle(plus(talk.now, 10 * SECOND_MS), NEWEST.model);
    return healthy(tape);
  };

/** Locked out, and able to go on well before the reset: extra usage was bought. */
export function openAgain(scene: Scene): Simulated {
  const { tape, talk, work } = openSession(scene);
  work.begin();
  tape.refuse(plus(talk.now, 5 * SECOND_MS), { window: 'five_hour', resetsAt: resetAfter(talk.now, 3 * HOUR_MS) });
  talk.wait(20 * MINUTE_MS);
  work.prompt(3);
  return healthy(tape);
}
