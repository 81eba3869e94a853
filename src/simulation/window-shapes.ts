import { DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../model/time.ts';
import { healthy, openSession, type Scene, type Simulated } from './scene.ts';
import { epochSeconds, type Tape } from './tape.ts';

type Kind = 'five_hour' | 'seven_day';

/** A window's percentage climbs evenly from one value to another, as whole numbers, and the status line tells it. */
interface Climb {
  readonly kind: Kind;
  readonly resetsAt: EpochMs;
  readonly startsAt: EpochMs;
  readonly lastsMs: number;
  readonly from: number;
  readonly to: number;
  readonly everyMs: number;
}

function tellClimb(tape: Tape, { kind, resetsAt, startsAt, lastsMs, from, to, everyMs }: Climb) {
  for (let passed = 0; passed <= lastsMs; passed += everyMs) {
    const used = Math.floor(from + ((to - from) * passed) / lastsMs);
    tellUsed(tape, plus(startsAt, passed), { kind, used, resetsAt });
  }
}

export function tellUsed(tape: Tape, at: EpochMs, read: { kind: Kind; used: number; resetsAt: EpochMs }) {
  const window = { used_percentage: read.used, resets_at: epochSeconds(read.resetsAt) };
  tape.statusLine(at, { rate_limits: { [read.kind]: window } });
}

/** Windows reset on full ten minutes. */
export function resetAfter(at: EpochMs, ms: number): EpochMs {
  return epochMs(Math.ceil((at + ms) / (10 * MINUTE_MS)) * 10 * MINUTE_MS);
}

/** A five-hour window that is used up slowly: 24 points in three hours, the last of them just before its reset. */
export function usedUpSlowly(scene: Scene): Simulated {
  const { tape } = openSession(scene);
  const resetsAt = resetAfter(scene.startsAt, 3.3 * HOUR_MS);
  const climb = { from: scene.random.whole(70, 78), to: 100, lastsMs: 3 * HOUR_MS, everyMs: 5 * MINUTE_MS };
  tellClimb(tape, { kind: 'five_hour', resetsAt, startsAt: scene.startsAt, ...climb });
  return healthy(tape);
}

/** The status line was away while a window went over two levels: only the higher is news. */
export function overTwoLevels(scene: Scene): Simulated {
  const { tape } = openSession(scene);
  const resetsAt = resetAfter(scene.startsAt, 2 * HOUR_MS);
  const kind = 'five_hour';
  tellUsed(tape, scene.startsAt, { kind, used: scene.random.whole(70, 78), resetsAt });
  tellUsed(tape, plus(scene.startsAt, 50 * MINUTE_MS), { kind, used: scene.random.whole(91, 98), resetsAt });
  return healthy(tape);
}

/** An ordinary five hours: 50 to 75 points, most of them in the middle. */
export function ordinaryWindow(scene: Scene): Simulated {
  const { tape } = openSession(scene);
  const { startsAt, random } = scene;
  const resetsAt = resetAfter(startsAt, 5 * HOUR_MS);
  const climb = { from: 0, to: random.whole(50, 75), lastsMs: 4.5 * HOUR_MS, everyMs: 4 * MINUTE_MS };
  tellClimb(tape, { kind: 'five_hour', resetsAt, startsAt, ...climb });
  return healthy(tape);
}

/** #40709, #73438 and #86749: five agents, 142 agents, two cron jobs; a whole window in 7, 20 and 10 minutes. Here most of one. */
export const burntByStranger = (scene: Scene): Simulated => burnt(scene, scene.random.whole(7, 20));

/** A window of nobody known, of which nearly 80 points go at a pace that would take all of it in so many minutes. */
export function burnt(scene: Scene, fullWindowMinutes: number): Simulated {
  const { tape } = openSession(scene);
  const { startsAt, random } = scene;
  const resetsAt = resetAfter(startsAt, 4 * HOUR_MS);
  const [from, to] = [random.whole(1, 3), 79];
  const lastsMs = ((to - from) / 100) * fullWindowMinutes * MINUTE_MS;
  const climb = { from, to, lastsMs, everyMs: 10 * SECOND_MS };
  tellClimb(tape, { kind: 'five_hour', resetsAt, startsAt, ...climb });
  return healthy(tape);
}

/** `hours` active hours before the scene, each in a window of its own on a day of its own, that each take so many points. */
function activeHours(tape: Tape, scene: Scene, { hours, points }: { hours: number; points: number }) {
  for (let ago = hours; ago > 0; ago--) {
    const startsAt = epochMs(Math.floor(scene.startsAt / HOUR_MS) * HOUR_MS - ago * DAY_MS);
    const resetsAt = resetAfter(startsAt, 4 * HOUR_MS);
    const climb = { from: 0, to: points, lastsMs: 54 * MINUTE_MS, everyMs: 6 * MINUTE_MS };
    tellClimb(tape, { kind: 'five_hour', resetsAt, startsAt, ...climb });
  }
}

const burnsFor = (usualPoints: number) => (scene: Scene) => {
  const { tape } = openSession(scene, { startsAt: plus(scene.startsAt, -26 * DAY_MS) });
  activeHours(tape, scene, { hours: 24, points: usualPoints });
  const resetsAt = resetAfter(scene.startsAt, 4 * HOUR_MS);
  // 40 to 70 minutes for a whole window: #45756 and the 20 workers of rhombus.so/limits.html took 41 to 90.
  const climb = { from: 2, to: 74, lastsMs: scene.random.whole(30, 48) * MINUTE_MS, everyMs: MINUTE_MS };
  tellClimb(tape, { kind: 'five_hour', resetsAt, startsAt: scene.startsAt, ...climb });
  return healthy(tape);
};

/** Somebody whose hours take 12 points burns a window as the reported ones went. */
export const burntUnusually = burnsFor(12);

/** Somebody whose every hour takes 78 points of a small plan does it again, a little slower: no anomaly. */
export function burntAsUsual(scene: Scene): Simulated {
  const { tape } = openSession(scene, { startsAt: plus(scene.startsAt, -26 * DAY_MS) });
  activeHours(tape, scene, { hours: 20, points: 78 });
  const resetsAt = resetAfter(scene.startsAt, 4 * HOUR_MS);
  const climb = { from: 2, to: scene.random.whole(70, 75), lastsMs: HOUR_MS, everyMs: MINUTE_MS };
  tellClimb(tape, { kind: 'five_hour', resetsAt, startsAt: scene.startsAt, ...climb });
  return healthy(tape);
}

/** Somebody who works in bursts of 30 minutes, each of 40 points, for three weeks: today's is like all the others. */
export function burstAsUsual(scene: Scene): Simulated {
  const { tape } = openSession(scene, { startsAt: plus(scene.startsAt, -26 * DAY_MS) });
  for (let daysAgo = 20; daysAgo >= 0; daysAgo--) {
    const startsAt = plus(scene.startsAt, -daysAgo * DAY_MS);
    const climb = { from: 1, to: 41, lastsMs: 30 * MINUTE_MS, everyMs: 3 * MINUTE_MS };
    tellClimb(tape, { kind: 'five_hour', resetsAt: resetAfter(startsAt, 4 * HOUR_MS), startsAt, ...climb });
  }
  return healthy(tape);
}

/** Five working days of the same number of weekly points, eight hours each; the window begins with the first. */
function workingWeek(tape: Tape, mondayAt: EpochMs, { points, days }: { points: number; days: number }): EpochMs {
  const resetsAt = resetAfter(mondayAt, 7 * DAY_MS - 10 * MINUTE_MS);
  for (let day = 0; day < days; day++) {
    const startsAt = plus(mondayAt, day * DAY_MS);
    const climb = { from: day * points, to: (day + 1) * points, lastsMs: 8 * HOUR_MS, everyMs: 20 * MINUTE_MS };
    tellClimb(tape, { kind: 'seven_day', resetsAt, startsAt, ...climb });
  }
  return resetsAt;
}

/** Two ordinary weeks: 60 to 75 points each, in five days of eight hours. */
export function ordinaryWeeks(scene: Scene): Simulated {
  const { tape } = openSession(scene);
  const points = scene.random.whole(12, 15);
  workingWeek(tape, scene.startsAt, { points, days: 5 });
  workingWeek(tape, plus(scene.startsAt, 7 * DAY_MS), { points, days: 5 });
  return healthy(tape);
}

/** After an ordinary week, a day that takes 60 points of the next. */
export function burntWeek(scene: Scene): Simulated {
  const { tape } = openSession(scene);
  workingWeek(tape, scene.startsAt, { points: scene.random.whole(7, 10), days: 5 });
  workingWeek(tape, plus(scene.startsAt, 7 * DAY_MS), { points: scene.random.whole(60, 75), days: 1 });
  return healthy(tape);
}
