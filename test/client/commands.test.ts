import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../support/running-app.ts';
import { aClient } from './a-client.ts';
import { aRecorder } from './a-recorder.ts';

let client: ReturnType<typeof aClient>;
let recorder: Awaited<ReturnType<typeof aRecorder>>;
let settings: string;

beforeEach(async () => {
  client = aClient();
  recorder = await aRecorder({ status: 200, text: '{}' });
  settings = join(client.folder, 'settings.json');
});
afterEach(async () => {
  await recorder.stop();
  client.remove();
});

const connect = (...more: readonly string[]) =>
  client.run(['connect', '--url', `${recorder.url}/`, '--token', 'qw_secret-token', ...more]);

describe('connect', () => {
  test('shows what it would change, without the token, and changes nothing where nobody can be asked', async () => {
    writeFileSync(settings, '{"statusLine":{"type":"command","command":"date"}}');
    const { out, err, code } = await connect();
    expect(out).toContain('- statusLine.command = "date"');
    expect(out).toContain(`+ env.OTEL_EXPORTER_OTLP_ENDPOINT = "${recorder.url}"`);
    expect(out).not.toContain('secret-token');
    expect([err, code]).toEqual([expect.stringContaining('--yes'), 1]);
    expect(readFileSync(settings, 'utf8')).toBe('{"statusLine":{"type":"command","command":"date"}}');
    expect(existsSync(client.own)).toBe(false);
  });

  test('asks the collector whether it accepts the token, and stops where it does not', async () => {
    recorder.answer({ status: 401, text: '' });
    expect(await connect('--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('does not accept the token'),
    });
    expect(existsSync(settings)).toBe(false);
    expect(recorder.bodies()).toEqual([{ resourceSpans: [] }]);
  });

  test('goes on where the collector is away: what is measured meanwhile waits', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { out, code } = await client.run(['connect', '--url', url, '--token', 'qw_secret-token', '--yes']);
    expect([out, code]).toEqual([expect.stringContaining('does not answer'), 0]);
    expect(existsSync(settings)).toBe(true);
  });

  test.each([
    [[], 'Which collector?'],
    [['--url', 'quota.example.com', '--token', 'qw_a'], 'is no address'],
    [['--url', 'https://ada:secret@quota.example.com', '--token', 'qw_a'], 'is no address'],
    [['--url', 'https://quota.example.com'], 'Whose usage is it?'],
    [['--url', 'https://quota.example.com', '--token', 'sk-ant-1'], 'this is none'],
    [['--nonsense'], 'Unknown option'],
  ])('%j is explained in a sentence', async (args, says) => {
    const { err, out, code } = await client.run(['connect', ...args]);
    expect(err).toContain(says);
    expect(err).not.toContain('    at ');
    expect([out, code]).toEqual(['', args[0] === '--nonsense' ? 2 : 1]);
  });
});

test('disconnect undoes it, once', async () => {
  writeFileSync(settings, '{"theme": "dark"}');
  await connect('--yes');
  expect(await client.run(['disconnect'])).toMatchObject({ code: 0, out: expect.stringContaining('byte for byte') });
  expect(readFileSync(settings, 'utf8')).toBe('{"theme": "dark"}');
  expect(existsSync(client.own)).toBe(false);
  expect(await client.run(['disconnect'])).toMatchObject({ code: 1, err: expect.stringContaining('nothing to undo') });
});

describe('doctor', () => {
  const doctor = (env = {}) => client.run(['doctor'], '', env);
  /** The program stands as it was packed, where `connect` puts it. */
  const packed = () => {
    mkdirSync(join(client.own, 'program'), { recursive: true });
    writeFileSync(join(client.own, 'program/main.js'), '');
  };

  test('finds nothing wrong', async () => {
    await connect('--yes');
    packed();
    const { out, code } = await doctor();
    expect(out).not.toContain('✗');
    expect([out.match(/✓/g)?.length, code]).toEqual([4, 0]);
  });

  test('says how to mend what is wrong', async () => {
    await connect('--yes');
    packed();
    const text = readFileSync(settings, 'utf8');
    writeFileSync(settings, text.replace('"0"', '"1"').replace('{', '{"disableAllHooks":true,'));
    rmSync(join(client.own, 'program'), { recursive: true });
    recorder.answer({ status: 401, text: '' });
    const { out, code } = await doctor({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://otel.example.com' });
    expect(code).toBe(1);
    const wrong = out.split('\n').filter((line) => line.startsWith('✗'));
    expect(wrong).toEqual([
      expect.stringContaining('main.js is gone'),
      expect.stringContaining('was changed: env.OTEL_LOG_USER_PROMPTS'),
      expect.stringContaining('disableAllHooks'),
      expect.stringContaining('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT'),
      expect.stringContaining('does not accept the token'),
    ]);
    expect(out.match(/→/g)).toHaveLength(5);
  });

  test('tells what waits, and why', async () => {
    client.connected(`http://127.0.0.1:${await freePort()}`);
    const waiting = { at: Date.now(), path: '/v1/status-line', fields: { session_id: 's1' } };
    writeFileSync(join(client.own, 'spool.newest.jsonl'), `${JSON.stringify(waiting)}\n`);
    expect(await client.run(['send'])).toMatchObject({ code: 1, out: expect.stringContaining('The rest waits') });
    expect((await doctor()).out).toMatch(/✗ 1 wait to be sent, the oldest for 0 min: .*ECONNREFUSED/);
  });

  test('knows a machine that is not connected', async () => {
    expect(await doctor()).toMatchObject({ code: 1, out: expect.stringContaining('is not connected') });
  });
});

test('without a home nothing is written anywhere', async () => {
  const { err, code } = await client.run(['connect', '--url', recorder.url, '--token', 'qw_a', '--yes'], '', {
    CLAUDE_CONFIG_DIR: '',
  });
  expect([err, code]).toEqual([expect.stringContaining('HOME is not set'), 1]);
});

test('help lists every subcommand, and answers to what is none', async () => {
  const { out } = await client.run(['help']);
  for (const name of ['connect', 'disconnect', 'doctor', 'send', 'status-line', 'status-news', 'hook'])
    expect(out).toContain(name);
  expect(await client.run([])).toMatchObject({ code: 0, out });
  expect(await client.run(['conect'])).toMatchObject({ code: 2, err: out });
  expect(await client.run(['toString'])).toMatchObject({ code: 2, err: out });
});
