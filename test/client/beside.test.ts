import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { beside, commandBeside } from '../../src/client/settings/beside.ts';
import { capturedBodies } from '../collector/captured.ts';
import { eventually, freePort } from '../support/running-app.ts';
import { aClient } from './a-client.ts';
import { aRecorder } from './a-recorder.ts';
import { draw, end, HAS_SETSID, SHELLS } from './a-shell.ts';

const [STATUS] = capturedBodies('oauth/statusline-after-2-requests.json') as readonly { session_id: string }[];
const INPUT = JSON.stringify(STATUS);

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

/** Some shells read a file of their own at home, whoever starts them. */
const atHome = () => ({ ...client.env, HOME: client.folder });
const arrived = (count: number) => eventually(() => expect(recorder.requests).toHaveLength(count));

/** What stood in the settings, what it printed, and what still has to be printed. */
const BEFORE: readonly [name: string, before: string, line: string][] = [
  ['prints a line', "printf '\\033[31mred'", '\u001b[31mred'],
  ['prints line ends', "printf 'a\\n\\n'", 'a\n\n'],
  ['is a pipe', 'printf mine | cat', 'mine'],
  ['is a list', 'false || printf mine', 'mine'],
  ['has quotes of both kinds', `printf %s 'it'\\''s' "\\$x"`, "it's$x"],
  ['has several lines and a comment at the end', 'printf mi\nprintf ne # and so on', 'mine'],
  ['is a comment', '# nothing', ''],
  ['has a branch', 'case a in a) printf mine;; esac', 'mine'],
  ['has text of its own to read', 'cat <<E\nit\'s "$((1+1))"\nE', 'it\'s "2"\n'],
  ['has brackets', '(printf mi); { printf ne; }', 'mine'],
  ['stands before a backslash', 'printf mine \\', 'mine'],
  ['replaces its shell', 'exec printf mine', 'mine'],
  ['fails', 'printf half; false', 'half'],
  ['gives up', 'printf half; exit 3', 'half'],
  ['stops at what fails', 'set -eu; printf half; false; printf other', 'half'],
  ['ends by a signal', "printf half; sh -c 'kill -9 $$'", 'half'],
  ['is no command', 'no-such-command-anywhere', ''],
  ['is none that a shell can read', 'if', ''],
];

describe.each(SHELLS)('in %s, the line that was there before', (shell) => {
  const drawn = (command: string, input: string | Buffer = INPUT) =>
    draw(shell, command, { input, env: atHome() }).drawn;

  test('is what it was, with exit code 0, whatever its command does, and what was told arrives', async () => {
    for (const [index, [name, before, line]] of BEFORE.entries()) {
      // More than a pipe holds, so that whoever writes it finds that nobody reads.
      const input = JSON.stringify({ ...STATUS, version: `2.1.${index}`, big: 'x'.repeat(300_000) });
      const { out, code } = await drawn(client.statusCommand(recorder.url, before), input);
      expect({ name, line: out.toString(), code }).toEqual({ name, line, code: 0 });
      await arrived(index + 1);
    }
  });

  test('is what it was where Node and our program are gone', async () => {
    for (const [name, before, line] of BEFORE) {
      const command = client.statusCommand(recorder.url, before, { command: () => '/nowhere/node /nowhere/main.js' });
      const { out, code } = await drawn(command);
      expect({ name, line: out.toString(), code }).toEqual({ name, line, code: 0 });
    }
  });

  test('is told byte for byte what Claude Code tells', async () => {
    const bytes = Buffer.from(Array.from({ length: 255 }, (_, index) => index + 1));
    const input = Buffer.concat([...Array.from({ length: 400 }, () => bytes), Buffer.from('é.\u{1f600}\n\n')]);
    const { out, err, code } = await drawn(client.statusCommand(recorder.url, 'cat; printf more >&2'), input);
    expect([out.equals(input), err, code]).toEqual([true, 'more', 0]);
  });

  test('is shown as it comes', async () => {
    const goOn = join(client.folder, 'go on');
    const before = `printf first; until [ -e '${goOn}' ] || [ ! -e '${client.folder}' ]; do sleep 0.05; done; printf last`;
    const line = draw(shell, client.statusCommand(recorder.url, before), { input: INPUT, env: atHome() });
    const [begun] = await once(line.child.stdout, 'data');
    expect(String(begun)).toBe('first');
    writeFileSync(goOn, '');
    expect((await line.drawn).out.toString()).toBe('firstlast');
    await arrived(1);
  });

  test('waits for nobody, and what was told arrives after it', async () => {
    recorder.answer('hang');
    const { out, err, code } = await drawn(client.statusCommand(recorder.url, 'printf mine'));
    expect([out.toString(), err, code]).toEqual(['mine', '', 0]);
    await arrived(1);
    // Had the line waited for the answer, the sender had given up by now.
    expect(existsSync(join(client.own, 'sender.lock'))).toBe(true);
    expect(existsSync(join(client.own, 'sender.trouble.json'))).toBe(false);
  });

  test.runIf(HAS_SETSID)('is ended with its process group when it is drawn anew, and the sender goes on', async () => {
    recorder.answer('hang');
    const command = client.statusCommand(recorder.url, 'printf begun; sleep 60');
    const line = draw(shell, command, { input: INPUT, env: atHome() });
    await arrived(1);
    end(line.child);
    expect((await line.drawn).out.toString()).toBe('begun');
    // Who was ended could not note that the collector went away.
    await recorder.stop();
    await eventually(() => expect(existsSync(join(client.own, 'sender.trouble.json'))).toBe(true));
    expect(client.spooled()).toContain('"used_percentage":');
    recorder = await aRecorder();
  });

  test('says nothing of ours where its command does not read, and broken pipes end nobody', async () => {
    const command = `trap '' PIPE\n${client.statusCommand(recorder.url, 'printf mine')}`;
    const { out, err, code } = await drawn(command, JSON.stringify({ ...STATUS, big: 'x'.repeat(300_000) }));
    expect([out.toString(), err, code]).toEqual(['mine', '', 0]);
    await arrived(1);
  });

  test('is spared a debugger that was asked for', async () => {
    const command = client.statusCommand(recorder.url, 'printf %s "$NODE_OPTIONS"');
    const env = { ...atHome(), NODE_OPTIONS: '--require=/nowhere.js' };
    expect((await draw(shell, command, { input: INPUT, env }).drawn).out.toString()).toBe('--require=/nowhere.js');
    await arrived(1);
  });
});

