import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Refused } from '../../../src/client/refused.ts';
import { carryOut, prepare } from '../../../src/client/settings/connect-settings.ts';
import { readRecord } from '../../../src/client/settings/record.ts';
import { undo } from '../../../src/client/settings/undo.ts';
import { anyJson, anyObject, likelySettings, space } from './any-json.ts';

const WISHES = {
  url: 'https://quota.example.com',
  token: 'qw_secret',
  command: (subcommand: string) => `/usr/bin/node /home/ada/main.js ${subcommand}`,
  isPosix: true,
};

let folder: string;
let file: string;
let own: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  file = join(folder, 'settings.json');
  own = join(folder, 'quota-watch');
  mkdirSync(own);
});
afterEach(() => rmSync(folder, { recursive: true }));

const connect = (wishes = WISHES) => carryOut(prepare(file, own, wishes), own);
const disconnect = () => {
  const record = readRecord(own);
  if (!record) throw new Error('not connected');
  return undo(record, own);
};
const bytes = () => readFileSync(file);
// The test reads what it wrote by its own shape.
const settings = () => JSON.parse(bytes().toString().replace('\uFEFF', ''));

describe('a settings file is connected, and is byte for byte as before afterwards', () => {
  test.each<[name: string, before: string]>([
    ['empty', ''],
    ['white space', ' \n'],
    ['an empty object', '{}'],
    ['settings of somebody', '{\n  "model": "opus",\n  "permissions": { "allow": ["Bash(ls:*)"] }\n}\n'],
    ['with a byte order mark', '\uFEFF{ "model": "opus" }\r\n'],
    ['with numbers that JavaScript writes otherwise', '{"a":1.0,"b":1e400,"c":12345678901234567890}'],
    ['with a member twice', '{"env":{"A":"1"},"env":{"B":"2"}}'],
    ['with a member that means something to JavaScript', '{"__proto__":{"env":1},"constructor":2}'],
    ['with environment and hooks', '{"env":{"A":"1"},"hooks":{"Stop":[],"StopFailure":[{"hooks":[]}]}}'],
    ['with a status line', '{"statusLine":{"type":"command","command":"date # now","padding":0}}'],
    ['with content logging switched on', '{"env":{"OTEL_LOG_USER_PROMPTS":"1"}}'],
    ['pasted from /quota connect', '{"env":{"OTEL_EXPORTER_OTLP_ENDPOINT":"https://quota.example.com"}}'],
    ['large', JSON.stringify({ allow: Array.from({ length: 5000 }, (_, index) => `Bash(${index})`) })],
  ])('%s', (_, before) => {
    writeFileSync(file, before, { mode: 0o644 });
    connect();
    expect(settings().env).toMatchObject({ OTEL_LOG_USER_PROMPTS: '0', OTEL_EXPORTER_OTLP_ENDPOINT: WISHES.url });
    expect(settings().statusLine.command).toMatch(/main\.js status-(line|news)/);
    expect(settings().hooks.StopFailure.at(-1).hooks[0].command).toContain('hook');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(disconnect()).toBe(true);
    expect(bytes().toString()).toBe(before);
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });

  test('none at all', () => {
    connect();
    expect(settings().env.OTEL_EXPORTER_OTLP_ENDPOINT).toBe(WISHES.url);
    disconnect();
    expect(existsSync(file)).toBe(false);
  });

  test('behind a link, which stays', () => {
    const target = join(folder, 'dotfiles.json');
    writeFileSync(target, '{}');
    symlinkSync(target, file);
    connect();
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toContain(WISHES.url);
    disconnect();
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('{}');
  });

  test('connected several times, with other tokens', () => {
    const before = '{"env":{"OTEL_LOG_USER_PROMPTS":"1"},"statusLine":{"type":"command","command":"date"}}';
    writeFileSync(file, before);
    connect();
    connect({ ...WISHES, token: 'qw_other', url: 'https://other.example.com' });
    expect(settings().statusLine.command.match(/main\.js/g)).toHaveLength(1);
    expect(settings().hooks.StopFailure).toHaveLength(1);
    expect(settings().env.OTEL_EXPORTER_OTLP_HEADERS).toBe('Authorization=Bearer qw_other');
    disconnect();
    expect(bytes().toString()).toBe(before);
  });

  test('connected anew after its record was lost, with another Node, without wrapping itself', () => {
    const before = "date '+%H' # it's";
    writeFileSync(file, JSON.stringify({ statusLine: { type: 'command', command: before } }));
    connect({ ...WISHES, command: (subcommand: string) => `'/old node/bin/node' /elsewhere/main.js ${subcommand}` });
    rmSync(own, { recursive: true });
    mkdirSync(own);
    expect(prepare(file, own, WISHES).wrapped).toBe(before);
    connect();
    expect(settings().statusLine.command.match(/main\.js/g)).toHaveLength(1);
  });

  test.each([
    ['around nothing', '/usr/bin/node /home/ada/main.js status-line', undefined],
    ['around a command', '/usr/bin/node /home/ada/main.js status-line || { :\ndate\n}', 'date'],
  ])('connected anew by what an earlier program left, %s', (_, left, wrapped) => {
    writeFileSync(file, JSON.stringify({ statusLine: { type: 'command', command: left } }));
    expect(prepare(file, own, WISHES).wrapped).toBe(wrapped);
  });
});

