import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLedger } from '../../src/workspace/ledger.ts';
import { createStateFile, MEMORY_ONLY } from '../../src/workspace/state-file.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  path = join(folder, 'data', 'workspace.json');
});

afterEach(() => rmSync(folder, { recursive: true }));

const open = (damaged = vi.fn()) => createLedger(createStateFile(path, damaged), () => undefined);
const message = (ts: string, text = ts) => ({ channel: 'C', ts, text });

test('what was said is found by the next ledger, edits and removals included', () => {
  const ledger = open();
  ledger.add(message('1.0'));
  ledger.add(message('2.0'));
  ledger.add(message('3.0'));
  ledger.change('C', '2.0', { text: 'edited' });
  ledger.remove('C', '3.0');
  ledger.setHome('U', { id: 'V1', type: 'home', blocks: [] });
  ledger.archive('C');
  ledger.archive('D');
  ledger.unarchive('D');
  ledger.refuseBlocks(['table']);

  const reopened = open();

  expect(reopened.messages()).toEqual([message('1.0'), message('2.0', 'edited')]);
  expect(reopened.find('C', '2.0')?.text).toBe('edited');
  expect(reopened.home('U')?.id).toBe('V1');
  expect([reopened.isArchived('C'), reopened.isArchived('D')]).toEqual([true, false]);
  expect(reopened.refusedBlocks()).toEqual(['table']);
  expect(readdirSync(join(folder, 'data'))).toEqual(['workspace.json']);
});

test('the file is for its owner alone', () => {
  open().add(message('1.0'));

  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('every new ts is later than all before a restart, also when the clock was set back since', () => {
  open().add(message('4000000000.000001'));
  const ledger = open();

  expect([ledger.nextTs(), ledger.nextTs()]).toEqual(['4000000000.000002', '4000000000.000003']);
});

test('a file that an older version wrote is read', () => {
  open().add(message('1.0'));
  const { archived: _archived, refusedBlocks: _refused, ...older } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify(older));

  const ledger = open();

  expect(ledger.messages()).toEqual([message('1.0')]);
  expect(ledger.isArchived('C')).toBe(false);
});

test('only the last 500 messages are kept', () => {
  const ledger = createLedger(MEMORY_ONLY, () => undefined);
  for (let number = 1; number <= 501; number += 1) ledger.add(message(`${number}.0`));

  expect(ledger.messages()).toHaveLength(500);
  expect(ledger.messages()[0]?.ts).toBe('2.0');
});

test('a damaged file is moved aside and told of, and the workspace starts empty', () => {
  open().add(message('1.0'));
  writeFileSync(path, '{"version":1,"messages":[{"ts":');
  const damaged = vi.fn();

  const ledger = open(damaged);

  expect(ledger.messages()).toEqual([]);
  const [movedTo] = damaged.mock.calls[0] ?? [];
  expect(readFileSync(movedTo, 'utf8')).toContain('"messages"');
  expect(existsSync(path)).toBe(false);
});

test('a change that cannot be written is not believed', () => {
  const changed = vi.fn();
  const file = {
    ...MEMORY_ONLY,
    write: () => {
      throw new Error('disk full');
    },
  };
  const ledger = createLedger(file, changed);

  expect(() => ledger.add(message('1.0'))).toThrow('disk full');

  expect(ledger.messages()).toEqual([]);
  expect(changed).not.toHaveBeenCalled();
});
