import { MINUTE_MS, SECOND_MS } from '../model/time.ts';
import { workOn } from './breakage.ts';
import { healthy, openSession, type Scene, type Simulated } from './scene.ts';

/** #46829: writes went to the 1-hour cache, and from one request to the next only to the 5-minute one. */
export function downgraded(scene: Scene): Simulated {
  const { tape, talk } = openSession(scene);
  talk.newPrompt();
  talk.turn({ read: 17_247, added: scene.random.whole(60_000, 90_000) });
  workOn(scene, talk, 20);
  talk.writeTo('5m');
  for (let prompt = 0; prompt < 8; prompt++) {
    talk.wait(2 * MINUTE_MS);
    talk.newPrompt();
    workOn(scene, talk, 4);
  }
  return healthy(tape);
}

/** #47261: a resumed session writes to the 5-minute cache once, and then to the 1-hour one again. */
export function onceToTheOther(scene: Scene): Simulated {
  const { tape, talk } = openSession(scene);
  talk.newPrompt();
  talk.turn({ read: 17_247, added: 8_000 });
  workOn(scene, talk, 12);
  talk.wait(20 * SECOND_MS);
  tape.mark(talk.now, 'start:resume');
  talk.newPrompt();
  talk.writeTo('5m');
  workOn(scene, talk, 1);
  talk.writeTo('1h');
  workOn(scene, talk, 15);
  return healthy(tape);
}

/** Whoever never had the 1-hour cache loses nothing. */
export function alwaysFiveMinutes(scene: Scene): Simulated {
  const { tape, talk } = openSession(scene, { writes: '5m' });
  talk.newPrompt();
  talk.turn({ read: 17_247, added: 30_000 });
  workOn(scene, talk, 40);
  return healthy(tape);
}
