import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVELOPERS, simulatedMorning } from '../../src/commands/simulated-morning.ts';
import { openStore } from '../../src/store/store.ts';
import { type AppUnderTest, clockFrom, eventually, runApp } from './running-app.ts';

/** The app beside a team whose morning goes wrong, as in `npm run demo`, but at once. */
export interface SimulatedTeam {
  readonly app: AppUnderTest;
  /** The page of somebody: `ada` (an admin), `grace` or `alan`. */
  pageOf(person: string): string;
  /** Sends the ordinary work of four hours, which alerts nobody, and then what went wrong, and waits for the alerts. */
  play(): Promise<void>;
  jumpTo(iso: string): void;
  stop(): Promise<void>;
}

/** Starts the app at that moment of its own clock; ada has agreed to be named, the others have not. */
export async function startTeam(iso: string): Promise<SimulatedTeam> {
  const folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  const clock = clockFrom(iso);
  const app = await runApp({ clock, folder });
  const tokens = giveTokens(folder);

  return {
    app,
    pageOf: (person) => `${app.slack.url}/#/${person}`,
    async play() {
      const { background, story } = simulatedMorning('test', clock.now());
      await Promise.all(background.map(send));
      for (const call of story) await send(call);
      // Alerts of a team wait for each other, in case they are one regression, and what is in their threads for more.
      pass(15);
      await said(['turns rewrote', 'Resume rewrote', 'Locked out until', 'Client 2.1.252']);
      pass(90);
      await said(['Turn by turn: 4 turns', 'Part of it: 3 incidents']);
    },
    jumpTo: clock.jumpTo,
    async stop() {
      await app.stop();
      rmSync(folder, { recursive: true });
    },
  };

  function pass(seconds: number) {
    clock.jumpTo(new Date(clock.now() + seconds * 1000).toISOString());
  }

  /** Waits until each of these words was said somewhere. */
  function said(words: readonly string[]): Promise<void> {
    return eventually(async () => {
      const { body } = await app.slack.get('/messages');
      const all = JSON.stringify(body);
      const missing = words.filter((word) => !all.includes(word));
      if (missing.length > 0) throw new Error(`nobody said ${missing.join(', ')}`);
    }, 20_000);
  }

  async function send({ developer, path, body }: { developer: string; path: string; body: unknown }) {
    const answer = await app.send(tokens.get(developer) ?? '', path, body);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  }

  function giveTokens(databaseFolder: string): ReadonlyMap<string, string> {
    const now = clock.now();
    const store = openStore(join(databaseFolder, 'quota-watch.db'), now);
    const given = DEVELOPERS.map((name) => {
      const developer = store.developers.forEmail(`${name}@example.com`, { now });
      if (name === 'ada') store.developers.consentToNames(developer, now);
      return [name, store.tokens.create({ of: 'developer', developer }, now)] as const;
    });
    store.close();
    return new Map(given);
  }
}
