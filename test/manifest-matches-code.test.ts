import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { registerListeners } from '../src/slack/register-listeners.ts';
import { appHome } from '../src/slack/views/app-home.ts';
import { connectAnswer, consentAnswer } from '../src/slack/views/connect-answer.ts';
import { helpAnswer, unknownCommandAnswer } from '../src/slack/views/help-answer.ts';
import { fleetAlert, incidentAlert, openAgainReply } from '../src/slack/views/incident-alert.ts';
import { incidentsAnswer } from '../src/slack/views/incidents-answer.ts';
import { quotaAnswer } from '../src/slack/views/quota-answer.ts';
import { openStore } from '../src/store/store.ts';
import { EVERY_KIND, EVERY_REGRESSION, THREE_LOSSES } from './slack/incidents.ts';
import { report } from './slack/reports.ts';
import { NOON } from './support/builders.ts';
import { readManifest } from './support/slack-schemas/read-manifest.ts';

const registered = recordListeners();
const manifest = readManifest();

/** What the app listens to, as Bolt is told. */
function recordListeners() {
  const heard = { commands: [] as unknown[], actions: [] as unknown[], events: [] as unknown[] };
  const app = {
    command: (name: unknown) => void heard.commands.push(name),
    action: (name: unknown) => void heard.actions.push(name),
    event: (name: unknown) => void heard.events.push(name),
  };
  const nobody = () => Promise.reject(new Error('nobody is asked'));
  // Bolt's own signatures have many overloads; all of them take the name first.
  registerListeners(app as unknown as Parameters<typeof registerListeners>[0], {
    store: openStore(':memory:', NOON),
    people: { developer: nobody, person: nobody },
    clock: { now: () => NOON },
    log: pino({ enabled: false }),
    publicUrl: 'https://quota.example.com',
    channelNames: 'consent',
    zone: 'UTC',
  });
  return heard;
}

describe('the manifest', () => {
  test('names exactly the commands that are answered', () => {
    expect(registered.commands.toSorted()).toEqual(manifest.commands.toSorted());
  });

  test('names exactly the events that are listened to', () => {
    expect(registered.events.toSorted()).toEqual(manifest.botEvents.toSorted());
  });

  test('has interactivity switched on, as there are buttons', () => {
    expect(registered.actions.length).toBeGreaterThan(0);
    expect(manifest.whole).toMatchObject({ settings: { interactivity: { is_enabled: true } } });
  });
});

describe('buttons', () => {
  const reading = { now: NOON, zone: 'UTC' };
  const connect = (hasConsented: boolean | undefined) =>
    connectAnswer({ publicUrl: 'https://quota.example.com', token: 'qw_x', hasConsented });
  const everything = [
    ...[true, false, undefined].map(connect),
    ...[true, false].map(consentAnswer),
    ...EVERY_KIND.flatMap((incident) => [
      incidentAlert({ incident, who: 'Ada', ...reading }),
      openAgainReply(incident),
    ]),
    ...EVERY_REGRESSION.map((incident) => fleetAlert({ incident, who: 'Ada', losses: THREE_LOSSES, ...reading })),
    helpAnswer(),
    unknownCommandAnswer('x', undefined),
    incidentsAnswer(EVERY_KIND, reading),
    quotaAnswer(report()),
    appHome(report()),
  ];
  const shown = new Set(JSON.stringify(everything).match(/(?<="action_id":")[^"]+/g));

  test('that are shown are exactly those that are listened to', () => {
    expect([...shown].toSorted()).toEqual(registered.actions.toSorted());
  });

  test('come from views that are all looked at here', () => {
    const source = sourcesUnder('src/slack/views');
    const withButtons = source.filter(({ text }) => /button\(/.test(text)).map(({ path }) => path);
    expect(withButtons).toEqual(['src/slack/views/connect-answer.ts']);
  });
});

/** Which of its scopes each method needs: https://docs.slack.dev/reference/methods. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'users.info': ['users:read', 'users:read.email'],
  'users.lookupByEmail': ['users:read.email'],
  'views.publish': [],
};

describe('the Web API', () => {
  const called = [...new Set(sourcesUnder('src/slack').flatMap(({ text }) => methodsIn(text)))].toSorted();

  test('is called by these methods alone, each with its scopes', () => {
    expect(called).toEqual(Object.keys(SCOPES).toSorted());
    expect(manifest.scopes).toEqual(expect.arrayContaining(called.flatMap((method) => SCOPES[method] ?? [])));
  });

  test('is given no scope that no call and no command needs', () => {
    const needed = new Set(['commands', ...Object.values(SCOPES).flat()]);
    expect(manifest.scopes.filter((scope) => !needed.has(scope))).toEqual([]);
  });

  test('is found in code however the client is reached', () => {
    expect(methodsIn('await client.chat.update(x); app.client.users.info({}); client\n  .views.open(y)')).toEqual([
      'chat.update',
      'users.info',
      'views.open',
    ]);
  });
});

function methodsIn(text: string): readonly string[] {
  return [...text.matchAll(/\bclient\s*\.([a-z]+\.[a-zA-Z]+)\(/g)].flatMap(([, method]) => method ?? []);
}

function sourcesUnder(folder: string): readonly { readonly path: string; readonly text: string }[] {
  const root = join(import.meta.dirname, '..');
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(root, folder, name), 'utf8') }));
}
