import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/commands/eval.ts'), ...args]);
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, errors, code: child.exitCode };
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const turn = (t: number, cache_read: number, cache_creation: number) => ({
  t,
  agent: null,
  model: 'claude-opus-5-5',
  ver: '2.1.330',
  input: 4,
  output: 9,
  cache_read,
  cache_creation,
});
const session = (name: string, events: readonly object[]) =>
  JSON.stringify({ session: name, start_utc: '2026-11-23T08:00', events });
const BROKEN = session('r0001', [turn(0, 14_000, 60_000), turn(10, 14_000, 62_000), turn(20, 14_000, 64_000)]);
const HEALTHY = session('r0002', [turn(0, 14_000, 60_000), turn(10, 74_000, 900)]);

const LABEL = { id: 'real_r0001', title: 'A broken cache', label: 'cache_invalidation', granularity: 'per_request' };
const RESUMED = {
  id: 'resumed',
  title: 'A resume',
  label: 'resume_reprocess',
  granularity: 'per_request',
  events: [
    { cache_read: 0, cache_creation: 60_000 },
    { cache_read: 9000, cache_creation: 52_000, note: 'resume 1' },
  ],
};
const cache = (requests: number, misses: number) => ({ requests, misses, expected_rebuilds: 0 });
const ORACLE = [
  {
    client: '2.1.330',
    turns: [
      { input: 4, output: 9, cache_read: 0, w5: 60_000, w1: 0, t_s: 0, model: 'm', prompt_cache: cache(1, 0) },
      { input: 4, output: 9, cache_read: 9000, w5: 52_000, w1: 0, t_s: 2, model: 'm', prompt_cache: cache(2, 1) },
    ],
  },
];

describe('eval', () => {
  const sessions = () => file('sessions.jsonl', `${BROKEN}\n\n${HEALTHY}\n`);
  const cases = () => file('cases.json', JSON.stringify([LABEL, RESUMED]));
  const oracle = () => file('oracle.json', JSON.stringify(ORACLE));

  test.each([[[]], [['--as-otlp']]])('scores sessions, cases and the client’s own count %j', async (flags) => {
    const args = ['--sessions', sessions(), '--cases', cases(), '--oracle', oracle(), '--json', ...flags];
    const { out, errors, code } = await run(...args);
    expect({ errors, code }).toEqual({ errors: '', code: 0 });
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      feed: flags.length === 0 ? 'webhook' : 'telemetry',
      given: { sessions: 2, requests: 5, cases: 2, casesOfSessions: 1, replayedCases: 1 },
      healthy: { sessions: 1 },
      cacheFalseAlarmsPer100Sessions: { value: 0 },
      oracle: { sessions: 1, compared: 2, agreed: 2 },
      speed: { requests: 7 },
    });
    expect(report.kinds).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'cache_invalidation', found: ['real_r0001'], missed: [] }),
        expect.objectContaining({ kind: 'resume_reprocess', found: ['resumed'], missed: [] }),
      ]),
    );
    expect(report.goals.every(({ isMet }: { isMet: boolean }) => isMet)).toBe(true);
  });

  test('prints text for people', async () => {
    const { out, code } = await run('--cases', cases());
    expect(code).toBe(0);
    expect(out).toMatch(/^How good are the detectors\? +told by the webhook, with agent ids\n/);
    expect(out).toContain('1 of 1');
  });

  test('says how to use it where nothing is given', async () => {
    expect(await run()).toMatchObject({ code: 1, errors: expect.stringContaining('npm run --silent eval --') });
  });

  test.each<[string, () => readonly string[], string]>([
    ['a missing file', () => ['--cases', join(folder, 'nothing.json')], 'nothing.json cannot be read'],
    ['a missing sessions file', () => ['--sessions', join(folder, 'none.jsonl')], 'none.jsonl cannot be read'],
    ['a broken line', () => ['--sessions', file('s.jsonl', `${HEALTHY}\n{"session":`)], 's.jsonl line 2: '],
    ['another shape', () => ['--cases', file('c.json', '{}')], 'c.json: must be a list of cases'],
    ['a wrong field', () => ['--cases', file('d.json', '[{"id":1}]')], 'd.json: [0].id: '],
    ['a wrong flag', () => ['--nonsense'], "Unknown option '--nonsense'"],
    ['a wrong order', () => ['sessions.jsonl'], "Unexpected argument 'sessions.jsonl'"],
  ])('names %s in a sentence', async (_, args, sentence) => {
    const { out, errors, code } = await run(...args());
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(errors).toContain(sentence);
    expect(errors).not.toContain('    at ');
  });
});
