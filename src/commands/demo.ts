import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../clock.ts';
import { type Config, ConfigError } from '../config.ts';
import { type Served, serve } from '../serve.ts';
import { openStore } from '../store/store.ts';
import { background, type Call, incidents, PEOPLE, type Person } from './simulated-morning.ts';

/** Long enough to watch it happen, short enough not to wait for it. */
const STEP_MS = 700;

await play(await serve(onlyLocally));

/** In a real Slack somebody would take the demo for real. */
function onlyLocally({ slack }: Config): void {
  if (slack.is === 'slack') throw new ConfigError(['The demo is for the local workspace: unset the Slack tokens']);
}

/** Sends a simulated morning of three developers through the collector's own routes. */
async function play({ app, config }: Served): Promise<void> {
  say(`Quota Watch listens on ${app.url}. Watch the demo at ${app.url}/workspace/`);
  const tokens = giveTokens(config.databasePath);
  const run = randomBytes(3).toString('hex');
  const past = background(run, systemClock.now());
  await send(past);
  say(`  ${past.length} requests of this morning sent: late, so they alert nobody.`);
  for (const step of incidents(run)) {
    await sleep(STEP_MS);
    await send(step(systemClock.now()));
  }
  say('  Now: a broken cache (ada), a resume that rewrote its session (grace), a lock-out (alan).');
  say('  In the page, choose who you are and type /quota. Ctrl-C stops.');

  async function send(calls: readonly Call[]): Promise<void> {
    for (const { by, path, body } of calls) {
      const headers = { authorization: `Bearer ${tokens[by]}`, 'content-type': 'application/json' };
      const answer = await fetch(app.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    }
  }
}

/** The people of the local workspace; ada has agreed to be named, the others have not. */
function giveTokens(databasePath: string): Readonly<Record<Person, string>> {
  const now = systemClock.now();
  const store = openStore(databasePath, now);
  const token = (person: Person) => {
    const developer = store.developers.forEmail(`${person}@example.com`, { now });
    if (person === 'ada') store.developers.consentToNames(developer, now);
    return store.tokens.create({ of: 'developer', developer }, now);
  };
  const [ada, grace, alan] = PEOPLE.map(token);
  store.close();
  if (ada === undefined || grace === undefined || alan === undefined) throw new Error('the demo knows three people');
  return { ada, grace, alan };
}

function say(line: string) {
  process.stdout.write(`${line}\n`);
}
