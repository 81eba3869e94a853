import { plus, SECOND_MS } from '../model/time.ts';
import { createBreakage, workOn, workUpTo } from './breakage.ts';
import type { Cause } from './client-counter.ts';
import { type OpenSession, openSession, type Scene, type Simulated } from './scene.ts';
import type { SessionLine } from './session-line.ts';

/** The status line is drawn a moment after the response. */
const DRAWN_AFTER_MS = SECOND_MS;

/** The status line after the newest request, with the client's own count. */
function drawStatusLine({ tape, talk }: OpenSession) {
  tape.statusLine(plus(talk.now, DRAWN_AFTER_MS), { prompt_cache: talk.promptCache() });
}

/** A broken cache that the client counts too, with the cause that it names. */
function counted(scene: Scene, { misses, cause }: { misses: number; cause: Cause }): Simulated {
  const session = openSession(scene);
  const { tape, talk } = session;
  const floor = 17_247;
  workUpTo(scene, session, { context: scene.random.whole(70_000, 140_000), floor });
  drawStatusLine(session);
  const breakage = createBreakage(tape.session, talk);
  for (let nth = 0; nth < misses; nth++) {
    talk.wait(scene.random.whole(3_000, 30_000));
    breakage.miss({ read: floor, added: scene.random.whole(400, 2_000), cause });
    drawStatusLine(session);
  }
  for (let nth = 0; nth < 4; nth++) {
    workOn(scene, talk, 1);
    drawStatusLine(session);
  }
  return { sessions: [tape.recorded()], faults: [breakage.fault] };
}

const CAUSES = ['tools_changed', 'system_prompt_changed', 'messages_changed'] as const;

/** The requests tell it and the client says why: one trouble. */
export const countedToo = (scene: Scene) => counted(scene, { misses: 5, cause: scene.random.pick(CAUSES) });

/** Only the status line is connected: no request is ever seen. */
export const countedOnly = (misses: number) => (scene: Scene) =>
  withoutRequests(counted(scene, { misses, cause: scene.random.pick(CAUSES) }));

/** The client counts misses for which it knows a lawful reason itself. */
export const countedLawful = (scene: Scene) =>
  withoutRequests(counted(scene, { misses: 3, cause: scene.random.pick(['ttl_expired_1h', 'model_changed']) }));

function withoutRequests({ sessions }: Simulated): Simulated {
  return { sessions: sessions.map((session): SessionLine => ({ ...session, events: [] })), faults: [] };
}