describe('the command around a status line that was there', () => {
  const commandFor = (before: string, wishes = WISHES) => {
    writeFileSync(file, JSON.stringify({ statusLine: { type: 'command', command: before, padding: 2 } }));
    connect(wishes);
    return settings().statusLine;
  };

  test('is one that a shell can read, whatever it is put around', () => {
    for (const before of ['# nothing', '', ' ', 'a; b;', 'cat <<E\nx\nE']) {
      expect(spawnSync('sh', ['-n', '-c', commandFor(before).command]).status).toBe(0);
      disconnect();
    }
  });

  test('keeps its padding, and is not drawn more often', () => {
    expect(commandFor('date')).toEqual({ type: 'command', command: expect.any(String), padding: 2 });
  });

  test('stands alone where the shell may be none of POSIX', () => {
    expect(commandFor('date', { ...WISHES, isPosix: false }).command).toBe(WISHES.command('status-line'));
  });
});

describe('what cannot be edited safely is refused, and not touched', () => {
  test.each<[name: string, before: string | Uint8Array, says: RegExp]>([
    ['comments', '{\n  // mine\n  "model": "opus"\n}', /is not JSON.*no comments/],
    ['a trailing comma', '{"a":1,}', /is not JSON/],
    ['half a file', '{"env":{"A":', /is not JSON/],
    ['no object', '[1]', /holds no object/],
    ['null', 'null', /holds no object/],
    ['Latin-1', Buffer.from('{"a":"é"}', 'latin1'), /is not UTF-8/],
    ['UTF-16', Buffer.from('\uFEFF{}', 'utf16le'), /is not UTF-8/],
    ['larger than anybody writes', `{"a":"${'x'.repeat(4 * 1024 * 1024)}"}`, /larger than 4 MiB/],
    ['an environment that is none', '{"env":[]}', /“env”.*is not an object/],
    ['an environment that is null', '{"env":null}', /“env”.*is not an object/],
    ['hooks that are null', '{"hooks":null}', /“hooks”.*is not an object/],
    ['hooks that are none', '{"hooks":"x"}', /“hooks”.*is not an object/],
    ['hooks that are no list', '{"hooks":{"StopFailure":{}}}', /is not a list/],
    ['a status line that is no command', '{"statusLine":{"type":"static"}}', /is no command/],
    [
      'telemetry that goes elsewhere',
      '{"env":{"OTEL_EXPORTER_OTLP_ENDPOINT":"https://otel.example.com"}}',
      /already sends telemetry.*OTEL_EXPORTER_OTLP_ENDPOINT/,
    ],
    ['logs that go elsewhere', '{"env":{"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT":"x"}}', /OTLP_LOGS_ENDPOINT/],
    ['metrics for Prometheus', '{"env":{"OTEL_METRICS_EXPORTER":"prometheus"}}', /OTEL_METRICS_EXPORTER/],
    ['headers from a helper', '{"otelHeadersHelper":"x"}', /otelHeadersHelper/],
  ])('%s', (_, before, says) => {
    writeFileSync(file, before);
    const written = bytes();
    expect(() => connect()).toThrow(Refused);
    expect(() => connect()).toThrow(says);
    expect(bytes().equals(written)).toBe(true);
    expect(readdirSync(folder).toSorted()).toEqual(['quota-watch', 'settings.json']);
  });

  test('a read-only file', () => {
    writeFileSync(file, '{}');
    chmodSync(file, 0o444);
    expect(() => connect()).toThrow(/read-only/);
    expect(bytes().toString()).toBe('{}');
  });

  test('a file with several names', () => {
    writeFileSync(file, '{}');
    linkSync(file, join(folder, 'other'));
    expect(() => connect()).toThrow(/several names/);
  });

  test('a link to nothing, and a folder', () => {
    symlinkSync(join(folder, 'nowhere'), file);
    expect(() => connect()).toThrow(/link to nothing/);
    rmSync(file);
    mkdirSync(file);
    expect(() => connect()).toThrow(/not a file/);
  });

  test('a file that somebody wrote while the question was asked', () => {
    writeFileSync(file, '{}');
    const prepared = prepare(file, own, WISHES);
    writeFileSync(file, '{"theme":"dark"}');
    expect(() => carryOut(prepared, own)).toThrow(/changed meanwhile/);
    expect(bytes().toString()).toBe('{"theme":"dark"}');
  });
});

