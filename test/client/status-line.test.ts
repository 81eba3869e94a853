import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { capturedBodies } from '../collector/captured.ts';
import { eventually, freePort } from '../support/running-app.ts';
import { aClient } from './a-client.ts';
import { aRecorder } from './a-recorder.ts';

const [STATUS] = capturedBodies('oauth/statusline-after-2-requests.json') as readonly { session_id: string }[];

let client: ReturnType<typeof aClient>;
let recorder: Awaited<ReturnType<typeof aRecorder>>;

beforeEach(async () => {
  client = aClient();
  recorder = await aRecorder();
});
afterEach(async () => {
  await recorder.stop();
  await client.idle();
  client.remove();
});

const draw = (input: unknown = STATUS) => client.run(['status-line'], input);
const arrived = (count: number) => eventually(() => expect(recorder.requests).toHaveLength(count));
const closedUrl = async () => `http://127.0.0.1:${await freePort()}`;

describe('the line', () => {
  test('is what the command that was there before prints, which gets all that Claude Code tells', async () => {
    client.connected(recorder.url, "cat; printf '\\033[31mred'; printf more >&2");
    const { out, err, code } = await draw();
    expect({ out, err, code }).toEqual({ out: `${JSON.stringify(STATUS)}\u001b[31mred`, err: 'more', code: 0 });
    await arrived(1);
  });

  test.each([
    ['fails', 'printf half; exit 3', 'half'],
    ['does not read', 'printf line', 'line'],
    ['is no command', 'no-such-command-anywhere', ''],
    ['ends by a signal', 'printf half; kill -9 $$', 'half'],
  ])('is never blanked by a command that %s', async (_, command, line) => {
    client.connected(recorder.url, command);
    expect(await draw({ big: 'x'.repeat(300_000), ...STATUS })).toMatchObject({ out: line, code: 0 });
  });

  test('is the collector’s last answer where there was none before', async () => {
    client.connected(recorder.url);
    expect((await draw()).out).toBe('Quota Watch: waiting for the collector\n');
    await eventually(async () => expect((await draw()).out).toBe('5h 58% left\n'));
  });

  test('says of when an old answer is', async () => {
    client.connected(recorder.url);
    mkdirSync(join(client.own, 'sessions'));
    writeFileSync(
      join(client.own, 'sessions', `${STATUS?.session_id}.line`),
      `${Date.parse('2026-11-23T09:05')}\n5h 1% left`,
    );
    expect((await draw()).out).toBe('5h 1% left (as of 09:05)\n');
    await arrived(1);
  });

  test('holds nothing that a terminal takes for a command', async () => {
    recorder.answer({ status: 200, text: 'a\u001b]8;;x\u0007\nb\u202ec' });
    client.connected(recorder.url);
    await draw();
    await eventually(async () => expect((await draw()).out).toBe('a ]8;;x b c\n'));
  });

  test('says that the token is not accepted', async () => {
    recorder.answer({ status: 401, text: 'Quota Watch: token not accepted' });
    client.connected(recorder.url);
    await draw();
    await eventually(async () => expect((await draw()).out).toBe('Quota Watch: token not accepted\n'));
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'x'],
    ['no session', '{}'],
    ['a session that is a path', '{"session_id":"../../settings"}'],
  ])('is drawn for %s, and nothing is sent', async (_, input) => {
    client.connected(recorder.url);
    expect(await draw(input)).toMatchObject({ out: 'Quota Watch: waiting for the collector\n', code: 0 });
    expect(existsSync(join(client.own, 'sessions'))).toBe(false);
    expect(client.spooled()).toBe('');
  });

  test('is drawn on a machine that was disconnected meanwhile, and leaves nothing behind', async () => {
    expect(await draw()).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(client.folder)).toEqual([]);
  });

  test('does not run itself where somebody wraps it in itself', async () => {
    client.connected(
      recorder.url,
      `${process.execPath} ${join(import.meta.dirname, '../../src/client/main.ts')} status-line`,
    );
    // One line, whether or not the answer was there in time.
    expect((await draw()).out).toMatch(/^(Quota Watch: waiting for the collector|5h 58% left)\n$/);
    await arrived(1);
  });
});

describe('with the collector', () => {
  test('refusing, the line is drawn, what was told waits, and is sent later with its age', async () => {
    client.connected(await closedUrl(), 'printf mine');
    expect(await draw()).toMatchObject({ out: 'mine', code: 0, err: '' });
    await eventually(() => expect(existsSync(join(client.own, 'sender.trouble.json'))).toBe(true));
    await client.idle();
    expect(client.spooled()).toContain('"used_percentage":');
    client.connected(recorder.url, 'printf mine');
    expect(await client.run(['send'])).toMatchObject({ code: 0, out: 'Sent: 1.\n' });
    expect(recorder.bodies()).toEqual([expect.objectContaining({ seconds_ago: expect.any(Number) })]);
    expect(client.spooled()).toBe('');
  });

  test('hanging, the line is drawn although the sender still waits', async () => {
    recorder.answer('hang');
    client.connected(recorder.url, 'printf mine');
    expect(await draw()).toMatchObject({ out: 'mine', code: 0 });
    await arrived(1);
    expect(existsSync(join(client.own, 'sender.lock'))).toBe(true);
    // Meanwhile nobody else begins, and what is told waits.
    expect(await draw({ ...STATUS, version: '2.1.331' })).toMatchObject({ out: 'mine', code: 0 });
    expect(client.spooled()).toContain('2.1.331');
    await recorder.stop();
    await client.idle();
    expect(recorder.requests).toHaveLength(1);
    recorder = await aRecorder();
  });

  test('asking for patience, it is left alone for that long', async () => {
    recorder.answer({ status: 503, text: '', headers: 'Retry-After: 60\r\n' });
    client.connected(recorder.url);
    await draw();
    await arrived(1);
    await client.idle();
    await draw({ ...STATUS, version: '2.1.331' });
    await client.idle();
    expect(recorder.requests).toHaveLength(1);
    expect(client.spooled().split('\n')).toHaveLength(3);
  });

  test('that cannot take one message, the others are sent all the same', async () => {
    recorder.answer({ status: 400, text: '' });
    client.connected(recorder.url);
    await draw();
    await arrived(1);
    await client.idle();
    expect(client.spooled()).toBe('');
  });
});

test('what did not change is not sent again within a minute', async () => {
  client.connected(recorder.url);
  for (const version of ['2.1.330', '2.1.330', '2.1.331', '2.1.331']) await draw({ ...STATUS, version });
  await arrived(2);
  await client.idle();
  expect(recorder.bodies()).toMatchObject([{ version: '2.1.330' }, { version: '2.1.331' }]);
});

test('on a full disk the line is drawn', async () => {
  client.connected(recorder.url, 'printf mine');
  // A folder where a file should be fails as a full disk does.
  mkdirSync(join(client.own, 'spool.newest.jsonl', 'x'), { recursive: true });
  expect(await draw()).toMatchObject({ out: 'mine', code: 0, err: '' });
});
