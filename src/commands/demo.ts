import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../clock.ts';
import { type Config, ConfigError } from '../config.ts';
import { type Served, serve } from '../serve.ts';
import type { CollectorCall } from '../simulation/collector-calls.ts';
import { openStore } from '../store/store.ts';
import { DEVELOPERS, simulatedMorning } from './simulated-morning.ts';

/** Eight minutes in ten seconds: long enough to watch it happen, short enough not to wait for it. */
const TIMES_FASTER = 48;

await play(await serve(onlyLocally));

/** In a real Slack somebody would take the demo for real. */
function onlyLocally({ slack }: Config): void {
  if (slack.is === 'slack') throw new ConfigError(['The demo is for the local workspace: unset the Slack tokens']);
}

/** Sends a simulated morning of a team through the collector's own routes. */
async function play({ app, config }: Served): Promise<void> {
  say(`Quota Watch listens on ${app.url}. Watch the demo at ${app.url}/workspace/`);
  const tokens = giveTokens(config.databasePath);
  const { background, story } = simulatedMorning(randomBytes(3).toString('hex'), systemClock.now());
  await Promise.all(background.map(send));
  say(`  ${background.length} requests of this morning sent: late, so they alert nobody.`);
  for (const [nth, call] of story.entries()) {
    await sleep((call.at - (story[nth - 1] ?? call).at) / TIMES_FASTER);
    await send(call);
  }
  say('  Eight minutes in ten seconds: a broken cache (ada), a resume that rewrote its session (grace),');
  say('  three colleagues whose caches broke on one client version, a lock-out (alan).');
  say('  In the page, choose who you are and type /quota. Ctrl-C stops.');

  async function send({ developer, path, body }: CollectorCall) {
    const headers = { authorization: `Bearer ${tokens.get(developer)}`, 'content-type': 'application/json' };
    const answer = await fetch(app.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  }
}

/** The people of the local workspace and three colleagues; ada has agreed to be named, the others have not. */
function giveTokens(databasePath: string): ReadonlyMap<string, string> {
  const now = systemClock.now();
  const store = openStore(databasePath, now);
  const tokens = DEVELOPERS.map((name) => {
    const developer = store.developers.forEmail(`${name}@example.com`, { now });
    if (name === 'ada') store.developers.consentToNames(developer, now);
    return [name, store.tokens.create({ of: 'developer', developer }, now)] as const;
  });
  store.close();
  return new Map(tokens);
}

function say(line: string) {
  process.stdout.write(`${line}\n`);
}