describe('settings that changed since', () => {
  test('lose what was ours, and keep the rest', () => {
    writeFileSync(file, '{"env":{"OTEL_LOG_USER_PROMPTS":"1"},"statusLine":{"type":"command","command":"date"}}');
    connect();
    writeFileSync(file, JSON.stringify({ ...settings(), theme: 'dark' }));
    expect(disconnect()).toBe(false);
    expect(settings()).toEqual({
      env: { OTEL_LOG_USER_PROMPTS: '1' },
      statusLine: { type: 'command', command: 'date' },
      theme: 'dark',
    });
  });

  test('keep a status line that replaced ours', () => {
    writeFileSync(file, '{}');
    connect();
    writeFileSync(file, JSON.stringify({ ...settings(), statusLine: { type: 'command', command: 'mine' } }));
    disconnect();
    expect(settings()).toEqual({ statusLine: { type: 'command', command: 'mine' } });
  });

  test('stay away where somebody deleted them', () => {
    writeFileSync(file, '{}');
    connect();
    rmSync(file);
    disconnect();
    expect(existsSync(file)).toBe(false);
  });
});

/** Settings as nobody would write them: any JSON, often with members that connecting touches, and sometimes no JSON at all. */
const anySettings = fc.oneof(
  { weight: 3, arbitrary: anyObject },
  { weight: 3, arbitrary: likelySettings },
  { weight: 1, arbitrary: anyJson },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.tuple(anyObject, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))) },
);

test('no settings file, however odd, is ever damaged', () => {
  fc.assert(
    fc.property(fc.constantFrom('', '\uFEFF'), space, anySettings, (mark, gap, text) => {
      writeFileSync(file, mark + gap + text + gap);
      const before = bytes();
      try {
        connect();
      } catch (error) {
        expect(error).toBeInstanceOf(Refused);
        expect(bytes().equals(before)).toBe(true);
        return;
      }
      const connected = settings();
      const original: Record<string, unknown> = (gap + text).trim() === '' ? {} : JSON.parse(gap + text);
      const { env: _env, hooks: _hooks, statusLine: _line, ...others } = original;
      expect(connected).toMatchObject(others);
      expect(Object.keys(connected)).toEqual(expect.arrayContaining(Object.keys(original)));
      // As Claude Code writes its settings when somebody chooses another theme.
      const changed = JSON.stringify({ ...connected, theme: 'dark' }, undefined, 2);
      expect(disconnect()).toBe(true);
      expect(bytes().equals(before)).toBe(true);
      connect();
      writeFileSync(file, changed);
      expect(disconnect()).toBe(false);
      expect(settings()).toEqual(JSON.parse(JSON.stringify({ ...original, theme: 'dark' })));
      rmSync(join(own, 'record.json'));
    }),
    { numRuns: 60 },
  );
});
