import { type EpochMs, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../model/time.ts';
import { brokenCache } from '../simulation/cache-shapes.ts';
import { collectorCalls } from '../simulation/collector-calls.ts';
import { ENOUGH, workAnHour } from '../simulation/history.ts';
import { createRandom } from '../simulation/random.ts';
import { resumedSession } from '../simulation/resume-shapes.ts';
import { openSession, type Scene } from '../simulation/scene.ts';
import type { LineStatus, SessionLine } from '../simulation/session-line.ts';
import { epochSeconds } from '../simulation/tape.ts';
import { resetAfter } from '../simulation/window-shapes.ts';

/** Who works in the local workspace, and colleagues who are not in it. */
const PEOPLE = ['ada', 'grace', 'alan'] as const;
const COLLEAGUES = ['barbara', 'edsger', 'margaret'] as const;
export const DEVELOPERS = [...PEOPLE, ...COLLEAGUES] as const;

/** What happens, happens in the last minutes: what is older than a quarter of an hour alerts nobody. */
const STORY_MS = 8 * MINUTE_MS;
/** System prompt and tools: what is read even while the cache is broken. */
const FLOOR = 14_200;
/** A version whose broken cache was reported, in anthropics/claude-code#91707 and #91514. */
const BAD_VERSION = '2.1.252';

/** Calls to the collector that a team's machines would have made until `now`. `run` makes the ids of this demo its own. */
export function simulatedMorning(run: string, now: EpochMs) {
  const scene = { run, random: createRandom(1) };
  return {
    background: collectorCalls(background({ ...scene, startsAt: plus(now, -4 * HOUR_MS) }), 'webhook'),
    story: collectorCalls(story({ ...scene, startsAt: plus(now, -STORY_MS) }), 'webhook'),
  };
}

/** Three people's ordinary work, from four hours ago to half an hour ago. */
function background(scene: Scene): readonly SessionLine[] {
  return PEOPLE.flatMap((developer, person) =>
    [0, 1, 2].map((part) => {
      const startsAt = plus(scene.startsAt, (part * 72 + person * 7) * MINUTE_MS);
      const hour = {
        ...ENOUGH,
        developer,
        name: `${developer}-${part}`,
        startsAt,
        promptsOfHour: 6,
        requestsOfPrompt: 4,
      };
      return workAnHour(scene, hour).tape.recorded();
    }),
  );
}

function story(scene: Scene): readonly SessionLine[] {
  const resetsAt = resetAfter(scene.startsAt, 90 * MINUTE_MS);
  return [
    ...adasCache(scene).map((line) => withWindows(line, { percents: [42, 47], resetsAt })),
    ...gracesResume(later(scene, MINUTE_MS)).map((line) => withWindows(line, { percents: [63, 65], resetsAt })),
    ...COLLEAGUES.flatMap((developer, nth) => colleaguesCache(later(scene, (2.5 + nth / 2) * MINUTE_MS), developer)),
    withWindows(alansLockOut(scene, resetsAt), { percents: [72, 97], resetsAt }),
  ];
}

const later = (scene: Scene, ms: number): Scene => ({ ...scene, startsAt: plus(scene.startsAt, ms) });

function adasCache(scene: Scene): readonly SessionLine[] {
  const idle = [20 * SECOND_MS, 40 * SECOND_MS] as const;
  const broken = { context: 76_000, floor: FLOOR, misses: 4, idle, healed: 0 };
  return brokenCache(scene, { developer: 'ada', name: 'broken', ...broken }).sessions;
}

function gracesResume(scene: Scene): readonly SessionLine[] {
  const resumed = { context: 167_950, floor: FLOOR, rewrites: 1, awayMs: 90 * SECOND_MS, healed: 1 } as const;
  return resumedSession(scene, { developer: 'grace', name: 'resumed', ...resumed }).sessions;
}

function colleaguesCache(scene: Scene, developer: string): readonly SessionLine[] {
  const idle = [5 * SECOND_MS, 15 * SECOND_MS] as const;
  const broken = { context: 90_000, floor: FLOOR, misses: 3, idle, healed: 0 };
  return brokenCache(scene, { developer, name: developer, clientVersion: BAD_VERSION, ...broken }).sessions;
}

function alansLockOut(scene: Scene, resetsAt: EpochMs): SessionLine {
  const { tape } = openSession(scene, { developer: 'alan', name: 'locked-out' });
  tape.refuse(plus(scene.startsAt, STORY_MS), { window: 'five_hour', resetsAt });
  return tape.recorded();
}

/** What its status line shows at the beginning and near the end. */
function withWindows(line: SessionLine, used: { percents: readonly [number, number]; resetsAt: EpochMs }): SessionLine {
  const [first, last] = used.percents;
  const endS = (STORY_MS - MINUTE_MS) / SECOND_MS;
  return { ...line, status_lines: [statusLine(1, first, used.resetsAt), statusLine(endS, last, used.resetsAt)] };
}

function statusLine(t: number, percent: number, resetsAt: EpochMs): LineStatus {
  const weekEndsAt = plus(resetsAt, 70 * HOUR_MS);
  return {
    t,
    rate_limits: {
      five_hour: { used_percentage: percent, resets_at: epochSeconds(resetsAt) },
      seven_day: { used_percentage: Math.round(percent / 2) + 10, resets_at: epochSeconds(weekEndsAt) },
    },
  };
}
