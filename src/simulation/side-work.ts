import { plus, SECOND_MS } from '../model/time.ts';
import { createConversation } from './conversation.ts';
import { MEASURED } from './measured.ts';
import { createOrdinaryWork, IDLE_SHARE } from './ordinary-work.ts';
import type { OpenSession, Scene } from './scene.ts';

/** Sub-agents that work side by side on what the main conversation gave them; it waits for the last one. */
export function runAgents(scene: Scene, { tape, talk }: OpenSession, options: { count: number; model: string }) {
  const { random } = scene;
  const startedAt = talk.now;
  const ends = Array.from({ length: options.count }, (_, nth) => {
    const agent = createConversation({
      tape,
      startsAt: plus(startedAt, nth * SECOND_MS),
      model: options.model,
      // Sub-agents write to the 5-minute cache, whatever the main conversation does.
      writes: '5m',
      agent: `${tape.session}-agent-${startedAt - tape.startsAt}-${nth}`,
      source: 'agent:builtin:general-purpose',
    });
    const work = createOrdinaryWork(agent, { random, tape, compacts: false });
    const read = random.chance(MEASURED.agentReadsNothing) ? 0 : random.draw(MEASURED.agentRead);
    agent.turn({ read, added: random.draw(MEASURED.agentWritten) });
    for (let more = random.draw(MEASURED.requestsOfAgent) - 1; more > 0; more--) {
      work.request(Math.min(random.draw(MEASURED.toolLoop), 240 * SECOND_MS) * IDLE_SHARE);
    }
    return agent.now;
  });
  talk.wait(Math.max(...ends) - startedAt);
}

/** A request of the client for itself, on a small model: a title for the session, a suggestion, a summary. */
export function askHelper(scene: Scene, { tape, talk }: OpenSession) {
  const helper = createConversation({
    tape,
    startsAt: talk.now,
    model: 'claude-haiku-5-5',
    writes: '5m',
    agent: `${tape.session}-helper-${talk.now - tape.startsAt}`,
    source: scene.random.pick(['generate_session_title', 'prompt_suggestion', 'side_question']),
  });
  helper.turn({ read: 0, added: scene.random.whole(2_500, 9_000), output: 40 });
}
