import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually, freePort, type SeenMessage } from '../support/running-app.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const environment = (more: NodeJS.ProcessEnv = {}) => ({
  ...process.env,
  DATABASE_PATH: join(folder, 'quota-watch.db'),
  LOG_LEVEL: 'warn',
  ...more,
});

const start = (command: string, args: readonly string[], env = environment()) =>
  spawn(process.execPath, [join(import.meta.dirname, `../../src/commands/${command}.ts`), ...args], {
    cwd: folder,
    env,
  });

async function run(command: string, ...args: readonly string[]) {
  const child = start(command, args);
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, errors, code: child.exitCode };
}

describe('replay', () => {
  const turn = (t: number, read: number, written: number) => ({
    t,
    agent: null,
    model: 'claude-opus-5-5',
    ver: '2.1.330',
    input: 4,
    output: 9,
    cache_read: read,
    cache_creation: written,
    c5m: written,
    c1h: 0,
  });
  const session = (name: string, events: readonly object[]) =>
    JSON.stringify({ session: name, start_utc: '2026-11-23T08:00', events, markers: [] });
  const BROKEN = session('broken', [
    turn(0, 14_000, 60_000),
    turn(10, 14_000, 62_000),
    turn(20, 14_000, 64_000),
    turn(30, 14_000, 66_000),
  ]);
  const HEALTHY = session('healthy', [turn(0, 14_000, 60_000), turn(10, 74_000, 900), turn(20, 74_900, 800)]);
  const file = (...lines: readonly string[]) => {
    const path = join(folder, 'sessions.jsonl');
    writeFileSync(path, lines.join('\n'));
    return path;
  };

  test.each([[[]], [['--team']]])('prints a line for each incident and one of totals %j', async (flags) => {
    const { out, code } = await run('replay', file(BROKEN, HEALTHY), ...flags);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(lines).toMatchObject([
      {
        session: 'broken',
        kind: 'cache_invalidation',
        severity: 'critical',
        stream: 'main claude-opus-5-5',
        openedAtS: 20,
        resolvedAtS: 30 + 30 * 60,
        evidence: { misses: 3, rewrittenTokens: 60_000 + 62_000 + 64_000, clientVersion: '2.1.330' },
      },
      { totals: { sessions: 2, requests: 7, incidents: 1, byKind: { cache_invalidation: 1 } } },
    ]);
  });

  test.each([
    ['a broken line by its number', () => [file(HEALTHY, '{"session":')], 'sessions.jsonl line 2: '],
    ['a missing file', () => [join(folder, 'nothing.jsonl')], 'nothing.jsonl cannot be read'],
    ['a missing name', () => [], 'npm run --silent replay -- FILE.jsonl'],
    ['a wrong flag', () => ['--nonsense'], "Unknown option '--nonsense'"],
  ])('names %s', async (_, args, sentence) => {
    const { errors, code } = await run('replay', ...args());
    expect(errors).toContain(sentence);
    expect(errors).not.toContain('    at ');
    expect(code).toBe(1);
  });
});

describe('token', () => {
  test('is created and printed alone, listed without its secret, and revoked', async () => {
    const created = await run('token', '--email', 'Dev@example.com', '--name', 'Dev');
    expect(created.out).toMatch(/^qw_[\w-]{43}\n$/);
    const listed = await run('token', '--list');
    expect(listed.out).toContain('dev@example.com');
    expect(listed.out).not.toContain(created.out.trim());
    expect((await run('token', '--revoke', '1')).out).toContain('Token 1 is revoked');
    expect((await run('token', '--list')).out).toContain('revoked 20');
    expect(await run('token', '--revoke', '1')).toMatchObject({ out: '', code: 1 });
  });

  test('of a team belongs to nobody', async () => {
    expect((await run('token', '--team')).out).toMatch(/^qw_/);
    expect((await run('token', '--list')).out).toContain('\tteam\t');
  });

  test.each([[[]], [['--email', 'nobody']], [['--team', '--email', 'dev@example.com']], [['--nonsense']]])(
    'is not created for %j, and says why',
    async (args) => {
      const { out, errors, code } = await run('token', ...args);
      expect({ out, code }).toEqual({ out: '', code: 1 });
      expect(errors.length).toBeGreaterThan(10);
      expect(errors).not.toContain('    at ');
    },
  );
});

// A busy machine starts slowly; how long it takes is no matter of correctness.
test('the demo tells of a broken cache, a resume and a lock-out, each once and to the right people', {
  timeout: 120_000,
}, async () => {
  const port = await freePort();
  const demo = start('demo', [], environment({ PORT: String(port) }));
  const said = text(demo.stdout);
  const channels = async (words: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/workspace/messages`);
    const { messages }: { messages: (SeenMessage & { channel: string })[] } = await answer.json();
    return messages.filter((message) => message.text.includes(words)).map(({ channel }) => channel);
  };
  await eventually(async () => expect(await channels('Locked out until')).toEqual(['D00000ALAN']), 90_000);
  await eventually(async () => expect(await channels('4 turns rewrote')).toEqual(['C0CLAUDEQUOTA']));
  await eventually(async () =>
    expect((await channels('Resume rewrote 157k')).toSorted()).toEqual(['C0CLAUDEQUOTA', 'D0000GRACE']),
  );
  demo.kill('SIGTERM');
  await once(demo, 'exit');
  expect(demo.exitCode).toBe(0);
  expect(await said).not.toContain('invalid_');
});

test('the demo leaves a real Slack alone', async () => {
  const slack = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', ALERT_CHANNEL: 'C0123456789' };
  const child = start('demo', [], environment(slack));
  expect(await text(child.stderr)).toContain('The demo is for the local workspace');
});