describe('what is told beside a line', () => {
  const tell = (input: unknown = STATUS) => client.run(['status-news'], input);
  const silent = { out: '', err: '', code: 0 };

  test('is sent, and nothing is printed', async () => {
    client.connected(recorder.url, 'printf mine');
    const toldAt = performance.now();
    expect(await tell()).toEqual(silent);
    const seconds = Math.ceil((performance.now() - toldAt) / 1000);
    const ages = Array.from({ length: seconds + 1 }, (_, age) => age);
    expect(recorder.bodies()).toMatchObject([{ session_id: STATUS?.session_id, seconds_ago: expect.toBeOneOf(ages) }]);
    expect(client.spooled()).toBe('');
  });

  test('is not told again within a minute where nothing changed', async () => {
    client.connected(recorder.url, 'printf mine');
    for (const version of ['2.1.330', '2.1.330', '2.1.331', '2.1.331']) await tell({ ...STATUS, version });
    expect(recorder.bodies()).toMatchObject([{ version: '2.1.330' }, { version: '2.1.331' }]);
  });

  test('waits while the collector refuses, which is left alone meanwhile, and is sent later with its age', async () => {
    recorder.answer({ status: 503, text: '', headers: 'Retry-After: 60\r\n' });
    client.connected(recorder.url, 'printf mine');
    expect(await tell()).toEqual(silent);
    expect(await tell({ ...STATUS, version: '2.1.331' })).toEqual(silent);
    expect(recorder.requests).toHaveLength(1);
    recorder.answer({ status: 200, text: '5h 58% left' });
    expect(await client.run(['send'])).toMatchObject({ out: 'Sent: 2.\n' });
    expect(recorder.bodies().slice(1)).toMatchObject([
      { version: '2.1.330', seconds_ago: expect.any(Number) },
      { version: '2.1.331' },
    ]);
  });

  test('waits where no collector is reached', async () => {
    client.connected(`http://127.0.0.1:${await freePort()}`, 'printf mine');
    expect(await tell()).toEqual(silent);
    expect(existsSync(join(client.own, 'sender.trouble.json'))).toBe(true);
    expect(client.spooled()).toContain('"used_percentage":');
  });

  test('goes on being sent where Claude Code asks its process to end', async () => {
    recorder.answer('hang');
    const command = client.statusCommand(recorder.url, 'true').split(' nice ')[1]?.split(' &)')[0];
    const { child, drawn } = draw('sh', `exec ${command}`, { input: INPUT, env: atHome() });
    await arrived(1);
    child.kill('SIGTERM');
    await recorder.stop();
    expect((await drawn).code).toBe(0);
    expect(existsSync(join(client.own, 'sender.trouble.json'))).toBe(true);
    recorder = await aRecorder();
  });

  test('waits while another process sends', async () => {
    client.connected(recorder.url, 'printf mine');
    writeFileSync(join(client.own, 'sender.lock'), '');
    expect(await tell()).toEqual(silent);
    expect(recorder.requests).toEqual([]);
    expect(client.spooled()).toContain('"used_percentage":');
    expect(await client.run(['send'])).toMatchObject({ out: 'Another process is sending.\n' });
    rmSync(join(client.own, 'sender.lock'));
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'x'],
    ['no session', '{}'],
    ['a session that is a path', '{"session_id":"../../settings"}'],
  ])('is nothing where Claude Code tells %s', async (_, input) => {
    client.connected(recorder.url, 'printf mine');
    expect(await tell(input)).toEqual(silent);
    expect(readdirSync(client.own)).toEqual(['connection.json']);
  });

  test('is nothing on a full disk, and on a machine that was disconnected meanwhile', async () => {
    expect(await tell()).toEqual(silent);
    expect(readdirSync(client.folder)).toEqual([]);
    client.connected(recorder.url, 'printf mine');
    // A folder where a file should be fails as a full disk does.
    mkdirSync(join(client.own, 'spool.newest.jsonl', 'x'), { recursive: true });
    expect(await tell()).toEqual(silent);
    expect(recorder.requests).toEqual([]);
  });
});

test('whatever command was there before is found again in ours, and in no other', () => {
  const command = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom("'", "'\\''", "(eval '", "')\n:", beside('a', "b'c")),
  );
  fc.assert(
    fc.property(
      fc.array(command).map((parts) => parts.join('')),
      fc.constantFrom('node a', "'/o d/node' 'b'"),
      (text, news) => {
        expect(commandBeside(beside(news, text))).toBe(text);
      },
    ),
  );
  for (const other of ['', 'date', "printf %s '$qw_input'", beside('a', 'b').slice(1), beside('a', 'b').slice(0, -1)])
    expect(commandBeside(other)).toBeUndefined();
});
