import { DAY_MS, HOUR_MS, plus, SECOND_MS } from '../model/time.ts';
import { ENOUGH, workAnHour } from './history.ts';
import { healthy, type OpenSession, type Scene, type Simulated } from './scene.ts';
import type { SessionLine } from './session-line.ts';
import { epochSeconds } from './tape.ts';
import { resetAfter } from './window-shapes.ts';

/** The status line after a prompt: a window that nobody needs to worry about, and the client's count of its cache. */
function drawStatusLine({ tape, talk }: OpenSession) {
  const five_hour = { used_percentage: 12, resets_at: epochSeconds(resetAfter(talk.now, 2 * HOUR_MS)) };
  tape.statusLine(plus(talk.now, SECOND_MS), { rate_limits: { five_hour }, prompt_cache: talk.promptCache() });
}

type Feeds = 'both' | 'telemetry' | 'status_line';

/** Three days of three hours with both feeds, and a fourth with what is left of them. */
const lastDay =
  (left: Feeds, source: 'repl_main_thread' | 'sdk' = 'repl_main_thread') =>
  (scene: Scene): Simulated => {
    const days = [0, 1, 2, 3].flatMap((day) =>
      [0, 1, 2].map((hour) => {
        const feeds = day === 3 ? left : 'both';
        const startsAt = plus(scene.startsAt, day * DAY_MS + hour * HOUR_MS);
        const afterPrompt = feeds === 'telemetry' ? () => {} : drawStatusLine;
        const options = { ...ENOUGH, promptsOfHour: 8, name: `${day}-${hour}`, startsAt, afterPrompt };
        const { tape } = workAnHour(scene, { ...options, ...(day === 3 && { source }) });
        return feeds === 'status_line' ? withoutRequests(tape.recorded()) : tape.recorded();
      }),
    );
    return { ...healthy(), sessions: days };
  };

const withoutRequests = (line: SessionLine): SessionLine => ({ ...line, events: [] });

export const bothFeeds = lastDay('both');
export const statusLineStops = lastDay('telemetry');
export const telemetryStops = lastDay('status_line');
/** `claude -p` draws no status line: that it is missing means nothing. */
export const onlyHeadless = lastDay('telemetry', 'sdk');
