import { HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../model/time.ts';
import { brokenCache } from './cache-shapes.ts';
import { largeResume, resumedSession } from './resume-shapes.ts';
import { healthy, openSession, type Scene, type Simulated } from './scene.ts';
import type { Tape } from './tape.ts';
import { runawaySessions } from './usage-shapes.ts';

/** The version of #91707 and #91514, and the one that was compared with it. */
const BAD_VERSION = '2.1.252';
const GOOD_VERSION = '2.1.224';

/** The scene of one colleague. */
function colleague(scene: Scene, name: string | number, laterMs = 0): Scene {
  return { ...scene, run: `${scene.run}-${name}`, startsAt: plus(scene.startsAt, laterMs) };
}

function together(...parts: readonly Simulated[]): Simulated {
  return { sessions: parts.flatMap(({ sessions }) => sessions), faults: parts.flatMap(({ faults }) => faults) };
}

/** Colleagues whose caches break on these versions, one after the other. */
const colleaguesBreak =
  (versions: readonly string[], apartMs: number) =>
  (scene: Scene): Simulated =>
    together(
      ...versions.map((clientVersion, nth) =>
        brokenCache(colleague(scene, nth, nth * apartMs), {
          clientVersion,
          context: scene.random.whole(70_000, 120_000),
          floor: 17_247,
          misses: scene.random.whole(4, 8),
          idle: [5 * SECOND_MS, 30 * SECOND_MS],
        }),
      ),
    );

const THRICE = [BAD_VERSION, BAD_VERSION, BAD_VERSION];
export const regression = colleaguesBreak([...THRICE, BAD_VERSION], 9 * MINUTE_MS);
export const twoColleagues = colleaguesBreak([BAD_VERSION, BAD_VERSION], 9 * MINUTE_MS);
export const threeVersions = colleaguesBreak([BAD_VERSION, GOOD_VERSION, '2.1.330'], 9 * MINUTE_MS);
export const threeDays = colleaguesBreak(THRICE, 24 * HOUR_MS);

/** The day of an update: everybody is on one version and resumes, and every resume rewrites. */
export const updateDay = (scene: Scene): Simulated =>
  together(...[0, 1, 2, 3].map((nth) => largeResume(colleague(scene, nth, nth * 5 * MINUTE_MS))));

/** One person's runaway, one person's resume and three people's regression in the same hour. */
export const badHour = (scene: Scene): Simulated =>
  together(
    colleaguesBreak(THRICE, 9 * MINUTE_MS)(scene),
    largeResume(colleague(scene, 'resumes', 6 * MINUTE_MS)),
    runawaySessions(colleague(scene, 'runs-away')),
  );

/** A day of prompts of three requests, four minutes apart, of which every so many-th finds its cache gone; 0: none. */
function dayOfPrompts(scene: Scene, { prompts, missesEvery, clientVersion }: Day): Tape {
  const { tape, talk } = openSession(scene, { clientVersion });
  const floor = 11_072;
  talk.newPrompt();
  talk.turn({ read: floor, added: 34_000 });
  for (let prompt = 1; prompt <= prompts; prompt++) {
    talk.wait(scene.random.whole(200, 280) * SECOND_MS);
    talk.newPrompt();
    const misses = missesEvery > 0 && prompt % missesEvery === 0;
    talk.turn({ added: 250, ...(misses && { read: floor, cause: 'likely_server_side' }) });
    for (let more = 0; more < 2; more++) {
      talk.wait(5 * SECOND_MS);
      talk.turn({ added: 150 });
    }
  }
  return tape;
}

interface Day {
  readonly prompts: number;
  readonly missesEvery: number;
  readonly clientVersion: string;
}

/** Four colleagues on each of two versions. */
const twoVersions =
  (bad: Omit<Day, 'clientVersion'>) =>
  (scene: Scene): Simulated =>
    healthy(
      ...[0, 1, 2, 3].flatMap((nth) => [
        dayOfPrompts(colleague(scene, `bad-${nth}`), { ...bad, clientVersion: BAD_VERSION }),
        dayOfPrompts(colleague(scene, `good-${nth}`), { prompts: 45, missesEvery: 14, clientVersion: GOOD_VERSION }),
      ]),
    );

/** #91707: 29 % of the turn boundaries of 2.1.252 miss, 7 % of those of 2.1.224. */
export const worseVersion = twoVersions({ prompts: 40, missesEvery: 3 });
export const sameRates = twoVersions({ prompts: 45, missesEvery: 14 });
export const tooFewPrompts = twoVersions({ prompts: 9, missesEvery: 3 });

/** Resumes of four colleagues on each of two versions, five each; `rewrites` says how many of the five pay for their session. */
const resumesOnTwoVersions =
  ({ bad, good }: { bad: number; good: number }) =>
  (scene: Scene): Simulated =>
    together(
      ...[0, 1, 2, 3].flatMap((nth) => [
        fiveResumes(colleague(scene, `bad-${nth}`), bad, BAD_VERSION),
        fiveResumes(colleague(scene, `good-${nth}`), good, GOOD_VERSION),
      ]),
    );

function fiveResumes(scene: Scene, rewriting: number, clientVersion: string): Simulated {
  return together(
    ...[0, 1, 2, 3, 4].map((nth) =>
      resumedSession(colleague(scene, nth, nth * 40 * MINUTE_MS), {
        developer: scene.run,
        clientVersion,
        context: 45_000,
        floor: 11_072,
        rewrites: nth < rewriting ? 1 : 0,
        awayMs: 30 * SECOND_MS,
      }),
    ),
  );
}

/** On one version every resume rewrites, on the other hardly any. */
export const worseResumes = resumesOnTwoVersions({ bad: 5, good: 1 });
/** As measured on every version: nine of ten resumes rewrite. */
export const resumesAsEver = resumesOnTwoVersions({ bad: 5, good: 4 });
