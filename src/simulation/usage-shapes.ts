import { HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../model/time.ts';
import { ENOUGH, type Hours, workAnHour, workBefore } from './history.ts';
import { MEASURED } from './measured.ts';
import { drawnAfterRequests, showQuota } from './quota.ts';
import { healthy, openSession, type Scene, type Simulated } from './scene.ts';
import { resetAfter } from './window-shapes.ts';

const BIG = { model: 'claude-opus-5-5[1m]' } as const;

/** Somebody with a past works an hour unlike those before it. */
const unusualHour =
  (usual: Partial<Hours>, hour: Partial<Hours>) =>
  (scene: Scene): Simulated => {
    const before = workBefore(scene, { ...ENOUGH, ...usual });
    const startsAt = plus(scene.startsAt, HOUR_MS);
    const { tape } = workAnHour(scene, { ...ENOUGH, ...usual, ...hour, name: 'now', startsAt });
    return healthy(...before, tape);
  };

/** #59872: about 600,000 tokens read by each request, next to nothing written and next to nothing said. */
const STORM = { context: 600_000, promptsOfHour: 8, requestsOfPrompt: 6, output: 50, startsWarm: true };
export const storm = unusualHour({}, STORM);

/** As much is read, but for real work: 105 reads for a token of output, as in #75290. */
export const hardHour = unusualHour({}, { ...STORM, context: 300_000, output: 3_000 });

/** The storm of somebody who has no past: nobody knows what is usual. */
export const stormOfStranger = unusualHour({ days: 1, hoursOfDay: 3 }, STORM);

/** #34629 and #63282: a prompt costs about twenty times what it did. Here with a cache that works: a huge context, long loops. */
export const inflated = unusualHour(BIG, { context: 750_000, promptsOfHour: 8, requestsOfPrompt: 24, output: 3_000 });

/** ryoppippi/ccusage#891: five times the cost, since contexts of a million tokens became the default. */
export const dearer = unusualHour(BIG, { context: 250_000, promptsOfHour: 5, requestsOfPrompt: 5, output: 600 });

/** Max 5x, as reported. */
const UNITS_PER_POINT = 50_000;

/** #43602: the first prompt after a night with a context of about 500,000 tokens writes all of it again, lawfully. */
export const spike = (scene: Scene): Simulated => spikeAfter(scene, { ...ENOUGH, ...BIG });

/** The same prompt of somebody whose prompts all are of that size. */
export const spikeAsUsual = (scene: Scene): Simulated =>
  spikeAfter(scene, { ...ENOUGH, ...BIG, context: 600_000, promptsOfHour: 1, requestsOfPrompt: 9, output: 4_000 });

/** A prompt that takes eight points or so: nothing to speak of. */
export const largePrompt = (scene: Scene): Simulated => spikeAfter(scene, { ...ENOUGH, ...BIG }, 110_000);

function spikeAfter(scene: Scene, usual: Hours, tokens?: number): Simulated {
  const before = workBefore(scene, usual);
  const { tape, talk } = openSession(scene, { ...BIG, compacts: false });
  const context = tokens ?? scene.random.whole(450_000, 550_000);
  talk.newPrompt();
  talk.turn({ read: 0, added: 20_000 });
  talk.wait(40 * SECOND_MS);
  talk.newPrompt();
  talk.turn({ read: 0, added: context - 20_000 });
  for (let request = 0; request < 8; request++) {
    talk.wait(10 * SECOND_MS);
    talk.turn({ added: 800, output: 1_000 });
  }
  const quota = { resetsAt: resetAfter(scene.startsAt, 4 * HOUR_MS), unitsPerPoint: UNITS_PER_POINT };
  showQuota([tape], tape, { ...quota, at: drawnAfterRequests(tape) });
  return healthy(...before, tape);
}

/** `claude -p` again and again: a session of ten requests or so each time. */
function headlessSession(
  scene: Scene,
  nth: number,
  { startsAt, requests }: { startsAt: Scene['startsAt']; requests: number },
) {
  const { tape, talk } = openSession(scene, { name: `headless-${nth}`, startsAt, source: 'sdk', writes: '5m' });
  talk.newPrompt();
  talk.turn({ read: 14_500, added: scene.random.whole(24_000, 26_000) });
  for (let more = 1; more < requests; more++) {
    talk.wait(2 * SECOND_MS);
    talk.turn({ added: scene.random.whole(500, 900), output: scene.random.draw(MEASURED.output) });
  }
  return tape;
}

/** Headless sessions beside somebody at work, whose status line shows what all of it takes. */
const background =
  (points: number) =>
  (scene: Scene): Simulated => {
    const { tape, talk } = openSession(scene);
    talk.newPrompt();
    talk.turn({ read: 14_500, added: 20_000 });
    // A headless session of ten requests takes about 90,000 units, so that these take so many points in two and a half hours.
    const count = Math.round((points * UNITS_PER_POINT) / 90_000);
    const spacedMs = (150 * MINUTE_MS) / count;
    const sessions = Array.from({ length: count }, (_, nth) =>
      headlessSession(scene, nth, { startsAt: plus(scene.startsAt, nth * spacedMs), requests: 10 }),
    );
    for (let prompt = 0; prompt < 30; prompt++) {
      talk.wait(5 * MINUTE_MS);
      talk.newPrompt();
      talk.turn({ added: 300 });
    }
    const quota = { resetsAt: resetAfter(scene.startsAt, 4 * HOUR_MS), unitsPerPoint: UNITS_PER_POINT };
    showQuota([tape, ...sessions], tape, { ...quota, at: drawnAfterRequests(tape) });
    return healthy(tape, ...sessions);
  };

/** #45756: 78 % of what emptied a window came from two sessions in the background. */
export const runaway = background(50);
export const someBackground = background(15);

/** #86749: cron jobs; here a loop that starts a session every few seconds. */
const manySessions =
  (count: number, withinMs: number) =>
  (scene: Scene): Simulated =>
    healthy(
      ...Array.from({ length: count }, (_, nth) => {
        const startsAt = plus(scene.startsAt, (nth * withinMs) / count);
        return headlessSession(scene, nth, { startsAt, requests: 2 });
      }),
    );

export const runawaySessions = manySessions(130, 50 * MINUTE_MS);
export const someSessions = manySessions(60, 50 * MINUTE_MS);
export const sessionsAllDay = manySessions(150, 5 * HOUR_MS);
