import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { notReady } from '../../src/incidents/own-troubles.ts';
import { createMetrics } from '../../src/metrics.ts';
import { MINUTE_MS, plus } from '../../src/model/time.ts';
import { NOON } from '../support/builders.ts';
import { textOf } from './read.ts';

const TEXT = textOf('docs/operate.md');
const FOLDER = join(import.meta.dirname, '../../docs');

test('every link leads somewhere', () => {
  const links = [...TEXT.matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => to);
  expect(links.length).toBeGreaterThan(10);
  const headings = [...TEXT.matchAll(/^## (.+)$/gm)].map(
    ([, title = '']) =>
      `#${title
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-')}`,
  );
  const dead = links.filter((to) => (to.startsWith('#') ? !headings.includes(to) : !existsSync(join(FOLDER, to))));
  expect(dead).toEqual([]);
});

test('every command that it names is there', () => {
  const commands = [...TEXT.matchAll(/src\/commands\/([\w-]+)\.ts/g)].map(([path]) => path);
  expect(new Set(commands)).toEqual(new Set(['src/commands/backup.ts', 'src/commands/restore.ts']));
  for (const path of commands) expect(existsSync(join(FOLDER, '..', path))).toBe(true);
});

test('every metric of ours is explained, and none that is not there', async () => {
  const levels = {
    waitingBodies: 0,
    undetectedSessions: 0,
    dueNotices: 0,
    oldestNoticeSeconds: 0,
    openIncidents: 0,
    isSlackConnected: true,
    isReady: true,
    databaseBytes: 0,
    logBytes: 0,
    freeBytes: 0,
  };
  const text = await createMetrics({ levels: () => levels, version: '1', newestIncident: 0 }).text();
  const ours = [...text.matchAll(/^# TYPE (quota_watch_\w+)/gm)].map(([, name]) => name);
  const explained = [...TEXT.matchAll(/^\| `(quota_watch_\w+)`/gm)].map(([, name]) => name);
  expect(explained.toSorted()).toEqual(ours.toSorted());
});

describe('every reason of /readyz', () => {
  const explained = [...TEXT.matchAll(/^\| `(the [\w ]+|nothing [\w ]+|detection [\w ]+?)(?: …)?`/gm)].map(
    ([, words = '']) => words,
  );

  test('is explained', () => {
    const long = plus(NOON, -10 * MINUTE_MS);
    const worst = {
      startedAt: long,
      canRead: false,
      unwritable: { since: long, code: 'SQLITE_FULL' },
      refusing: undefined,
      isSlackConnected: false,
      caughtUpAt: undefined,
      failedJudgements: 0,
      givenUp: new Map(),
    };
    const reasons = [undefined, long].flatMap((sweptAt) => notReady({ ...worst, sweptAt }, NOON));
    expect(explained).toHaveLength(6);
    for (const reason of reasons) expect(explained.filter((words) => reason.startsWith(words))).toHaveLength(1);
    for (const words of explained) expect(reasons.some((reason) => reason.startsWith(words))).toBe(true);
  });
});
