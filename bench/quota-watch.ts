import { systemClock } from '../src/clock.ts';
import { quotaAnswerer } from '../src/slack/answers/quota.ts';
import type { Store } from '../src/store/store.ts';

/** How long one answer to `/quota` took, in ms: the work alone, and the whole time since somebody asked. */
export interface Answered {
  readonly workMs: number;
  readonly wholeMs: number;
}

/** Asks `/quota` for somebody at random again and again, as Slack would: the question waits for the event loop too. */
export function createQuotaWatch(store: Store, everyMs: number | undefined) {
  const slackUsers = store.developers.all().flatMap(({ slackUser }) => slackUser ?? []);
  const answer = quotaAnswerer({
    store,
    people: { developer: () => unexpected('Slack was asked'), person: () => unexpected('Slack was asked') },
    roles: { isAdmin: () => unexpected('roles were asked') },
    clock: systemClock,
    log: { info: () => {} },
    channelNames: 'consent',
    zone: 'UTC',
  });
  let taken: Answered[] = [];
  let timer: NodeJS.Timeout | undefined;
  if (everyMs !== undefined) askIn(everyMs);

  return {
    /** The answers since the last call. */
    take(): Answered[] {
      const result = taken;
      taken = [];
      return result;
    },
    stop: () => clearTimeout(timer),
  };

  function askIn(delayMs: number) {
    const askedAt = performance.now() + delayMs;
    timer = setTimeout(() => {
      const startedAt = performance.now();
      ask();
      const endedAt = performance.now();
      taken.push({ workMs: endedAt - startedAt, wholeMs: endedAt - askedAt });
      askIn(delayMs);
    }, delayMs);
  }

  function ask() {
    const slackUser = slackUsers[Math.floor(Math.random() * slackUsers.length)];
    const developer = slackUser === undefined ? undefined : store.developers.findBySlackUser(slackUser);
    if (!developer) throw new Error('nobody is there to ask');
    answer.own(developer);
  }
}

function unexpected(what: string): never {
  throw new Error(`${what}, where the database alone should answer`);
}
