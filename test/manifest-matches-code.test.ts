import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { registerListeners } from '../src/slack/register-listeners.ts';
import { openStore } from '../src/store/store.ts';
import { NOON } from './support/builders.ts';
import { readManifest } from './support/slack-schemas/read-manifest.ts';

const registered = recordListeners();
const manifest = readManifest();

/** What the app listens to, as Bolt is told. */
function recordListeners() {
  const heard = {
    commands: [] as unknown[],
    actions: [] as unknown[],
    events: [] as unknown[],
    forms: [] as unknown[],
  };
  const app = {
    command: (name: unknown) => void heard.commands.push(name),
    action: (name: unknown) => void heard.actions.push(name),
    event: (name: unknown) => void heard.events.push(name),
    view: (name: unknown) => void heard.forms.push(name),
  };
  const nobody = () => Promise.reject(new Error('nobody is asked'));
  // Bolt's own signatures have many overloads; all of them take the name first.
  registerListeners(app as unknown as Parameters<typeof registerListeners>[0], {
    store: openStore(':memory:', NOON),
    people: { developer: nobody, person: nobody, leavers: nobody, slackUserOf: nobody, forget: () => undefined },
    roles: { isAdmin: nobody, admins: nobody },
    clock: { now: () => NOON, after: () => () => {} },
    log: pino({ enabled: false }),
    publicUrl: 'https://quota.example.com',
    clientUrl: undefined,
    channelNames: 'consent',
    zone: 'UTC',
    alertChannel: () => 'C1',
    channels: { alert: 'C1', summary: 'C1' },
    weekSoFar: nobody,
    respond: () => ({ is: 'gone' }),
    showHome: nobody,
    touched: () => {},
    openView: nobody,
    publishHome: nobody,
    onForgotten: () => {},
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

/** Every action id and every form that a view may show, by the constants that views export. */
async function shownByViews() {
  const actions = new Set<unknown>();
  const forms = new Set<unknown>();
  for (const { path } of sourcesUnder('src/slack/views')) {
    for (const [name, value] of Object.entries(await import(/* @vite-ignore */ join(process.cwd(), path)))) {
      if (/_ACTIONS?$/.test(name)) for (const id of valuesOf(value)) actions.add(id);
      if (/_MODAL$/.test(name)) forms.add(value);
    }
  }
  return { actions, forms };
}

function valuesOf(constant: unknown): readonly unknown[] {
  return typeof constant === 'object' && constant !== null ? Object.values(constant) : [constant];
}

describe('what people can click', () => {
  test('is exactly what is listened to', async () => {
    const { actions } = await shownByViews();
    expect([...actions].toSorted()).toEqual(registered.actions.toSorted());
  });

  test('has its id from a constant, so that the test above knows it', () => {
    const literal = /action_id: ['"`]|button\(['"`]/;
    const withLiterals = sourcesUnder('src/slack/views').filter(({ text }) => literal.test(text));
    expect(withLiterals.map(({ path }) => path)).toEqual([]);
  });

  test('and submit is a form that is shown', async () => {
    const { forms } = await shownByViews();
    expect(registered.forms.length).toBeGreaterThan(0);
    for (const form of registered.forms) expect(forms).toContain(form);
  });
});

/** Which of its scopes each method needs: https://docs.slack.dev/reference/methods. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  'chat.delete': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'users.info': ['users:read', 'users:read.email'],
  'users.list': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
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
  return [...text.matchAll(/(?:\bc|C)lient\s*\.([a-z]+\.[a-zA-Z]+)\(/g)].flatMap(([, method]) => method ?? []);
}

function sourcesUnder(folder: string): readonly { readonly path: string; readonly text: string }[] {
  const root = join(import.meta.dirname, '..');
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(root, folder, name), 'utf8') }));
}
