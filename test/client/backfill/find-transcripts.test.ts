import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findTranscripts } from '../../../src/client/backfill/find-transcripts.ts';

test('transcripts are those of conversations and of sub-agents, each with its session, and folders that hold themselves do no harm', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quota-watch-find-'));
  const files = [
    '-home/one.jsonl',
    '-home/one/subagents/agent-a1.jsonl',
    '-work/two.jsonl',
    '-work/memory/notes.md',
    '-work/two.json',
  ];
  for (const file of files) {
    mkdirSync(dirname(join(folder, 'projects', file)), { recursive: true });
    writeFileSync(join(folder, 'projects', file), 'x');
  }
  symlinkSync(join(folder, 'projects'), join(folder, 'projects/-work/again'));
  symlinkSync(join(folder, 'projects/-home/one.jsonl'), join(folder, 'projects/-work/link.jsonl'));
  const found = findTranscripts(folder).map(({ path, session, size }) => [
    path.slice(folder.length + 10),
    session,
    size,
  ]);
  expect(found).toEqual([
    ['-home/one.jsonl', 'one', 1],
    ['-home/one/subagents/agent-a1.jsonl', 'one', 1],
    ['-work/two.jsonl', 'two', 1],
  ]);
  rmSync(folder, { recursive: true });
  expect(findTranscripts(folder)).toEqual([]);
});
